"""Choosing a picture: candidates as they come, the current one beside them, and pictures that a person brings."""
