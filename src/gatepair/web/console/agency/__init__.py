"""The agencies' desks: the work list, one crossing on one page, the one inspection plan."""
