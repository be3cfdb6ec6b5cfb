"""URL and address rules: what is refused, what is allowed, what a message shows."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulspot_gallery.core.errors import PictureError
from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.addresses import UrlRules, is_public
from soulspot_gallery.core.network.spoken import shown

STRICT = UrlRules(())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "example.com/a.jpg",
        "//example.com/a.jpg",
        "/a.jpg",
        "file:///etc/passwd",
        "spotify:image:ab67616d",
        "ftp://example.com/a.jpg",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "http://",
        "http:///a.jpg",
        "http://user:secret@example.com/a.jpg",
        "http://@example.com/a.jpg",
        "http://example.com@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://127.0.0.1\\.example.com/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:x/",
        "http://exa mple.com/",
        "http://exam\tple.com/",
        "http://example.com/a\r\nX-Header: 1",
        "http://example..com/",
        "http://-example.com/",
        "http://%31%32%37.0.0.1/",
        "http://[::1/",
        "http://[not-an-address]/",
        "http://" + "a" * 300 + ".com/",
        "http://example.com/" + "a" * 9000,
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(PictureError) as caught:
        STRICT.check(url)
    assert caught.value.code is ErrorCode.UNSAFE
    assert str(caught.value).endswith(".")


PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1",  # noqa: S104
    "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254", "64:ff9b:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    "2001:db8::1", "2001::1", "2002:7f00:1::", "2002:808:808::", "100::1", "5f00::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(PictureError) as caught:
        STRICT.check(f"http://{host}/a.jpg")
    assert caught.value.code is ErrorCode.UNSAFE


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)
    host = f"[{address}]" if ":" in address else address
    assert STRICT.check(f"https://{host}/a.jpg").port == 443


@given(st.ip_addresses(v=4))
def test_every_ipv4_address_that_python_calls_private_is_refused(address: ipaddress.IPv4Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(str(address))
        assert not is_public(f"::ffff:{address}")
        assert not is_public(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.1.",
     "127.0.0.256", "134744072", "8.8.2056", "１２７.0.0.1", "127。0。0。1", "[::1%25lo]",
     "[fe80::1%25eth0]", "[::ffff:7f00:1]"],
)  # fmt: skip
def test_odd_forms_of_addresses(host: str) -> None:
    with pytest.raises(PictureError):
        STRICT.check(f"http://{host}/")


@pytest.mark.parametrize("host", ["xn--a.example", "xn--.example"])
def test_what_only_pretends_to_be_punycode(host: str) -> None:
    with pytest.raises(PictureError, match="not a name that can be looked up"):
        STRICT.check(f"http://{host}/")


def test_allowed_hosts_name_host_and_port() -> None:
    rules = UrlRules(("127.0.0.1:8080", "[::1]:80", "Media.Local:443", "10.0.0.9:80", "nonsense"))
    assert rules.check("http://127.0.0.1:8080/a.jpg").key == "127.0.0.1:8080"
    assert rules.check("http://[0:0:0:0:0:0:0:1]/a.jpg").host == "::1"
    assert rules.check("http://10.0.0.9/a.jpg").key == "10.0.0.9"
    assert rules.may_connect("192.168.0.3", "media.local", 443)
    assert not rules.may_connect("192.168.0.3", "media.local", 80)
    for url in ("http://127.0.0.1/", "http://127.0.0.1:8081/", "https://10.0.0.9/", "http://2130706433:8080/"):
        with pytest.raises(PictureError):
            rules.check(url)


def test_a_url_is_made_ready_without_changing_what_it_names() -> None:
    target = STRICT.check(" https://Exämple.com/a b/ü%2Fc.jpg?token=x y&z=%41#fragment ")
    assert target.url == "https://xn--exmple-cua.com/a%20b/%C3%BC%2Fc.jpg?token=x%20y&z=%41"
    assert (target.host, target.port, target.key) == ("xn--exmple-cua.com", 443, "xn--exmple-cua.com")
    assert STRICT.check("http://example.com:80").url == "http://example.com/"
    assert STRICT.check("http://example.com:8000?x").url == "http://example.com:8000/?x"


def test_redirects_obey_the_same_rules() -> None:
    start = STRICT.check("https://example.com/a/b.jpg?x=1")
    assert STRICT.follow(start, "../c.jpg").url == "https://example.com/c.jpg"
    assert STRICT.follow(start, "//cdn.example.com/d.jpg").url == "https://cdn.example.com/d.jpg"
    for location in ("http://127.0.0.1/", "file:///etc/passwd", "//u:p@example.com/", "http://[::1", "http://[x]/"):
        with pytest.raises(PictureError) as caught:
            STRICT.follow(start, location)
        assert caught.value.code is ErrorCode.UNSAFE


def ready(url: str) -> str | None:
    """The URL as it would be requested, None where the rules refuse it."""
    try:
        return STRICT.check(url).url
    except PictureError:
        return None


@given(st.text(max_size=60) | st.builds("http://{}/{}".format, st.text(max_size=20), st.text(max_size=20)))
def test_no_text_breaks_the_rules(url: str) -> None:
    shown(url)
    text = ready(url)
    assert text is None or (text.isascii() and text.startswith(("http://", "https://")) and " " not in text)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://cdn.example.com/a.jpg?token=s3cret", "https://cdn.example.com/a.jpg"),
        ("https://u:s3cret@cdn.example.com:81/a.jpg#s3cret", "https://cdn.example.com:81/a.jpg"),
        ("u:s3cret@cdn.example.com/a.jpg", "u:…"),
        ("s3cret@cdn.example.com/a.jpg?s3cret", "cdn.example.com/a.jpg"),
        ("spotify:image:s3cret", "spotify:…"),
        ("http://[::1?s3cret", "this URL"),
    ],
)
def test_messages_show_no_secret(url: str, text: str) -> None:
    assert shown(url) == text


def test_messages_are_short_and_printable() -> None:
    assert len(shown("https://example.com/" + "a" * 5000)) == 200
    assert shown("https://example.com/\x1b[31m") == "https://example.com/�[31m"
