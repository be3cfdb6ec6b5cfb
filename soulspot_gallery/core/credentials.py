"""The user's own keys for sources: in the system's keyring where the optional package is there, else in a file that
only the user can read. Never in a setting, a log, a message or the journal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from soulspot_gallery.core.errors import SettingsError
from soulspot_gallery.core.settings import APPLICATION, default_settings_file

try:
    import keyring
except ImportError:  # an optional extra
    _keyring: Any = None
else:
    _keyring = keyring

KEYRING_SECONDS = 20.0
"""A keyring may ask the user to unlock it, and may never answer."""


class Keyring(Protocol):
    """What is used of the package `keyring`."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """An application of the user's own at a service: its id, and a secret or the token that a login left."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)


def installed_keyring() -> Keyring | None:
    """The system's keyring, or None where the package is not installed."""
    found: Keyring | None = _keyring
    return found


def default_credentials_file() -> Path:
    return default_settings_file().with_name("credentials.json")


class CredentialStore:
    """Reads and keeps credentials by the name of the source. Waits in threads; one event loop."""

    def __init__(self, file: Path, keyring: Keyring | None) -> None:
        self._file = file
        self._keyring = keyring

    async def get(self, source: str) -> Credentials | None:
        """The credentials for a source; None where there are none or they can't be read."""
        text = await self._in_keyring("get_password", source)
        if text is None:
            text = (await asyncio.to_thread(self._read)).get(source)
        return _from_text(text)

    async def keep(self, source: str, credentials: Credentials) -> None:
        """Raises SettingsError where they can't be kept."""
        text = _to_text(credentials)
        if self._keyring is not None:
            await self._in_keyring("set_password", source, text)
            # A keyring without a backend takes nothing, some take it and forget: believe what comes back.
            if await self._in_keyring("get_password", source) == text:
                await asyncio.to_thread(self._write, source, None)
                return
        await asyncio.to_thread(self._write, source, text)

    async def forget(self, source: str) -> None:
        """Raises SettingsError where the file can't be written."""
        await self._in_keyring("delete_password", source)
        await asyncio.to_thread(self._write, source, None)

    async def _in_keyring(self, method: str, source: str, *password: str) -> str | None:
        if self._keyring is None:
            return None
        call = getattr(self._keyring, method)
        # Backends raise what they like (no D-Bus, locked, refused): then the file is what there is.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(KEYRING_SECONDS):
                result = await asyncio.to_thread(call, APPLICATION, source, *password)
                return result if isinstance(result, str) else None
        return None

    def _read(self) -> Mapping[str, str]:
        try:
            document = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: text for name, text in document.items() if isinstance(text, str)} if _is_map(document) else {}

    def _write(self, source: str, text: str | None) -> None:
        """Set or drop (None) one entry."""
        kept = {name: each for name, each in self._read().items() if name != source}
        if text is None and not self._file.exists():
            return
        whole = kept if text is None else kept | {source: text}
        temporary = self._file.with_name(self._file.name + ".part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.unlink(missing_ok=True)
            _write_private(temporary, json.dumps(whole, indent=1))
            temporary.replace(self._file)
        except OSError as problem:
            raise SettingsError(f"The credentials can't be kept in {self._file}: {problem.strerror}.") from None


def default_credentials() -> CredentialStore:
    """The user's own: the keyring, else the file `credentials.json` beside the settings."""
    return CredentialStore(default_credentials_file(), installed_keyring())


def _write_private(file: Path, text: str) -> None:
    """A new file that no other user can read: mode 0600 from its first moment on POSIX. Windows knows no modes; there
    the user's folder is private by itself."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    if sys.platform != "win32":
        flags |= os.O_NOFOLLOW
    with open(os.open(file, flags, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123 (of a descriptor)
        stream.write(text)


def _is_map(document: Any) -> bool:
    return isinstance(document, dict)


def _to_text(credentials: Credentials) -> str:
    return json.dumps(
        {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": credentials.refresh_token,
        }
    )


def _from_text(text: str | None) -> Credentials | None:
    try:
        values = json.loads(text or "")
    except ValueError:
        return None
    if not isinstance(values, dict) or not isinstance(values.get("client_id"), str):
        return None
    secret, token = values.get("client_secret"), values.get("refresh_token")
    return Credentials(
        values["client_id"], secret if isinstance(secret, str) else None, token if isinstance(token, str) else None
    )
