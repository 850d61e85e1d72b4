"""A terminal at the gate passes on what several people and devices do, each with its own credential."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.base.duties import Duty
from gatepair.cli.serve import application
from web.real import POST, declare, keys_of, opened_post


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[TestClient[Any], Any, dict[Duty, str]]]:
    """Return a client, the post behind it and the bare token of each duty."""
    with opened_post(tmp_path / POST) as opened:
        headers = keys_of(opened)
        tokens = {duty: each["Authorization"].removeprefix("Bearer ") for duty, each in headers.items() if each}
        with TestClient(application(opened)) as client:
            yield client, opened.post, tokens


def _give(client: TestClient[Any], caller: str, entries: list[dict[str, Any]]) -> Any:
    return client.post("/v1/commands", json={"commands": entries}, headers={"Authorization": f"Bearer {caller}"})


def test_each_command_is_given_by_whose_credential_it_carries(terminal: Any) -> None:
    """A terminal of the yard passes on a trader's declaration and a driver's place; the ledger names each."""
    client, post, tokens = terminal
    declared = _give(
        client,
        tokens[Duty.YARD],
        [{"id": "relay-0001", "command": declare(1), "key": tokens[Duty.TRADER]}],
    ).json()["answers"][0]
    place = {"type": "TakePlace", "crossing": declared["crossing"]}
    answer = _give(
        client, tokens[Duty.YARD], [{"id": "relay-0002", "command": place, "key": tokens[Duty.DRIVER]}]
    ).json()["answers"][0]
    assert ("done", "done") == (declared["status"], answer["status"])
    with post.ledger.read() as reader:
        actors = [entry.actor for entry in reader.stream(f"crossing/{declared['crossing']}")]
    assert ["trader", "driver"] == actors


def test_a_terminal_gives_nobody_more_than_they_have(terminal: Any) -> None:
    """Passing on a command adds no permission: neither the terminal's to the person's nor the other way."""
    client, post, tokens = terminal
    before = post.head_position()
    answers = _give(
        client,
        tokens[Duty.TRADER],
        [
            {"id": "relay-0001", "command": declare(1), "key": tokens[Duty.YARD]},
            {"id": "relay-0002", "command": {"type": "Release", "crossing": "X" + "A" * 20}},
        ],
    ).json()["answers"]
    assert ["not_permitted", "not_permitted"] == [answer["error"] for answer in answers]
    assert before == post.head_position()


def test_a_credential_that_does_not_hold_fails_its_own_command_alone(terminal: Any) -> None:
    """The others are answered as if it had not been there, in their order."""
    client, post, tokens = terminal
    answers = _give(
        client,
        tokens[Duty.YARD],
        [
            {"id": "relay-0001", "command": declare(1), "key": "gpk_trader_WRONG"},
            {"id": "relay-0002", "command": declare(2), "key": tokens[Duty.TRADER]},
        ],
    ).json()["answers"]
    assert [("failed", "unauthenticated"), ("done", "")] == [
        (answer["status"], answer.get("error", "")) for answer in answers
    ]
    with post.ledger.read() as reader:
        assert 1 == sum(entry.type.startswith("CrossingDeclared/") for entry in reader.entries(after=0, limit=1_000))


def test_a_stranger_passes_on_nothing(terminal: Any) -> None:
    """The terminal itself needs a credential, whatever it carries."""
    client, post, tokens = terminal
    before = post.head_position()
    answer = _give(client, "gpk_nobody_X", [{"id": "relay-0001", "command": declare(1), "key": tokens[Duty.TRADER]}])
    assert 401 == answer.status_code
    assert before == post.head_position()
