"""The tables of the journal. Times are seconds since 1970 (UTC); URLs stand here as hashes, except where it is said."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

VERSION = 8
"""Raised with every change that an older gallery could not read."""


class UtcTime(sa.types.TypeDecorator[datetime]):
    """Aware datetimes, stored as seconds since 1970."""

    impl = sa.Float
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> float | None:
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


METADATA = sa.MetaData()

meta = sa.Table(
    "meta", METADATA, sa.Column("key", sa.String, primary_key=True), sa.Column("value", sa.String, nullable=False)
)

# Facts of the pictures that the gallery wrote, by path under the image root.
picture = sa.Table(
    "picture",
    METADATA,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("url_hash", sa.String, nullable=False),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("source_width", sa.Integer, nullable=False),
    sa.Column("source_height", sa.Integer, nullable=False),
    sa.Column("source_format", sa.String, nullable=False),
    sa.Column("fetched_at", UtcTime, nullable=False),
)

# The last look at a file: whole or not, for this size, time and inode.
file_check = sa.Table(
    "file_check",
    METADATA,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("device", sa.BigInteger, nullable=False),
    sa.Column("inode", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("problem", sa.String),
)

shown = sa.Table(
    "shown", METADATA, sa.Column("path", sa.String, primary_key=True), sa.Column("at", UtcTime, nullable=False)
)

link = sa.Table(
    "link",
    METADATA,
    sa.Column("url_hash", sa.String, primary_key=True),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("checked_by", sa.String, nullable=False),
    sa.Column("checked_at", UtcTime, nullable=False),
)

# The last attempt to fetch an entity's picture, kept while it is a failure or new.
attempt = sa.Table(
    "attempt",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("error", sa.String),
    sa.Column("message", sa.String),
)

plan = sa.Table(
    "plan",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("document", sa.String, nullable=False),
)

receipt = sa.Table(
    "receipt",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("plan", sa.String, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("removal", sa.String, nullable=False),
)

# One file of a cleanup. `rows`: the entities whose path was cleared, as JSON, without their URLs.
# `step`: intended, removed, returning, restored, gone.
receipt_item = sa.Table(
    "receipt_item",
    METADATA,
    sa.Column("receipt", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.String, nullable=False),
    sa.Column("step", sa.String, nullable=False),
)

# A picture about to be put in place: what recovery needs to go forward or back.
write_intent = sa.Table(
    "write_intent",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("temporary", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("entity", sa.String, nullable=False),
    sa.Column("url_hash", sa.String, nullable=False),
)

# Where an entity's picture is taken from before its URL is asked (see `origins`).
origin = sa.Table(
    "origin",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("origin", sa.String, nullable=False),
)

# Music files whose tags were read, by address: `facts` (JSON) are good while the stamp stays.
music_file = sa.Table(
    "music_file",
    METADATA,
    sa.Column("address", sa.String, primary_key=True),
    sa.Column("stamp", sa.String, nullable=False),
    sa.Column("facts", sa.String, nullable=False),
)

# What a source last said of an entity. `outcome`: found, none, failed. `url_hash`: the picture that it gave.
source_answer = sa.Table(
    "source_answer",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("provider_id", sa.String),
    sa.Column("url_hash", sa.String),
    sa.Column("page", sa.String),
    sa.Column("message", sa.String),
)

# What recaches have still to do. `run` is one of them, and `meta` has the one that can be resumed (`queue_run`) and how
# it goes on (`queue_policy`). In order of `place`: in each place stands one picture of every host.
queue = sa.Table(
    "waiting",
    METADATA,
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
)

# What a person said of an entity's picture; no row where nothing was said.
mark = sa.Table(
    "mark",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("locked_at", UtcTime),
    sa.Column("locked_by", sa.String),
    sa.Column("refused_at", UtcTime),
    sa.Column("hand_sha256", sa.String),
    sa.Column("source", sa.String),
    sa.Column("page", sa.String),
)

# The pictures that an entity had; `sha256` is empty for none. `url` stands here in clear, as no other place still has
# the URL that the row had then, and going back gives it to the row again.
former = sa.Table(
    "former",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("url", sa.String),
    sa.Column("picture", sa.String),
)

# One entity in a group of changes made by hand. `before` and `after` (JSON) hold the row's URL in clear, for the same
# reason: undoing a change has to bring it back.
change = sa.Table(
    "change",
    METADATA,
    sa.Column("batch", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("before", sa.String, nullable=False),
    sa.Column("after", sa.String, nullable=False),
    sa.Column("step", sa.String, nullable=False),
)

# What pictures look like (see `pictures.appearance`), by the sha256 of their file: a file that has changed is another.
appearance = sa.Table(
    "appearance",
    METADATA,
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("bits", sa.String, nullable=False),
    sa.Column("tones", sa.String, nullable=False),
    sa.Column("sharpness", sa.Integer),
    sa.Column("border", sa.Integer, nullable=False),
)

# What a person said of a picture that several entities show: `opinion` is placeholder or fine, `entities` how many
# there were then, `batch` the group of changes that went with it: undoing that takes the opinion back.
opinion = sa.Table(
    "opinion",
    METADATA,
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("opinion", sa.String, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("entities", sa.Integer, nullable=False),
    sa.Column("batch", sa.Integer),
    sa.Column("bits", sa.String, nullable=False),
    sa.Column("tones", sa.String, nullable=False),
    sa.Column("sharpness", sa.Integer),
    sa.Column("border", sa.Integer, nullable=False),
)

# The version of a source's picture that a person did not want in place of the one that is there. `etag` and
# `last_modified` are what it is asked for again with.
declined = sa.Table(
    "declined",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("url_hash", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("at", UtcTime, nullable=False),
)
