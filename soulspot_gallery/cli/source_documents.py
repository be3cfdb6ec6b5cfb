"""The JSON documents and the texts of the commands that ask sources."""

from __future__ import annotations

from soulspot_gallery.cli.documents import Document, time_text
from soulspot_gallery.core.network.pacing import span
from soulspot_gallery.core.sources.sync_reports import (
    AddResult,
    Purge,
    SourceInfo,
    SourceTest,
    Synced,
    SyncReport,
    SyncResult,
)

_MOST = 20
"""Failures told one by one; --json has them all."""


def sync_document(report: SyncReport) -> Document:
    return {
        "requested": len(report.results),
        **{outcome.value: report.count(outcome) for outcome in Synced},
        "seconds": round(report.seconds, 3),
        "sources": [
            {
                "name": each.name,
                "found": each.found,
                "nothing": each.nothing,
                "failed": each.failed,
                "problem": each.problem,
            }
            for each in report.sources
        ],
        "problems": list(report.problems),
        "results": [_result(each) for each in report.results],
    }


def _result(result: SyncResult) -> Document:
    return {
        "kind": result.kind.value,
        "id": result.id,
        "outcome": result.outcome.value,
        "source": result.source,
        "url": result.url,
        "error": None if result.error is None else result.error.value,
        "message": result.message,
    }


def sync_text(report: SyncReport) -> str:
    counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Synced if report.count(outcome))
    lines = [f"{len(report.results)} entities looked at: {counts or 'nothing to do'} ({report.seconds:.1f} s)"]
    lines += [
        f"  {each.name:20}{each.found:>6} found{each.nothing:>6} nothing{each.failed:>6} failed"
        + (f"  {each.problem}" if each.problem else "")
        for each in report.sources
    ]
    failed = [each for each in report.results if each.outcome is Synced.FAILED]
    lines += [f"  {each.kind.value} {each.id}: {each.message}" for each in failed[:_MOST]]
    return "\n".join(lines + ([f"  … and {len(failed) - _MOST} more; --json lists all"] if len(failed) > _MOST else []))


def add_document(added: AddResult) -> Document:
    return {
        "kind": added.kind.value,
        "id": added.id,
        "name": added.name,
        "artist": added.artist,
        "added": added.added,
        "source": added.source,
        "uri": added.uri,
        "picture": _result(added.synced),
    }


def add_text(added: AddResult) -> str:
    by = f" · {added.artist}" if added.artist else ""
    what = "added" if added.added else "is in the library already"
    lines = [f"{added.kind.value} {added.name}{by} {what} ({added.source})"]
    pictures = {
        Synced.FETCHED: f"its picture is from {added.synced.source or 'its URL'}",
        Synced.URL: f"the URL of its picture is from {added.synced.source}",
        Synced.KEPT: "it has a picture",
        Synced.NOTHING: "no source has a picture of it",
    }
    lines.append("  " + pictures.get(added.synced.outcome, added.synced.message or "its picture could not be had"))
    return "\n".join(lines)


def sources_document(sources: list[SourceInfo], problems: tuple[str, ...]) -> Document:
    return {
        "sources": [
            {
                "name": each.name,
                "title": each.title,
                "kinds": [kind.value for kind in each.kinds],
                "on": each.position is not None,
                "position": each.position,
                "key": each.key,
                "sends": each.sends,
                "terms": each.terms,
                "max_age_days": each.max_age_days,
                "limits": [
                    {"api": limit.api, "url": limit.url, "requests": limit.requests, "seconds": limit.seconds}
                    for limit in each.limits
                ],
                "problem": each.problem,
                "rests_for": round(each.rests_for, 1),
                "found": each.found,
                "nothing": each.nothing,
                "failed": each.failed,
                "last_answer": time_text(each.last_answer),
                "last_problem": each.last_problem,
            }
            for each in sources
        ],
        "problems": list(problems),
    }


def sources_text(sources: list[SourceInfo]) -> str:
    lines = []
    for each in sources:
        place = "off" if each.position is None else f"{each.position + 1}."
        lines.append(f"{place:4}{each.name:19}{each.title}: {', '.join(kind.plural for kind in each.kinds)}")
        lines.append(f"{'':23}key: {each.key}; sends {each.sends}")
        limits = "; ".join(f"{limit.api} {limit.requests} in {limit.seconds:g} s" for limit in each.limits)
        if limits:
            lines.append(f"{'':23}at most {limits}")
        if each.last_answer is not None:
            at = f"{each.last_answer.astimezone():%Y-%m-%d %H:%M}"
            lines.append(f"{'':23}{each.found} found, {each.nothing} nothing, {each.failed} failed; last {at}")
        if each.problem is not None and each.position is not None:
            lines.append(f"{'':23}{each.problem}")
        if each.rests_for:
            lines.append(f"{'':23}asks to be left alone for {span(each.rests_for)}")
    return "\n".join(lines)


def tests_document(tests: list[SourceTest]) -> Document:
    return {
        "tests": [
            {"name": each.name, "works": each.works, "message": each.message, "seconds": round(each.seconds, 3)}
            for each in tests
        ]
    }


def tests_text(tests: list[SourceTest]) -> str:
    return "\n".join(f"{'works' if each.works else 'fails':7}{each.name:20}{each.message}" for each in tests)


def purge_document(purge: Purge) -> Document:
    return {"removed": purge.removed, "left": list(purge.left)}


def purge_text(purge: Purge) -> str:
    gone = (
        "1 picture that came from there was"
        if purge.removed == 1
        else f"{purge.removed} pictures that came from there were"
    )
    lines = [f"Disconnected; {gone} removed."]
    return "\n".join(lines + [f"  left: {each}" for each in purge.left])
