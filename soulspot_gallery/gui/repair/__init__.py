"""Repairing by hand in the window: set, unset, refuse, delete, lock, history, why, undo and redo."""
