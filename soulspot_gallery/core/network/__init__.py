"""Everything that speaks to servers: which addresses, how politely, how much is read, what an answer means."""
