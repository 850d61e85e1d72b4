"""Gatepair: an open smart border gate for two neighbouring authorities."""

__version__ = "0.1.0"
