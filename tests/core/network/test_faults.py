"""Retry-After, in its two forms and in none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from soulspot_gallery.core.model import ErrorCode
from soulspot_gallery.core.network.faults import delay_of, status_fault

NOW = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        (" 30 ", 30.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("9" * 400, 7 * 24 * 3600.0),
        ("Wed, 01 May 2024 12:00:45 GMT", 45.0),
        ("Wed, 01 May 2024 12:00:45", 45.0),
        ("Wed, 01 May 2024 11:00:00 GMT", 0.0),
        ("Wed, 01 May 9999 11:00:00 GMT", 7 * 24 * 3600.0),
        ("Wed, 99 May 2024 99:00:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert delay_of(header, NOW) == seconds


@pytest.mark.parametrize("status", range(100, 1000))
def test_every_status_has_its_word(status: int) -> None:
    fault = status_fault(status, "example.com")
    assert fault.code in ErrorCode
    assert str(status) in str(fault)
    assert fault.of_host is (500 <= status < 600)
