"""The gallery's own memory beside a library: what was shown, fetched, checked, planned and removed."""
