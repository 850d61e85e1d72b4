"""A whole declaration assessed: findings, rate options, duty, taxes and origin, put together from the parts of clearance."""
