"""The planner's pages under ``/twin``: what-ifs asked of the twin, run, compared, kept and shared."""
