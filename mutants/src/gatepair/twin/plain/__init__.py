"""The slow engine: written to be read, the definition of what each operation does."""
