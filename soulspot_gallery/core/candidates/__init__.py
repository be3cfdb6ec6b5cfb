"""Pictures to choose from for one artist, album or playlist: from beside the music, its own URL, and all sources."""
