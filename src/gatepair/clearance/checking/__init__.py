"""Checks of a declaration: one rule, one class, one typed finding, each in force from a day."""
