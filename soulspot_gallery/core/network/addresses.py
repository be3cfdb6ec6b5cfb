"""Which URLs and addresses may be contacted. Pure rules, no network: `wire` applies them to what a name resolves to.

Sources: the IANA special-purpose address registries (RFC 6890), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo),
and the metadata addresses that the large clouds publish.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

import httpx

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 8192
"""Characters; what is longer no server takes."""

_PRIVATE_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
# Only 2000::/3 is global unicast; within it: Teredo and other protocol use, documentation, 6to4.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_PRIVATE_V6 = tuple(
    ipaddress.IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "3ffe::/16")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEEP = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed the rules: `url` in ASCII and without fragment; `host` without brackets, lower case;
    `key` names the host for limits and messages: the port only where it is not the scheme's own."""

    url: str
    host: str
    port: int
    key: str


def unsafe(reason: str) -> PictureError:
    """The error of a URL that the rules refuse; `reason` is a sentence."""
    return PictureError(ErrorCode.UNSAFE, reason)


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """True for an address of the open internet; False for private, loopback, link-local, shared, multicast, reserved,
    documentation and metadata addresses, for scoped ones, and for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return False
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        else:
            return parsed in _GLOBAL_V6 and not any(parsed in block for block in _PRIVATE_V6)
    return not any(parsed in block for block in _PRIVATE_V4)


def _ascii_host(host: str) -> str:
    """The host in ASCII and lower case, without its trailing dot; PictureError where it is no host."""
    refused = unsafe("The host of the URL is not a name that can be looked up; correct the URL.")
    try:
        parsed = httpx.URL(scheme="http", host=host)
        name = parsed.raw_host.decode("ascii").lower().removesuffix(".")
        parsed.host  # noqa: B018  raises where a label is marked as punycode and is none
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise refused from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise refused
    return name


@lru_cache(maxsize=4096)
def _host(host: str) -> tuple[str, bool]:
    """The host in its canonical form and whether it is an IP literal. Raises PictureError: unsafe."""
    if ":" in host:
        try:
            parsed = ipaddress.IPv6Address(host)
        except ValueError:
            raise unsafe("The IPv6 address in the URL is not one; correct the URL.") from None
        if parsed.scope_id is not None:
            raise unsafe("The URL names an address of one network card only; such addresses are not contacted.")
        return parsed.compressed, True
    name = _ascii_host(host)
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name, False
    # Resolvers read 2130706433, 127.1 and 0x7f.0.0.1 as addresses; only the ordinary form is taken.
    try:
        return str(ipaddress.IPv4Address(name)), True
    except ValueError:
        raise unsafe("The URL hides an IP address in an odd form; such addresses are not contacted.") from None


def _allowed_pair(text: str) -> tuple[str, int] | None:
    host, _, port = text.strip().rpartition(":")
    try:
        return _host(host.removeprefix("[").removesuffix("]").lower())[0], int(port)
    except (PictureError, ValueError):
        return None


class UrlRules:
    """The rules with the exceptions that the user made: `allowed_hosts`, a list of `host:port`."""

    def __init__(self, allowed_hosts: Iterable[str]) -> None:
        self._allowed = frozenset(pair for text in allowed_hosts if (pair := _allowed_pair(text)) is not None)
        # A URL is checked by whoever takes it in and by whoever contacts it.
        self._remembered = lru_cache(maxsize=64)(self._check)

    def allows_private(self, host: str, port: int) -> bool:
        """True where the user named this host (canonical form) and port."""
        return (host, port) in self._allowed

    def may_connect(self, address: str, host: str, port: int) -> bool:
        """Whether `host` (canonical), resolved to `address`, may be connected to."""
        return self.allows_private(host, port) or is_public(address)

    def check(self, url: str) -> Target:
        """The URL ready for a request. Raises PictureError (`unsafe`) where the rules refuse it; contacts nobody."""
        return self._remembered(url)

    def _check(self, url: str) -> Target:
        url = url.strip(" ")
        if not url:
            raise unsafe("There is no URL.")
        if len(url) > LONGEST_URL or _CONTROL.search(url):
            raise unsafe("The URL is too long or holds control characters; correct the URL.")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise unsafe("The URL can't be read; correct the URL.") from None
        if parts.scheme not in DEFAULT_PORTS:
            raise unsafe("Only http and https URLs are fetched; correct the URL.")
        if "@" in parts.netloc:
            raise unsafe("The URL carries a user name or password; such URLs are not fetched.")
        if not parts.hostname or port == 0:
            raise unsafe("The URL names no host; correct the URL.")
        host, literal = _host(parts.hostname)
        default = DEFAULT_PORTS[parts.scheme]
        port = port or default
        if literal and not self.may_connect(host, host, port):
            raise unsafe(
                f"{host} is a private address; to fetch from it, add {_pair(host, port)} to the allowed hosts."
            )
        key = (f"[{host}]" if ":" in host else host) if port == default else _pair(host, port)
        tail = parts.path or "/"
        if parts.query:
            tail += "?" + parts.query
        return Target(f"{parts.scheme}://{key}{quote(tail, safe=_KEEP)}", host, port, key)

    def follow(self, target: Target, location: str) -> Target:
        """Where a redirect leads, by the same rules. Raises PictureError: `unsafe`."""
        try:
            return self.check(urljoin(target.url, location.strip()))
        except ValueError:
            raise unsafe("The redirect leads to a URL that can't be read.") from None


def _pair(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def private_name(host: str, port: int) -> str:
    """The sentence for a name that leads to a private address."""
    return f"{host} leads to a private address; to fetch from it, add {_pair(host, port)} to the allowed hosts."
