"""After the demo's day: both posts stay up, with a made-up person of each duty who can log in."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from rich.console import Console

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.world.processes import PostProcess

PEOPLE: Final = tuple(sorted(set(Duty) - {Duty.NODE, Duty.PUBLIC, Duty.PARTNER}))
"""Duties that a person can have."""


def stay(posts: Iterable[tuple[str, Path]], console: Console) -> None:
    """Serve ``posts`` (name and directory) again, their clocks standing at the end of the run, until interrupted."""
    password = secrets.token_urlsafe(12)
    served = []
    try:
        for name, directory in posts:
            logins = _people(directory, password)
            settings = wiring.read_settings(directory)
            url = f"http://{settings.host}:{settings.port}"
            process = PostProcess(directory, url)
            served.append(process)
            asyncio.run(process.ready())
            console.print(f"{name}: {url}/board  console {url}/desk  API {url}/schema/openapi.json")
            console.print(f"  made-up people: {', '.join(logins)}; password {password}")
        console.print("Keys of the made-up principals: access.json in each post's directory. Ctrl-C ends.")
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(1)
    finally:
        for process in served:
            process.stop()


def _people(directory: Path, password: str) -> list[str]:
    """Make one account a duty, the same at both posts, and return the logins."""
    opened = wiring.open_post(directory)
    try:
        accounts, now_ms = opened.post.accounts, opened.post.now()
        hashed = accounts.hash_password(password)
        logins = {duty: f"{duty.value.replace('_', '-')}.1" for duty in PEOPLE}
        for duty, login in logins.items():
            opened.post.transact(
                lambda unit, duty=duty, login=login: accounts.create_account(  # type: ignore[misc]
                    unit, login, duty=duty, password_hash=hashed, by="demo", now_ms=now_ms, drill=True
                )
            )
    finally:
        opened.post.ledger.close()
    return list(logins.values())
