"""Settings: defaults, file, environment, in that order; and a wrong one is named with its range."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from soulspot_gallery.core.errors import SettingsError
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.settings import (
    Settings,
    declared,
    default_data_dir,
    default_settings_file,
    load_settings,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    settings = load_settings(file, {})
    assert settings == Settings()
    assert [settings.image_size(kind) for kind in EntityType] == [300, 500, 400]
    assert (settings.webp_quality, settings.cache_max_age_days, settings.trash_days) == (85, 90, 30)
    assert (settings.max_connections, settings.max_keepalive_connections, settings.request_timeout) == (10, 10, 30)
    assert settings.cache_cleanup_schedule == "0 3 * * *"
    assert settings.cache_images_locally
    assert not settings.cache_cleanup_apply
    assert 1 <= settings.conversion_threads <= min(4, os.cpu_count() or 1)


def test_every_setting_is_declared_for_the_form() -> None:
    for each in dataclasses.fields(Settings):
        known = declared(each.name)
        value = getattr(Settings(), each.name)
        assert known.label
        assert known.group
        if isinstance(value, int) and not isinstance(value, bool):
            assert known.minimum is not None
            assert known.maximum is not None
            assert known.minimum <= value <= known.maximum


def test_the_environment_beats_the_file(file: Path) -> None:
    written(file, 'album_image_size = 640\nwebp_quality = 70\nallowed_hosts = ["nas:80"]\n')
    environment = {
        "SOULSPOT_GALLERY_WEBP_QUALITY": "60",
        "SOULSPOT_GALLERY_ALLOWED_HOSTS": "127.0.0.1:8000, [::1]:9000,",
        "SOULSPOT_GALLERY_CACHE_IMAGES_LOCALLY": "off",
        "SOULSPOT_GALLERY_CACHE_CLEANUP_SCHEDULE": "",
        "SOULSPOT_GALLERY_PROVIDERS": "deezer,wikimedia",
        "SOULSPOT_GALLERY_PROVIDER_URLS": "deezer=http://127.0.0.1:8000/api",
        "UNRELATED": "1",
    }
    settings = load_settings(file, environment)
    assert (settings.album_image_size, settings.webp_quality) == (640, 60)
    assert settings.allowed_hosts == ("127.0.0.1:8000", "[::1]:9000")
    assert not settings.cache_images_locally
    assert settings.cache_cleanup_schedule == ""
    assert settings.providers == ("deezer", "wikimedia")
    assert settings.provider_urls == ("deezer=http://127.0.0.1:8000/api",)
    assert load_settings(file, {"SOULSPOT_GALLERY_PROVIDERS": ""}).providers == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('webp_quality = "high"', "webp_quality = 'high' is not possible; it takes a whole number from 1 to 100"),
        ("webp_quality = 0", "a whole number from 1 to 100"),
        ("webp_quality = 101", "webp_quality = 101"),
        ("webp_quality = 85.5", "a whole number"),
        ("webp_quality = true", "a whole number"),
        ("cache_images_locally = 1", "true or false"),
        ('theme = "blue"', "one of system, light, dark"),
        ('cache_cleanup_schedule = "at three"', "a cron line of five fields"),
        ('allowed_hosts = "nas:80"', 'a list of "host:port"'),
        ('allowed_hosts = ["nas"]', 'a list of "host:port"'),
        ("cache_dir = 3", "a text"),
        ('providers = ["Deezer!"]', "a list of names of sources"),
        ('provider_urls = ["deezer"]', 'a list of "name=http://host/path"'),
        ('provider_urls = ["deezer=http://user:secret@host"]', 'a list of "name=http://host/path"'),
        ("webp_qualty = 85", "there is no setting called 'webp_qualty'. Did you mean webp_quality?"),
        ("webp_quality", "is not TOML"),
    ],
)
def test_a_wrong_line_is_named_with_what_it_takes(file: Path, line: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(file, line), {})
    assert told in str(caught.value)
    assert str(file) in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("value", ["many", "0", "65", "", "1.5"])
def test_a_wrong_variable_is_named(file: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"^Variable SOULSPOT_GALLERY_MAX_CONNECTIONS: .* from 1 to 64\.$"):
        load_settings(file, {"SOULSPOT_GALLERY_MAX_CONNECTIONS": value})


def test_more_threads_than_cores_are_never_used(file: Path) -> None:
    assert load_settings(written(file, "conversion_threads = 4"), {}).conversion_threads == min(4, os.cpu_count() or 1)


def test_what_can_not_be_read_is_told(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings(tmp_path, {})
    file.parent.mkdir()
    file.write_bytes(b"theme = '\xff'")
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings(file, {})


def test_an_editor_that_writes_a_byte_order_mark_does_no_harm(file: Path) -> None:
    written(file, "\ufeffwebp_quality = 70\n")
    assert load_settings(file, {}).webp_quality == 70


def test_default_places_are_the_users_own(home: Path) -> None:
    assert default_settings_file().name == "settings.toml"
    if os.name == "posix":
        assert home in default_settings_file().parents
        assert home in default_data_dir().parents
