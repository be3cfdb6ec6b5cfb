"""The settings form, made from the declared settings."""
