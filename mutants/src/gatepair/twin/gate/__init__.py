"""A plan file as a network: both directions, the call rule, stations, fleets, and what a run of it says."""
