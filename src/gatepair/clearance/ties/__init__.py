"""Ties: which part of a declared consignment goes with which crossing, and when the whole of it has passed."""
