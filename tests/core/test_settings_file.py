"""Saving settings: what differs is written, the rest of the file stays, a failure leaves it as it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from soulspot_gallery.core.errors import SettingsError
from soulspot_gallery.core.settings import Settings, load_settings
from soulspot_gallery.core.settings_file import save_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_a_byte_order_mark_does_no_harm(file: Path) -> None:
    written(file, "\ufeffwebp_quality = 70\n")
    save_settings(file, Settings(webp_quality=71))
    assert load_settings(file, {}).webp_quality == 71


def test_saving_writes_what_differs_and_keeps_the_rest_of_the_file(file: Path) -> None:
    written(file, "# mine\nwebp_quality = 70 # less\ntheme = 'dark'\n")
    settings = dataclasses.replace(load_settings(file, {}), theme="system", allowed_hosts=("nas:80",))
    save_settings(file, settings)
    text = file.read_text("utf-8")
    assert "# mine\nwebp_quality = 70 # less\n" in text
    assert "theme" not in text
    assert load_settings(file, {}) == settings
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_every_value_survives_saving(file: Path) -> None:
    changed = Settings(
        cache_dir="/ä/b c", cache_images_locally=False, album_image_size=640, cache_cleanup_schedule="", theme="dark",
        allowed_hosts=("a:1", "[::1]:2"), conversion_threads=1,
    )  # fmt: skip
    save_settings(file, changed)
    assert load_settings(file, {}) == changed


def test_what_can_not_be_saved_is_told(tmp_path: Path) -> None:
    (tmp_path / "occupied").touch()
    with pytest.raises(SettingsError, match="can't be saved"):
        save_settings(tmp_path / "occupied" / "settings.toml", Settings(theme="dark"))
    broken = written(tmp_path / "settings.toml", "not toml")
    with pytest.raises(SettingsError, match="can't be saved"):
        save_settings(broken, Settings(theme="dark"))
    assert broken.read_text("utf-8") == "not toml"
