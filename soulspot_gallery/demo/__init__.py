"""The sample library: drawn pictures, a loopback CDN, and a library with every state and verdict in it."""

from __future__ import annotations

from soulspot_gallery.demo.headless import HeadlessRun, run_headless_demo
from soulspot_gallery.demo.library import SampleLibrary, sample_library

__all__ = ["HeadlessRun", "SampleLibrary", "run_headless_demo", "sample_library"]
