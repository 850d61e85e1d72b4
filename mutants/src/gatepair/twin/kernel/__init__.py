"""The fast engine: one compiled loop for every network."""
