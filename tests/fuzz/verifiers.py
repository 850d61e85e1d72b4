"""Fuzzing of both verifiers at once: whatever the file, the one in Python and the one in JavaScript say the same."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache

from exchange import proofs
from exchange.second import Second, Unreadable, second
from fuzz.differential import Disagreement
from gatepair.base.errors import Malformed, TooLarge
from gatepair.exchange.verify import verify

UNREADABLE = "unreadable"


@cache
def _other() -> Second:
    """Return the verifier in JavaScript: one process of Node.js judges every file of a run."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(second())


def same_verdict(raw: bytes) -> None:
    """Compare the reports of both verifiers on any bytes.

    Raises:
        Disagreement: one reads what the other cannot, or they report otherwise.
    """
    try:
        ours = verify(raw, proofs.policy()).encoded().decode()
    except (Malformed, TooLarge):
        ours = UNREADABLE
    try:
        theirs = _other().ask("verify", file=raw, policy=proofs.policy_text().encode(), language="en")["report"]
    except Unreadable:
        theirs = UNREADABLE
    if ours != theirs:
        raise Disagreement(f"ours {ours}\ntheirs {theirs}")
