"""What is made of a paste and a drop: the best form first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from support import pictures

from soulspot_gallery.core.errors import UsageError
from soulspot_gallery.core.repair.pictures import FromBytes, FromFile, FromUrl
from soulspot_gallery.gui.choosing.given import encoded, given_by_text, given_in

URL = "https://pictures.example/large.jpg"


def mime(text: str = "", html: str = "", urls: tuple[str, ...] = (), jpeg: bytes = b"") -> QMimeData:
    data = QMimeData()
    if text:
        data.setText(text)
    if html:
        data.setHtml(html)
    if urls:
        data.setUrls([QUrl(each) for each in urls])
    if jpeg:
        data.setData("image/jpeg", QByteArray(jpeg))
    return data


def test_a_file_is_a_file_whatever_else_is_with_it(tmp_path: Path) -> None:
    file = tmp_path / "a b.jpg"
    data = mime(str(file), urls=(QUrl.fromLocalFile(str(file)).toString(),))
    assert given_in(data, "it") == [FromFile(file)]


def test_what_a_browser_drags_is_asked_at_its_address_and_kept_in_bytes() -> None:
    content = pictures.jpeg()
    page = f'<a href="https://shop.example/album"><img alt="" src="{URL}"></a>'
    data = mime(html=page, urls=("https://shop.example/album",), jpeg=content)
    assert given_in(data, "it") == [FromUrl(URL), FromBytes(content, "it"), FromUrl("https://shop.example/album")]


def test_a_picture_of_no_format_is_encoded() -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    data = QMimeData()
    data.setImageData(image)
    (found,) = given_in(data, "the clipboard")
    assert isinstance(found, QImage)
    made = encoded(found, "the clipboard")
    assert pictures.size_of(made.content) == (30, 20)


@pytest.mark.parametrize("data", [None, mime(), mime("just words"), mime("https://a.example/1\nhttps://a.example/2"),
                                  mime(html='<img src="data:image/png;base64,AAAA">'), mime("x" * 5000)])  # fmt: skip
def test_nothing_of_the_kind_is_a_sentence(data: QMimeData | None) -> None:
    with pytest.raises(UsageError, match="no picture and no URL in the clipboard"):
        given_in(data, "the clipboard")


def test_typed_texts(tmp_path: Path) -> None:
    assert given_by_text(f" {URL} ") == FromUrl(URL)
    assert given_by_text(str(tmp_path / "a.png")) == FromFile(tmp_path / "a.png")
    assert given_by_text(QUrl.fromLocalFile(str(tmp_path / "a.png")).toString()) == FromFile(tmp_path / "a.png")
    with pytest.raises(UsageError, match="no URL"):
        given_by_text("javascript:alert(1)")
