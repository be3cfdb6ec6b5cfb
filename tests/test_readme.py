"""What the README shows is run as it stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from support.gallery import Gallery
from support.image_server import ImageServer
from support.pictures import jpeg
from support.soulspot import SoulspotDatabase

from soulspot_gallery.core.providers.registry import BUILT_IN
from soulspot_gallery.core.settings import Settings

README = Path(__file__).parent.parent / "README.md"


def example(with_text: str) -> str:
    """The Python block that holds this text."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (found,) = (block for block in blocks if with_text in block)
    return found


def test_the_example_of_a_source_is_a_package_that_finds_pictures(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path
) -> None:
    """Installed as packages are, found by its entry point, asked by the program."""
    package = tmp_path / "site"
    facts = package / "recordshop-1.0.dist-info"
    facts.mkdir(parents=True)
    (package / "recordshop.py").write_text(example("class RecordShop"), "utf-8")
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: recordshop\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[soulspot_gallery.providers]\nrecordshop = recordshop:RecordShop\n")
    cover = image_server.serve("/cover.jpg", jpeg())
    record = {"id": 7, "title": "Discovery", "artist": "Daft Punk", "cover": cover}
    image_server.serve("/shop/records", json.dumps({"records": [record]}).encode(), "application/json")
    album = library.add_album("Discovery", artist_id=library.add_artist("Daft Punk"))
    environment = {
        "PYTHONPATH": str(package),
        "SOULSPOT_GALLERY_PROVIDERS": "recordshop",
        "SOULSPOT_GALLERY_PROVIDER_URLS": f"recordshop={image_server.url('/shop')}",
        "SOULSPOT_GALLERY_ALLOWED_HOSTS": image_server.host,
    }
    gallery = Gallery(tmp_path / "home", ("--library", str(library.path)), environment)
    done = gallery.run("sync", "--id", album, "--json").json
    assert [(each["outcome"], each["source"]) for each in done["results"]] == [("fetched", "recordshop")]
    assert library.row("album", album).url == cover
    assert gallery.run("sources", "--test", "--json").json["tests"][0]["works"]


def test_every_source_and_setting_of_theirs_is_described() -> None:
    text = README.read_text("utf-8")
    for source in BUILT_IN:
        assert f"| `{source.name}`" in text, source.name
        for api in source.apis:
            assert f"`{api.name}`" in text, api.name


def test_the_example_for_other_programs_fetches_what_is_missing(
    library: SoulspotDatabase, image_server: ImageServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(example("async def main"), names)  # noqa: S102 (our own README)
    main: Callable[..., Coroutine[Any, Any, None]] = names["main"]
    library.add_artist("Ada", url=image_server.serve("/cover.jpg", jpeg()))
    (tmp_path / "pictures").mkdir()
    settings = Settings(allowed_hosts=(image_server.host,))
    names["asyncio"].run(main(library.path, tmp_path / "pictures", tmp_path / "data", settings))
    told = capsys.readouterr().out
    assert "Ada fetched" in told
    assert "'removed': 0, 'kept': 1" in told
