"""``gatepair verify``: what a file of the exchange proves, to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from gatepair import verifier
from gatepair.base.findings import LANGUAGES, Language
from gatepair.exchange.report import EXIT_USAGE

FILE = click.Path(dir_okay=False, path_type=Path)


class _Verify(click.Command):
    """Ends with 3 when it is called wrongly: click's own 2 would say "incomplete"."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Return the arguments left over."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.show()
            ctx.exit(EXIT_USAGE)


@click.command(cls=_Verify)
@click.argument("file", type=FILE, required=False)
@click.option("--policy", type=FILE, help="Whom to trust and what must be proved; one rule a line.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the lines.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--page", type=FILE, help="Write the verifier as a page that opens from disk, and stop.")
@click.pass_context
def verify(
    ctx: click.Context, /, file: Path | None, policy: Path | None, *, lang: str, as_json: bool, page: Path | None
) -> None:
    """Check FILE, an evidence file or a bundle, under a policy; needs no network and no post.

    Exit code 0: everything that the policy asks for is proved. 1: something is false, or two signed
    statements contradict each other. 2: something that the policy asks for is not shown. 3: the file or
    the policy cannot be read.
    """
    if page is not None:
        text, code = verifier.write_page(page)
        click.echo(text, err=code != 0)
        ctx.exit(code)
    if file is None or policy is None:
        click.echo("gatepair: name a FILE and a --policy, or --page", err=True)
        ctx.exit(EXIT_USAGE)
    text, code = verifier.run(file, policy, as_json=as_json, language=cast("Language", lang))
    click.echo(text, err=code == EXIT_USAGE)
    ctx.exit(code)
