""" "Add to library": search, import, and what is dropped onto the window."""
