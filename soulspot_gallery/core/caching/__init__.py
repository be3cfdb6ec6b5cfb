"""From a URL or a local picture to file and row: download, convert, stage, commit, for one and for many."""
