"""The verifier as a program of its own: reads a file and a policy, and prints what they prove.

``python -m gatepair.verifier FILE --policy FILE`` needs ``base``, ``exchange``, msgspec,
typing-extensions and PyNaCl, and nothing else of the house; ``gatepair verify`` is the same program.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Final, cast

from gatepair.base.errors import GatepairError
from gatepair.base.findings import LANGUAGES, Language
from gatepair.exchange import verify_page
from gatepair.exchange.evidence import EVIDENCE_BYTES_MAX
from gatepair.exchange.policy import POLICY_BYTES_MAX, parse_policy
from gatepair.exchange.report import EXIT_CODES, EXIT_USAGE, Report
from gatepair.exchange.report_words import lines
from gatepair.exchange.verify import verify

_UNPRINTABLE: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a hostile file could use to move the cursor or to turn the reading direction."""


def check_file(file: Path, policy: Path) -> Report:
    """Return what ``file`` proves under ``policy``.

    Raises:
        OSError: one of the two cannot be read.
        Malformed: one of the two is not what is read here.
        TooLarge: one of the two is over its limit.
    """
    believed = parse_policy(_read(policy, POLICY_BYTES_MAX))
    return verify(_read(file, EVIDENCE_BYTES_MAX), believed)


def told(report: Report, language: Language) -> Iterator[str]:
    """Yield ``report`` as lines that are safe to print."""
    return (_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", line) for line in lines(report, language))


def run(file: Path, policy: Path, *, as_json: bool, language: Language) -> tuple[str, int]:
    """Return what to print, and the exit code: 0 proved, 1 contradicted, 2 incomplete, 3 unreadable."""
    try:
        report = check_file(file, policy)
    except OSError as error:
        return f"gatepair: {error.filename}: {error.strerror}", EXIT_USAGE
    except GatepairError as error:
        return f"gatepair: {error.message}", EXIT_USAGE
    text = report.encoded().decode() if as_json else "\n".join(told(report, language))
    return text, EXIT_CODES[report.verdict]


def page() -> str:
    """Return the verifier as a page that opens from disk."""
    package = resources.files("gatepair.exchange")
    frame, module = (package.joinpath(name).read_text("utf-8") for name in (verify_page.FRAME, verify_page.MODULE))
    return verify_page.build(frame, module)


def write_page(target: Path) -> tuple[str, int]:
    """Write the page to ``target``; returns what to print, and the exit code: 0, or 3 when it cannot be written."""
    try:
        target.write_text(page(), encoding="utf-8")
    except OSError as error:
        return f"gatepair: {target}: {error.strerror}", EXIT_USAGE
    return f"{target}: open it in a browser and give it a file and a policy", 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    parser = _Parser(prog="gatepair.verifier", description="Check an evidence file or a bundle under a policy.")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--page", type=Path, help="write the verifier as a page and stop")
    parser.add_argument("--json", dest="as_json", action="store_true")
    parser.add_argument("--lang", dest="language", choices=LANGUAGES, default="en")
    given = parser.parse_args(arguments)
    if given.page is not None:
        text, code = write_page(given.page)
        (sys.stderr if code else sys.stdout).write(text + "\n")
        return code
    if given.file is None or given.policy is None:
        parser.error("name a file and a policy")
    text, code = run(given.file, given.policy, as_json=given.as_json, language=cast("Language", given.language))
    (sys.stderr if code == EXIT_USAGE else sys.stdout).write(text + "\n")
    return code


class _Parser(argparse.ArgumentParser):
    """Ends with the verifier's own exit code when it is called wrongly: 2 would say "incomplete"."""

    def exit(self, status: int = 0, message: str | None = None) -> None:  # type: ignore[override]
        super().exit(EXIT_USAGE if status else 0, message)


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as opened:
        # One byte more than is read shows that the file is over its limit, without taking it all in.
        return opened.read(limit + 1)


if __name__ == "__main__":
    sys.exit(main())
