"""Tokens for Spotify's Web API, by the user's own application: client credentials, or a login with PKCE (RFC 7636)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from soulspot_gallery.core.credentials import Credentials, CredentialStore
from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.json_client import Answer, Api, JsonClient, NotAvailable, Question
from soulspot_gallery.core.providers.redirect import RedirectReceiver

SPOTIFY_ACCOUNTS = Api("spotify-accounts", "https://accounts.spotify.com", requests=10, seconds=30.0)
LOGIN_SECONDS = 300.0
SOURCE = "spotify"
NOT_CONNECTED = "Spotify needs an application of your own; connect it first (sources --connect spotify)."
_SCOPE = "playlist-read-private playlist-read-collaborative"
_GOOD_FOR = 3600
"""Seconds that a token is good for, as a rule."""
_EARLY = 60.0
"""Seconds before its end from which a token is not used any more."""


class SpotifyLogin:
    """Gives tokens and renews them; what has to outlive the program goes to the credential store."""

    def __init__(
        self, json: JsonClient, credentials: CredentialStore, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._json = json
        self._credentials = credentials
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._renewing = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for at least another minute. Raises PictureError: `denied` where the user has to
        connect (again), and what a request raises."""
        async with self._renewing:
            if not self._token or self._clock() >= self._good_until:
                await self._renew()
            return self._token

    def drop_token(self, token: str) -> None:
        """Spotify does not take this token any more; another one that is there by now stays."""
        if token == self._token:
            self._token = ""

    async def connect_with_secret(self, client_id: str, client_secret: str) -> None:
        """Try the application's id and secret, and keep them. Raises PictureError, SettingsError."""
        credentials = Credentials(client_id, client_secret)
        self._take(await self._ask({"grant_type": "client_credentials"}, credentials))
        await self._credentials.keep(SOURCE, credentials)

    async def connect_with_login(
        self, client_id: str, open_page: Callable[[str], None], port: int = 0, seconds: float = LOGIN_SECONDS
    ) -> None:
        """Let the person log in on the page that `open_page` is given; keeps the token that this leaves.

        The application needs `http://127.0.0.1/callback` among its redirect URIs. Raises PictureError (`denied`,
        `timeout` ...), SettingsError.
        """
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64)
        async with RedirectReceiver(state, port) as receiver:
            open_page(self._page(client_id, receiver.address, state, verifier))
            code = await receiver.code(seconds)
            form = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": receiver.address,
                "client_id": client_id,
                "code_verifier": verifier,
            }
        document = await self._ask(form, Credentials(client_id))
        await self._keep_refresh_token(Credentials(client_id), document)
        self._take(document)

    async def disconnect(self) -> None:
        """Forget application and tokens. Raises SettingsError."""
        self._token = ""
        await self._credentials.forget(SOURCE)

    def _page(self, client_id: str, redirect: str, state: str, verifier: str) -> str:
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect,
            "state": state,
            "scope": _SCOPE,
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }
        return f"{self._json.base(SPOTIFY_ACCOUNTS)}/authorize?{urlencode(query)}"

    async def _renew(self) -> None:
        credentials = await self._credentials.get(SOURCE)
        if credentials is None:
            raise NotAvailable(NOT_CONNECTED)
        if credentials.client_secret is not None:
            self._take(await self._ask({"grant_type": "client_credentials"}, credentials))
            return
        if credentials.refresh_token is None:
            raise NotAvailable(NOT_CONNECTED)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": credentials.refresh_token,
            "client_id": credentials.client_id,
        }
        document = await self._ask(form, credentials)
        if document.get("refresh_token"):  # each may be used once
            await self._keep_refresh_token(credentials, document)
        self._take(document)

    async def _keep_refresh_token(self, credentials: Credentials, document: Mapping[str, Any]) -> None:
        token = document.get("refresh_token")
        if not isinstance(token, str) or not token:
            raise PictureError(ErrorCode.PROTOCOL, "spotify-accounts: it gave no token to stay logged in with.")
        await self._credentials.keep(SOURCE, replace(credentials, refresh_token=token))

    def _take(self, document: Mapping[str, Any]) -> None:
        token, seconds = document.get("access_token"), document.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise PictureError(ErrorCode.PROTOCOL, "spotify-accounts: it gave no token.")
        believed = seconds if isinstance(seconds, int) and _EARLY < seconds <= _GOOD_FOR else _GOOD_FOR
        self._token = token
        self._good_until = self._clock() + believed - _EARLY

    async def _ask(self, form: Mapping[str, str], credentials: Credentials) -> dict[str, Any]:
        headers = {}
        if credentials.client_secret is not None:
            pair = f"{credentials.client_id}:{credentials.client_secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        answer = await self._json.ask(SPOTIFY_ACCOUNTS, Question("/api/token", headers=headers, form=form))
        if answer.status == 200 and isinstance(answer.document, dict):
            return answer.document
        raise NotAvailable(_refusal(answer))


def _refusal(answer: Answer) -> str:
    """Why there is no token. Spotify's own words are not repeated: they might hold what was sent."""
    error = answer.document.get("error") if isinstance(answer.document, dict) else None
    if error == "invalid_client":
        return "Spotify does not know this client id, or the secret is another one; check both and connect again."
    if error == "invalid_grant":
        return "The login at Spotify has ended; connect again (sources --connect spotify)."
    return f"Spotify gave no access ({answer.status}); connect again (sources --connect spotify)."
