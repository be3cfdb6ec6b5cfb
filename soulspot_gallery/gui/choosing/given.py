"""Pictures that a person brings: pasted, dropped, typed. Says what is in there, best form first; opens nothing."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.locate import is_web_url
from soulspot_gallery.core.repair.pictures import FromBytes, FromFile, FromUrl, Picture

Given = Picture | QImage
"""A QImage has no bytes of its own; see `encoded`."""

_LARGEST_TEXT = 4096
_ENCODED = ("image/png", "image/jpeg", "image/webp", "image/avif", "image/gif", "image/bmp")


def given_in(data: QMimeData | None, label: str) -> list[Given]:
    """What can be made a picture of what was pasted or dropped: a file, the picture that a browser shows (by its
    address, then its bytes), a link, a text that is an address. `label` says where it came from.

    Raises UsageError where there is nothing of the kind.
    """
    data = data or QMimeData()  # an empty clipboard has none
    urls = [each for each in data.urls() if not each.isEmpty()] if data.hasUrls() else []
    found = list[Given]()
    found += [FromFile(Path(each.toLocalFile())) for each in urls if each.isLocalFile()][:1]
    if not found:
        found += [FromUrl(address) for address in _shown_in(data.html() if data.hasHtml() else "")]
        found += _bytes_of(data, label)
        found += [FromUrl(each.toString()) for each in urls if is_web_url(each.toString())][:1]
        if not found and data.hasText():
            found += _read_text(data.text())
    if not found:
        raise UsageError(f"There is no picture and no URL in {label}; copy one and try again.")
    return list(dict.fromkeys(found)) if not any(isinstance(each, QImage) for each in found) else found


def given_by_text(text: str) -> Picture:
    """The picture behind an address or path that was typed. Raises UsageError for anything else."""
    found = _read_text(text)
    if not found:
        raise UsageError("This is no URL; it has to begin with https:// or http://.")
    return found[0]


def encoded(image: QImage, label: str) -> FromBytes:
    """The picture as PNG. Takes some tens of milliseconds: for a thread."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return FromBytes(bytes(content.data()), label)


def _bytes_of(data: QMimeData, label: str) -> list[Given]:
    """The picture as its program encoded it, else as Qt made it out."""
    formats = [each for each in _ENCODED if each in data.formats()]
    encoded_ones: list[Given] = [FromBytes(bytes(data.data(each).data()), label) for each in formats[:1]]
    if encoded_ones or not data.hasImage():
        return encoded_ones
    image = data.imageData()
    return [image] if isinstance(image, QImage) and not image.isNull() else []


def _read_text(text: str) -> list[Picture]:
    words = text.strip()
    if not words or len(words) > _LARGEST_TEXT or "\n" in words:
        return []
    if is_web_url(words):
        return [FromUrl(words)]
    if words.lower().startswith("file:"):
        return [FromFile(Path(QUrl(words).toLocalFile()))]
    return [FromFile(Path(words))] if Path(words).is_absolute() else []


def _shown_in(page: str) -> list[str]:
    """The address of the first picture in a piece of HTML."""
    finder = _ImageFinder()
    finder.feed(page[: 64 * _LARGEST_TEXT])
    return [each for each in finder.sources if is_web_url(each)][:1]


class _ImageFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.sources += [value for name, value in attrs if name == "src" and value]
