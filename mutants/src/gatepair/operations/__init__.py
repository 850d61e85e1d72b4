"""Things that move: the fair queue, call-forward, lanes, stops, hours and quotas of a gate."""
