"""``gatepair evidence``: what was told about one crossing, as one file that anybody can verify alone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.base.errors import StartRefused
from gatepair.cli.access import OPERATOR
from gatepair.exchange.evidence import SUFFIX
from gatepair.node.audit import PersonalDataRead


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("crossing")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; it must not exist.")
@click.option("--withhold", multiple=True, help="A section to leave out, such as driver. Repeat as needed.")
def evidence(directory: Path, crossing: str, *, out: Path | None, withhold: tuple[str, ...]) -> None:
    """Write the evidence about CROSSING from the post in DIRECTORY, which must not be running.

    The file holds what both sides said about it with proofs and receipts, the agreement with both root
    signatures, key statements, and what this post's own ledger recorded. It needs nothing else to be
    verified: `gatepair verify FILE --policy FILE`. What the partner has not receipted yet is not in it.
    Showing names of persons or firms is recorded. A running post gives the same file over its API.
    """
    target = out or Path(f"{crossing}{SUFFIX}")
    if target.exists():
        raise StartRefused(f"{target} exists already; evidence is never overwritten", file=str(target))
    post = wiring.open_post(directory).post
    with closing(post.ledger):
        proof = post.evidence(crossing, withhold=withhold)
        if proof.guarded:
            read = PersonalDataRead(at_ms=post.now(), crossing=crossing, duty=Duty.AUDITOR, fields=proof.guarded)
            post.note(read, actor=OPERATOR)
    target.write_bytes(proof.raw)
    click.echo(f"{target}: {len(proof.raw)} bytes; verify it with `gatepair verify {target} --policy FILE`")
