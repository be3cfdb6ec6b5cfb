"""The pane beside the grid: all that is known of one picture."""
