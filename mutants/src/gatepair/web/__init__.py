"""HTTP API and public board of a post. Holds no decision."""
