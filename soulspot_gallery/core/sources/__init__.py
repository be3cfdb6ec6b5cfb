"""Asks the providers what picture an entity has, and adds to the library what people name."""
