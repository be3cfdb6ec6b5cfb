"""An import's plan as the lines of two tables. Made off the GUI thread: a library may have a hundred thousand."""

from __future__ import annotations

from dataclasses import dataclass

from soulspot_gallery.core.importing.plans import ImportPlan
from soulspot_gallery.gui.look.wording import kind_words
from soulspot_gallery.gui.sources.source_wording import plan_sentence
from soulspot_gallery.gui.widgets.rows_model import Row


@dataclass(frozen=True, slots=True)
class Preview:
    """`added`: kind, name, artist, picture. `problems`: where, what; those that cost something first."""

    plan: ImportPlan
    sentence: str
    added: tuple[Row, ...]
    problems: tuple[Row, ...]


def preview_of(plan: ImportPlan) -> Preview:
    """The lines of a plan. Pure."""
    pictures = {(each.kind, each.id) for each in plan.pictures}
    added = [
        Row(
            (
                kind_words(row.kind),
                row.name,
                plan.rows.artists.get(row.artist_id or "", ""),
                "Yes" if (row.kind, row.id) in pictures else "By its link" if row.url else "",
            ),
            row,
        )
        for row in plan.rows.added
    ]
    ordered = sorted(plan.problems, key=lambda each: not each.left_out)
    problems = [Row((each.where, each.message), each) for each in ordered]
    return Preview(plan, plan_sentence(plan), tuple(added), tuple(problems))
