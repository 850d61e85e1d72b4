"""The second verifier, in JavaScript, as a process that the tests ask."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MODULE = Path(__file__).parents[2] / "src/gatepair/exchange/js/verify.mjs"
JUDGE = Path(__file__).parent / "js/judge.mjs"
NODE = shutil.which("node")
NODE_MISSING = "Node.js is not installed: the verifier in JavaScript cannot be tried"


class Unreadable(Exception):
    """The second verifier could not read what it was given."""


class Second:
    """Asks the running judge."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: str, **fields: Any) -> Any:
        """Return the answer; bytes go over as base64.

        Raises:
            Unreadable: it says that it cannot read this.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": question, **_plain(fields)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the judge ended while it was asked {question}"
        told = json.loads(line)
        if "malformed" in told:
            raise Unreadable(told["malformed"])
        return told["answer"]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


@contextmanager
def second() -> Iterator[Second]:
    """Start the judge, and end it afterwards."""
    assert NODE is not None
    process = subprocess.Popen(
        [NODE, str(JUDGE), MODULE.as_uri()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        yield Second(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()
