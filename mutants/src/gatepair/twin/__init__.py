"""The digital twin: a plan compiled into a network, simulated fast, and what may be concluded from it."""
