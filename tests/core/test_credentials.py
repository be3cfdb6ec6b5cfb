"""The user's keys: in the keyring where there is one that keeps them, else in a file for the user alone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from soulspot_gallery.core.credentials import Credentials, CredentialStore, default_credentials_file
from soulspot_gallery.core.errors import SettingsError

MINE = Credentials("c11ent", "s3cret", None)


class Ring:
    """A keyring in memory; `mood`: what its backend is like."""

    def __init__(self, mood: str = "good") -> None:
        self.mood = mood
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.mood == "refuses":
            raise RuntimeError("no backend")
        if self.mood != "forgets":
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


async def test_a_file_of_the_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "config" / "credentials.json"
    store = CredentialStore(file, None)
    assert await store.get("spotify") is None
    await store.keep("spotify", MINE)
    await store.keep("other", Credentials("x", None, "t"))
    assert await store.get("spotify") == MINE
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await store.forget("spotify")
    await store.forget("spotify")
    assert await store.get("spotify") is None
    assert await store.get("other") == Credentials("x", None, "t")
    assert [each.name for each in file.parent.iterdir()] == [file.name]


async def test_a_keyring_goes_first(tmp_path: Path) -> None:
    ring, file = Ring(), tmp_path / "credentials.json"
    await CredentialStore(file, None).keep("spotify", Credentials("old"))
    store = CredentialStore(file, ring)
    assert await store.get("spotify") == Credentials("old")
    await store.keep("spotify", MINE)
    assert await store.get("spotify") == MINE
    assert "spotify" not in json.loads(file.read_text())
    await store.forget("spotify")
    assert await store.get("spotify") is None
    assert not ring.kept


@pytest.mark.parametrize("mood", ["refuses", "forgets"])
async def test_a_keyring_that_keeps_nothing_is_not_relied_on(tmp_path: Path, mood: str) -> None:
    store = CredentialStore(tmp_path / "credentials.json", Ring(mood))
    await store.keep("spotify", MINE)
    assert await store.get("spotify") == MINE
    await store.forget("spotify")
    assert await store.get("spotify") is None


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"spotify": 7}', '{"spotify": "[]"}', '{"spotify": "{}"}'])
async def test_a_damaged_file_holds_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(text)
    store = CredentialStore(file, None)
    assert await store.get("spotify") is None
    await store.keep("spotify", MINE)
    assert await store.get("spotify") == MINE


async def test_a_place_that_can_not_be_written_is_told_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "occupied").touch()
    with pytest.raises(SettingsError, match="can't be kept") as caught:
        await CredentialStore(tmp_path / "occupied" / "x.json", None).keep("spotify", MINE)
    assert "s3cret" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Credentials("c", "s3cret", "s3cret"))
    assert default_credentials_file().name == "credentials.json"
