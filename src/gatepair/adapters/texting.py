"""Senders of text messages: a folder for a modem's daemon, and the gateway of an operator over HTTP.

A :class:`gatepair.node.ports.MessageSender` is chosen by ``messages`` of ``post.json``.  Neither logs a number.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Annotated, Final, Literal

import httpx2
import msgspec
from msgspec import Struct
from typing_extensions import override

from gatepair.base.canonical import encode
from gatepair.base.errors import MessageUnsent, SettingInvalid
from gatepair.base.shapes import spelled
from gatepair.node.ports import MessageSender

ANSWER_S: Final = 10.0
"""Longest wait for a gateway, in seconds: a person waits for the page."""
SPOOL_MAX: Final = 10_000
"""Most messages that lie in the folder: a daemon that has stopped must not fill the disk."""


class MessageSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """``messages`` of ``post.json``: how text messages leave the post."""

    sender: Literal["file", "gateway"]
    """``file``: one JSON file a message in ``folder``; ``gateway``: one POST a message to ``url``."""
    folder: str = "messages"
    """Folder of messages, below the post's directory or absolute; a daemon sends and removes them."""
    url: Annotated[str, spelled(r"(https?://\S+)?")] = ""
    """Address of the gateway."""
    fields: dict[str, str] = msgspec.field(default_factory=lambda: {"to": "{to}", "text": "{text}"})
    """What the gateway is given; ``{to}`` and ``{text}`` stand for the number and the text."""
    form: bool = False
    """Whether the fields go as a form instead of as JSON."""
    header: str = "Authorization"
    """Header that carries the secret."""
    secret: Annotated[str, spelled(r"((file|env):\S+)?")] = ""
    """Value of the header: ``file:PATH`` (below the post's directory or absolute) or ``env:NAME``; empty sends none."""


class SpoolSender(MessageSender):
    """Puts each message into a folder as ``{"to", "text"}``; a file is whole when it has its name."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, which is made when the first message comes."""
        self._folder = folder

    @override
    async def send(self, text: str, to: str) -> None:
        """Write the message. Raises MessageUnsent when the folder is full or cannot be written."""
        await asyncio.to_thread(self._write, encode({"text": text, "to": to}))

    def _write(self, message: bytes) -> None:
        name = f"{secrets.token_hex(12)}.json"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if sum(1 for _ in os.scandir(self._folder)) >= SPOOL_MAX:
                raise MessageUnsent("the folder of messages is full; look whether its daemon runs")
            part = self._folder / f".{name}.part"
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message)
            part.rename(self._folder / name)
        except OSError as error:
            raise MessageUnsent("the folder of messages cannot be written") from error


class GatewaySender(MessageSender):
    """Gives each message to an operator's gateway; any answer of the 200s means that it took it."""

    def __init__(self, settings: MessageSettings, secret: str) -> None:
        """Talk to ``settings.url`` with ``secret`` in its header; empty sends none."""
        self._settings = settings
        self._headers = {settings.header: secret} if secret else {}

    @override
    async def send(self, text: str, to: str) -> None:
        """Hand the message over. Raises MessageUnsent when the gateway does not take it."""
        fields = {
            name: value.replace("{to}", to).replace("{text}", text) for name, value in self._settings.fields.items()
        }
        try:
            # A proxy of the environment has no business with a driver's number; messages are rare, so no line is kept.
            async with httpx2.AsyncClient(timeout=ANSWER_S, trust_env=False, follow_redirects=False) as client:
                form, body = (fields, None) if self._settings.form else (None, fields)
                answer = await client.post(self._settings.url, headers=self._headers, data=form, json=body)
        except httpx2.HTTPError:
            # Its own words may hold what was sent.
            raise MessageUnsent("the gateway of messages gave no answer") from None
        if not answer.is_success:
            raise MessageUnsent("the gateway of messages did not take the message", status=answer.status_code)


def sender_of(settings: MessageSettings, directory: Path) -> MessageSender:
    """Return the sender that ``settings`` ask for, for the post in ``directory``.

    Raises:
        SettingInvalid: a gateway without address, or a secret that cannot be read.
    """
    if settings.sender == "file":
        return SpoolSender(directory / settings.folder)
    if not settings.url:
        raise SettingInvalid("post.json: messages.url names the gateway; it is empty", setting="messages.url")
    if not any("{to}" in value for value in settings.fields.values()):
        raise SettingInvalid("post.json: messages.fields must use {to} and {text}", setting="messages.fields")
    return GatewaySender(settings, _secret(settings.secret, directory))


def _secret(address: str, directory: Path) -> str:
    kind, _, name = address.partition(":")
    try:
        found = {"": "", "env": os.environ.get(name, "")}.get(kind)
        secret = (directory / name).read_text("utf-8").strip() if found is None else found
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid("post.json: messages.secret cannot be read", setting="messages.secret") from error
    if address and not (secret and secret.isprintable() and secret.isascii()):
        raise SettingInvalid("post.json: messages.secret is empty or no line of text", setting="messages.secret")
    return secret
