"""How a URL is spelled where people read it. Needs no network library."""

from __future__ import annotations

from urllib.parse import urlsplit

_SCHEMES = ("http", "https")


def shown(url: str) -> str:
    """The URL for a message: scheme, host and path; never user, password, query or fragment."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return "this URL"
    if parts.scheme and parts.scheme not in _SCHEMES:
        return f"{parts.scheme}:…"
    host = parts.netloc.rpartition("@")[2]
    text = f"{parts.scheme}://{host}{parts.path}" if parts.scheme else parts.path.rpartition("@")[2]
    text = "".join(letter if letter.isprintable() else "�" for letter in text)
    return text if len(text) <= 200 else text[:199] + "…"
