"""``gatepair access``: accounts of persons and keys of systems, given by whoever runs the post's machine.

There is no address for this on the network: a duty that could hand out duties could act as any
agency, and each agency decides only its own part.  Every change is recorded in ``audit/<post>``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.node.accounts import Account
from gatepair.node.post import Post

OPERATOR: Final = "operator"
"""The actor under which changes made on the machine itself are recorded."""
DUTIES: Final = [duty.value for duty in Duty if duty not in {Duty.NODE, Duty.PUBLIC}]
_DIRECTORY: Final = click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
_DUTY: Final = click.option("--duty", type=click.Choice(DUTIES), required=True, help="What it is there for.")


@click.group()
def access() -> None:
    """Give and take away accounts of persons and keys of systems.

    The post in DIRECTORY must not be running, unless its ledger is a PostgreSQL.
    """


@access.command("list")
@_DIRECTORY
def show(directory: Path) -> None:
    """List accounts and keys with their duties; no secret is shown, for none is kept."""
    with _opened(directory) as post:
        for one in post.accounts.listed():
            kind, name = ("person", one.login) if isinstance(one, Account) else ("key", one.id)
            marks = "  disabled" if one.disabled else ""
            marks += "  drill" if one.drill else ""
            click.echo(f"{kind:<7} {name:<32} {one.duty.value}{marks}")


@access.command()
@_DIRECTORY
@click.argument("login")
@_DUTY
@click.option("--licence", default="", help="A driver's licence: crossings that name it are on his phone.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the standard input instead of asking.")
def person(directory: Path, login: str, duty: str, *, licence: str, password_stdin: bool) -> None:
    """Make an account LOGIN; the password is asked for and only its argon2 hash is kept."""
    password = _password(stdin=password_stdin)
    with _opened(directory) as post:
        accounts, now_ms = post.accounts, post.now()
        hashed = accounts.hash_password(password)
        post.transact(
            lambda unit: accounts.create_account(
                unit, login, duty=Duty(duty), password_hash=hashed, by=OPERATOR, now_ms=now_ms, licence=licence
            )
        )
    click.echo(f"{login} may log in with the duty {duty}")


@access.command()
@_DIRECTORY
@click.argument("name")
@_DUTY
def key(directory: Path, name: str, duty: str) -> None:
    """Make a key NAME and print its token, which is shown this once."""
    with _opened(directory) as post:
        accounts, now_ms = post.accounts, post.now()
        token = post.transact(lambda unit: accounts.create_key(unit, name, duty=Duty(duty), by=OPERATOR, now_ms=now_ms))
    click.echo(token)


@access.command()
@_DIRECTORY
@click.argument("kind", type=click.Choice(["person", "key"]))
@click.argument("name")
def disable(directory: Path, kind: str, name: str) -> None:
    """Close the account or key NAME for ever; open sessions of a person end."""
    with _opened(directory) as post:
        accounts, now_ms = post.accounts, post.now()
        close = accounts.disable_account if kind == "person" else accounts.disable_key
        post.transact(lambda unit: close(unit, name, by=OPERATOR, now_ms=now_ms))
    click.echo(f"{kind} {name} is disabled")


def _password(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


@contextmanager
def _opened(directory: Path) -> Iterator[Post]:
    opened = wiring.open_post(directory)
    try:
        yield opened.post
    finally:
        opened.post.ledger.close()
