"""Write the table of the twin's proof: what theory says, what was simulated, and how far apart they are.

``python scripts/twin_proof.py`` runs every model of ``tests/twin/theory`` with seed 1 and writes the table of
``docs/concepts/twin-proof.md`` anew, between its two marks.  Run it by hand after a change of the engine; it takes a few
minutes with the compiled engine.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "concepts" / "twin-proof.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
sys.path.insert(0, str(ROOT / "tests"))


def table(times: int) -> tuple[list[str], bool]:
    """Return the lines of the table, and whether every measure is proved."""
    from twin.theory.cases import CASES  # noqa: PLC0415 - the folder of tests is put on the path above
    from twin.theory.study import LEVEL, SECOND_LOOK, SEED, proved  # noqa: PLC0415

    rows, first_count, missed, whole = [], 0, 0, True
    for case in CASES:
        first, second = proved(case, times=times)
        again = {proof.measure: proof for proof in second}
        for proof in first:
            first_count += 1
            missed += not proof.inside
            shown = f"{proof.mean:.5g} ± {proof.half_width:.2g} | {proof.z:+.2f}"
            note = ""
            if proof.measure in again:
                look = again[proof.measure]
                whole &= look.inside
                note = f"second look, {look.replications} replications: {look.mean:.5g}, z {look.z:+.2f}"
            rows.append(
                f"| {case.name} | {proof.measure} | {proof.exact:.5g} | {shown} | {proof.replications} | {case.source} | {note} |"
            )
        print(f"{case.name}: {max((abs(proof.z) for proof in first), default=0):.2f}", flush=True)
    day = datetime.now(tz=UTC).date().isoformat()
    head = [
        f"Run on {day} with seed {SEED} and {times} times the replications of the tests, NumPy {version('numpy')}, SciPy {version('scipy')}.",
        f"Of {first_count} measures {missed} fell outside the {LEVEL:.0%} interval at the first look.",
        f"Chance alone would have had about {first_count * (1 - LEVEL):.0f}.",
        f"Those were looked at again with {SECOND_LOOK} times as many replications that had not been used.",
        "",
        "| model | measure | exact | simulated | z | replications | source | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return [*head, *rows], whole


def main() -> int:
    """Write the table between the marks of the page."""
    parser = argparse.ArgumentParser(description="Write the table of the twin's proof.")
    parser.add_argument("--times", type=int, default=10, help="replications, as a multiple of what the tests take")
    lines, whole = table(parser.parse_args().times)
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
