"""The gate plan: what a pair is made of, and the scenarios that override it for a day."""
