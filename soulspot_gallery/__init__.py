"""SoulSpot Gallery: see, repair and clean the artwork of a music library. The version, and nothing else."""

__version__ = "0.1.0"
