"""Files under the image root: written so that they last, scanned, moved to the trash, checked for wholeness."""
