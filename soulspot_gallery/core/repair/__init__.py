"""Pictures repaired by hand: set, unset, refused, deleted, locked, taken back; and why a picture is what it is."""
