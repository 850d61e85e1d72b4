"""A simulated world that drives real posts through their doors: drivers, devices, officers, a neighbour."""
