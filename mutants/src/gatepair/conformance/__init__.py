"""The conformance kit: a peer that plays numbered scenarios with a post over the wire and judges what comes back.

It knows a post as its partner does, over HTTP, and nothing of the software that runs it.
"""
