"""Readers and writers of the formats in which the world writes declarations."""
