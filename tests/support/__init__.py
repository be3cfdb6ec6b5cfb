"""What tests share: a real picture server, a real SoulSpot database, bytes of pictures. No test in here."""
