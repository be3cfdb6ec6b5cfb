"""Logins of music servers: given, kept for later, used to make the addresses of pictures. Reads no catalogue."""

from __future__ import annotations

from urllib.parse import urlsplit

from soulspot_gallery.core.caching.origins import server_of
from soulspot_gallery.core.credentials import Credentials, CredentialStore
from soulspot_gallery.core.errors import PictureError, UsageError
from soulspot_gallery.core.importing.subsonic import Login, login, parse_address, picture_url
from soulspot_gallery.core.model import ErrorCode


class Logins:
    """The logins of this session, and those that the user's credential store keeps. One event loop.

    Kept is what a request carries, a salt and the token made with it; never the password.
    """

    def __init__(self, store: CredentialStore) -> None:
        self._store = store
        self._known: dict[str, Login] = {}

    async def of(self, source: str, user: str | None, password: str | None) -> Login:
        """The login for a server's address: what is given or stands in it, else what was kept. Raises UsageError."""
        address = parse_address(source)
        user, password = user or address.user, password if password is not None else address.password
        if user is not None and password is not None:
            return login(address.base, user, password)
        kept = await self._kept(address.base)
        if kept is None or user not in (None, kept.user):
            raise UsageError(
                f"{urlsplit(address.base).netloc} needs a user name and a password; give both and try again "
                "(as a command: --user NAME, and the password in SUBSONIC_PASSWORD)."
            )
        return kept

    async def keep(self, of: Login) -> None:
        """Keep a login for later recaches. Raises SettingsError where that is not possible."""
        self._known[of.base] = of
        await self._store.keep(_name(of.base), Credentials(of.user, f"{of.salt}:{of.token}"))

    async def unlock(self, origin: str) -> str:
        """The address of a picture on a server, with the token that it takes. Raises PictureError."""
        base, picture = server_of(origin) or ("", "")
        kept = await self._kept(base)
        if kept is None:
            host = urlsplit(base).netloc
            raise PictureError(ErrorCode.DENIED, f"The login of {host} is not known here; import from it again.")
        return picture_url(kept, picture)

    async def _kept(self, base: str) -> Login | None:
        if base not in self._known:
            found = await self._store.get(_name(base))
            if found is None:
                return None
            salt, _, token = (found.client_secret or "").partition(":")
            self._known[base] = Login(base, found.client_id, salt, token)
        return self._known[base]


def _name(base: str) -> str:
    return f"opensubsonic {base}"
