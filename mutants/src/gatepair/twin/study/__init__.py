"""Experiments: replications, intervals, comparisons, sweeps, races and the search for a plan."""
