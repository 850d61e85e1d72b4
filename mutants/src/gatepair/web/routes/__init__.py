"""The routes of a post, one module for each group of callers."""
