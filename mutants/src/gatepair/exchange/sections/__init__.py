"""Shapes of the sections of messages: what a value on the wire must look like, as closed types with integers only."""
