"""The library's rows: the embedded library's and SoulSpot's; read by name, written in two columns."""
