"""Networks written in Python, checked, and compiled into arrays."""
