"""Assessments over the interface: one at once, many as they are reckoned, for those who may ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from clearance.assessing.dossiers import FORM_E, dossier, goods
from gatepair.adapters.assessing import Assessor
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import SteppedClock
from gatepair.web.app import create_app
from gatepair.web.routes.assessments import ASKERS, DOSSIER_BYTES_MAX, STREAM_LINES_MAX, assessment_routes
from gatepair.web.runtime import WriterRuntime
from node import pair

ONE, MANY = "/v1/assessments", "/v1/assessments.jsonl"
ASKED = msgspec.json.encode(dossier(goods(), papers={"items": [{"item": 1, "proofs": [FORM_E]}]}))


class House:
    """A served post that assesses."""

    def __init__(self) -> None:
        clock = SteppedClock(pair.OPENING)
        self.post = pair.post_on(MemoryLedger(), pair.HOME, clock=clock)
        routes = assessment_routes(Assessor(None), self.post.today)
        runtime = WriterRuntime(self.post, clock=clock)
        self.client: TestClient[Any] = TestClient(create_app(self.post, runtime=runtime, more_routes=routes))
        self._keys: dict[Duty, dict[str, str]] = {}

    def key(self, duty: Duty) -> dict[str, str]:
        """Return the header of a system with ``duty``."""
        if duty not in self._keys:

            def create(unit: Any) -> str:
                name = duty.value.replace("_", "-")
                return self.post.accounts.create_key(unit, name, duty=duty, by="setup", now_ms=self.post.now())

            self._keys[duty] = {"Authorization": f"Bearer {self.post.transact(create)}"}
        return self._keys[duty]

    def ask(self, path: str, body: bytes, duty: Duty = Duty.TRADER, **params: str) -> Any:
        """Ask for the assessment of ``body``."""
        return self.client.post(path, content=body, headers=self.key(duty), params={"on": "2025-11-11"} | params)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Return the served post."""
    made = House()
    with made.client:
        yield made


def test_one_is_answered_at_once(house: House) -> None:
    """Durians with Form E: no duty, 6,390 yuan of VAT, 14,200 yuan saved."""
    answer = house.ask(ONE, ASKED)
    found = answer.json()
    assert (200, 0, 639_000, 1_420_000) == (
        answer.status_code, found["duty_minor"], found["total_minor"], found["saved_minor"],
    )  # fmt: skip


def test_many_are_answered_in_their_order(house: House) -> None:
    """A line that cannot be read answers with its error and stops no other."""
    body = b"\n".join([ASKED, b'{"declaration": 5}', b"", *[ASKED] * 40])
    lines = [json.loads(line) for line in house.ask(MANY, body).text.splitlines()]
    assert 42 == len(lines)
    assert ("malformed", "$.declaration") == (lines[1]["error"]["code"], lines[1]["error"]["fields"]["path"])
    assert {639_000} == {line["total_minor"] for index, line in enumerate(lines) if index != 1}


@pytest.mark.parametrize("path", [ONE, MANY])
def test_who_may_ask(house: House, path: str) -> None:
    """Traders, agencies and the auditor; nobody else."""
    found = {duty: house.ask(path, ASKED, duty).status_code for duty in (*ASKERS, Duty.DRIVER, Duty.YARD)}
    assert dict.fromkeys(ASKERS, 200) | {Duty.DRIVER: 403, Duty.YARD: 403} == found


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (ONE, b"{", 400),
        (ONE, b'{"declaration": {"colour": "red"}}', 400),
        (ONE + "?on=2025-02-30", ASKED, 400),
        (ONE, b" " * (DOSSIER_BYTES_MAX + 1), 413),
        (MANY, b"{}\n" * (STREAM_LINES_MAX + 1), 413),
    ],
)
def test_what_cannot_be_assessed_is_refused(house: House, path: str, body: bytes, status: int) -> None:
    """Bad bodies, days that are none, and what is over a limit."""
    answer = house.client.post(path, content=body, headers=house.key(Duty.TRADER))
    assert (status, True) == (answer.status_code, "error" in answer.json())


def test_the_day_is_the_post_s_own_by_default(house: House) -> None:
    """Without a day the local date of the post's clock is taken."""
    assert house.post.today().isoformat() == house.ask(ONE, ASKED, on="").json()["on"]
