"""The channel: profiles of customs, the inspection budget, verifiable draws, and their audit."""
