"""The part of the journal that shows a library asks: plain values by path, URL hash and id, for few or for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from soulspot_gallery.core.journal import rows as reading
from soulspot_gallery.core.journal import tables as t
from soulspot_gallery.core.journal.records import Facts
from soulspot_gallery.core.journal.repairs import Repairs
from soulspot_gallery.core.locate import safe_local_path, url_hash
from soulspot_gallery.core.model import Entity, Verdict

_VERDICTS = sa.select(t.link.c.url_hash, t.link.c.verdict)


class Glances(Repairs):
    """What is known of pictures at a glance. Raises JournalError."""

    def facts_of(self, entities: Sequence[Entity]) -> Facts:
        """What is known of these few entities; one query a table and 500 of them."""
        paths = [path for entity in entities if (path := safe_local_path(entity.path))]
        hashes = [url_hash(entity.url) for entity in entities if entity.url]
        ids = [entity.id for entity in entities]
        return Facts(
            fetched=_by_key(self._among(reading.FETCHED, t.picture.c.path, paths)),
            shown=_by_key(self._among(reading.SHOWN, t.shown.c.path, paths)),
            verdicts=_verdicts(self._among(_VERDICTS, t.link.c.url_hash, hashes)),
            failures=reading.attempts(self._among(reading.FAILURES, t.attempt.c.id, ids)),
            marks=self.marks_of(ids),
        )

    def facts(self) -> Facts:
        """What is known of all."""
        return Facts(
            fetched=_by_key(self._each(reading.FETCHED)),
            shown=_by_key(self._each(reading.SHOWN)),
            verdicts=_verdicts(self._each(_VERDICTS)),
            failures=reading.attempts(self._rows(reading.FAILURES)),
            marks=self.marks(),
        )


def _by_key(rows: Iterable[Any]) -> dict[str, float]:
    return dict(rows)


def _verdicts(rows: Iterable[Any]) -> dict[str, Verdict]:
    known = {verdict.value: verdict for verdict in Verdict}
    return {key: known[verdict] for key, verdict in rows}
