"""Tiny music files with real tags and pictures, byte by byte: MP3 (ID3), FLAC, Ogg Vorbis, M4A. Without sound."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from pathlib import Path

Words = Mapping[str, str]
"""Tags by their Vorbis names: artist, albumartist, album, title, date, musicbrainz_albumid …"""

_ID3 = {"artist": b"TPE1", "albumartist": b"TPE2", "album": b"TALB", "title": b"TIT2", "date": b"TDRC"}
_ID3_TXXX = {"musicbrainz_albumid": "MusicBrainz Album Id", "musicbrainz_albumartistid": "MusicBrainz Album Artist Id"}
_MP4 = {"artist": b"\xa9ART", "albumartist": b"aART", "album": b"\xa9alb", "title": b"\xa9nam", "date": b"\xa9day"}
_FRONT = 3


def mp3(words: Words, picture: bytes | None = None) -> bytes:
    """An MP3 with an ID3 2.4 tag and two frames of silence."""
    frames = b""
    for name, value in words.items():
        if name in _ID3:
            frames += _id3_frame(_ID3[name], b"\x03" + value.encode())
        else:
            label = _ID3_TXXX.get(name, name)
            frames += _id3_frame(b"TXXX", b"\x03" + label.encode() + b"\0" + value.encode())
    if picture is not None:
        frames += _id3_frame(b"APIC", b"\x03image/jpeg\0" + bytes([_FRONT]) + b"\0" + picture)
    return b"ID3\x04\x00\x00" + _syncsafe(len(frames)) + frames + (b"\xff\xfb\x90\x00" + b"\0" * 413) * 2


def flac(words: Words, picture: bytes | None = None) -> bytes:
    """A FLAC of metadata blocks alone."""
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + bytes.fromhex("0ac442f000000000") + b"\0" * 16
    blocks = [(0, info), (4, _vorbis_comment(words))]
    if picture is not None:
        blocks.append((6, _flac_picture(picture)))
    whole = b"fLaC"
    for number, (kind, content) in enumerate(blocks):
        last = 0x80 if number == len(blocks) - 1 else 0
        whole += bytes([kind | last]) + len(content).to_bytes(3, "big") + content
    return whole


def ogg(words: Words, picture: bytes | None = None) -> bytes:
    """Ogg Vorbis: the identification and the comment header, no setup and no sound."""
    if picture is not None:
        words = {**words, "metadata_block_picture": base64.b64encode(_flac_picture(picture)).decode()}
    head = b"\x01vorbis" + struct.pack("<IBIiiiB", 0, 2, 44100, 0, 128000, 0, 0xB8) + b"\x01"
    comment = b"\x03vorbis" + _vorbis_comment(words) + b"\x01"
    return _ogg_page(head, 0, 2) + _ogg_page(comment, 1, 4)


def m4a(words: Words, picture: bytes | None = None) -> bytes:
    """An MP4 with iTunes' list of tags."""
    entries = b"".join(
        _atom(_MP4[name], _atom(b"data", struct.pack(">II", 1, 0) + value.encode()))
        for name, value in words.items()
        if name in _MP4
    )
    for name, value in words.items():
        if name not in _MP4:
            entries += _atom(
                b"----",
                _atom(b"mean", b"\0\0\0\0com.apple.iTunes")
                + _atom(b"name", b"\0\0\0\0" + _ID3_TXXX.get(name, name).encode())
                + _atom(b"data", struct.pack(">II", 1, 0) + value.encode()),
            )
    if picture is not None:
        entries += _atom(b"covr", _atom(b"data", struct.pack(">II", 13, 0) + picture))
    meta = _atom(b"meta", b"\0\0\0\0" + _atom(b"ilst", entries))
    return _atom(b"ftyp", b"M4A \0\0\0\0M4A mp42") + _atom(b"moov", _atom(b"udta", meta))


FORMATS = {".mp3": mp3, ".flac": flac, ".ogg": ogg, ".m4a": m4a}


def music(file: Path, picture: bytes | None = None, **words: str) -> Path:
    """A music file in the format that its name says, with the folders it needs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(FORMATS[file.suffix](words, picture))
    return file


def _syncsafe(number: int) -> bytes:
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _id3_frame(name: bytes, content: bytes) -> bytes:
    return name + _syncsafe(len(content)) + b"\0\0" + content


def _vorbis_comment(words: Words) -> bytes:
    entries = [f"{name.upper()}={value}".encode() for name, value in words.items()]
    whole = struct.pack("<I", 4) + b"test" + struct.pack("<I", len(entries))
    return whole + b"".join(struct.pack("<I", len(each)) + each for each in entries)


def _flac_picture(picture: bytes) -> bytes:
    kind = b"image/jpeg"
    head = struct.pack(">II", _FRONT, len(kind)) + kind + struct.pack(">I", 0) + struct.pack(">IIII", 8, 8, 24, 0)
    return head + struct.pack(">I", len(picture)) + picture


def _ogg_page(packet: bytes, number: int, flags: int) -> bytes:
    lacing = b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
    head = b"OggS\0" + bytes([flags]) + struct.pack("<qIIIB", 0, 1, number, 0, len(lacing)) + lacing
    page = head + packet
    return page[:22] + struct.pack("<I", _ogg_checksum(page)) + page[26:]


def _ogg_checksum(page: bytes) -> int:
    checksum = 0
    for byte in page:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1) ^ (0x04C11DB7 if checksum & 0x80000000 else 0)
            checksum &= 0xFFFFFFFF
    return checksum


def _atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content
