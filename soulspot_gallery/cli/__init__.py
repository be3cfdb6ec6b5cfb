"""The command line: the same engine as the window, for terminals and scripts."""
