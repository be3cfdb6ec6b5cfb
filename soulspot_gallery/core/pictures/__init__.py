"""Bytes of a picture in, a small WebP out: what may be decoded, how, at what cost. Knows no files and no servers."""
