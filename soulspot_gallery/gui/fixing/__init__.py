"""The fix queue: one screen and one key for each picture that needs a hand."""
