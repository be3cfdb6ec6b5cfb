"""Imports into a library of one's own: what a source names is read, shown as a plan, and added. Nothing else writes."""
