"""Small pieces that several dialogs share."""
