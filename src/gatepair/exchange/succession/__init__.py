"""How one version of an agreement follows another while both are read."""
