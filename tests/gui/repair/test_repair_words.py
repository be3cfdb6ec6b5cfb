"""Every kind of change by hand has words for its job, its end and its place in what can be undone."""

from __future__ import annotations

import pytest

from soulspot_gallery.core.journal.repair_records import Action
from soulspot_gallery.core.model import EntityType
from soulspot_gallery.core.repair.reports import RepairReport, action_words
from soulspot_gallery.gui.repair.repair_words import job_title, repair_summary


@pytest.mark.parametrize("action", Action)
def test_every_action_has_words(action: Action) -> None:
    done = RepairReport(action, 1, ((EntityType.ARTIST, "1"),))
    assert action_words(action)
    assert job_title(action, 3).endswith("3 pictures")
    assert repair_summary(done, lambda kind, entity_id: "Björk").text.startswith("“Björk”: ")
