"""Files over the interface: one at once, many line by line, refused with findings; for those who may ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.adapters.formats.reading import read_wire
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.base.time import SteppedClock
from gatepair.web.app import create_app
from gatepair.web.routes.declarations import DOCUMENTS_MAX, FILE_BYTES_MAX, READERS, declaration_routes
from gatepair.web.runtime import WriterRuntime
from node import pair

ONE, MANY = "/v1/declarations/read", "/v1/declarations/read.jsonl"
XML = b"<Declaration><ID>X1</ID><Hue>red</Hue></Declaration>"


def table(count: int) -> bytes:
    rows = "".join(f"A{number},081060\n" for number in range(count))
    return b"Reference,HS code\n" + rows.encode()


class House:
    """A served post that reads files."""

    def __init__(self) -> None:
        clock = SteppedClock(pair.OPENING)
        self.post = pair.post_on(MemoryLedger(), pair.HOME, clock=clock)
        runtime = WriterRuntime(self.post, clock=clock)
        app = create_app(self.post, runtime=runtime, more_routes=declaration_routes(read_wire))
        self.client: TestClient[Any] = TestClient(app)
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
        """Have ``body`` read."""
        return self.client.post(path, content=body, headers=self.key(duty), params=params)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Return the served post."""
    made = House()
    with made.client:
        yield made


def test_a_file_is_read_at_once(house: House) -> None:
    """Its content in our own words, and what has no place, in four languages."""
    (found,) = house.ask(ONE, XML).json()["documents"]
    assert ("declaration", "wco", "X1", 1) == (found["kind"], found["format"], found["content"]["id"], found["mapped"])
    (finding,) = found["findings"]
    assert ("declaration.unmapped", set(LANGUAGES)) == (finding["code"], set(finding["text"]))


def test_many_are_read_line_by_line(house: House) -> None:
    """A table of more declarations than one answer holds comes as lines, in the order of its rows."""
    asked = house.ask(MANY, table(DOCUMENTS_MAX + 1), form="csv")
    names = [json.loads(line)["content"]["functional_reference_id"] for line in asked.text.splitlines()]
    assert [f"A{number}" for number in range(DOCUMENTS_MAX + 1)] == names


def test_a_mapping_comes_with_its_table(house: House) -> None:
    """The mapping file is given beside the table; a wrong one is refused by its line."""
    body = "Mã,Hàng\n081060,Sầu riêng".encode()
    (found,) = house.ask(ONE, body, form="csv", mapping="columns: {Mã: hs, Hàng: description}").json()["documents"]
    assert 2 == found["mapped"]
    refused = house.ask(ONE, body, form="csv", mapping="decimal: x").json()["error"]
    assert ("refused", "1:1 decimal") == (refused["code"], refused["findings"][0]["path"])


@pytest.mark.parametrize("path", [ONE, MANY])
def test_who_may_ask(house: House, path: str) -> None:
    """Traders, agencies and the auditor; nobody else."""
    found = {duty: house.ask(path, XML, duty).status_code for duty in (*READERS, Duty.DRIVER, Duty.YARD)}
    assert dict.fromkeys(READERS, 200) | {Duty.DRIVER: 403, Duty.YARD: 403} == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((ONE, b"<a>", ""), (400, "file.xml_broken")),
        ((MANY, b"hello", ""), (400, "file.format_unknown")),
        ((ONE, XML, "pdf"), (400, "file.format_unknown")),
        ((ONE, b"a,b\n1,2", "csv"), (422, "table.no_column")),
    ],
)
def test_a_refused_file_says_why_in_four_languages(
    house: House, asked: tuple[str, bytes, str], told: tuple[int, str]
) -> None:
    """The same findings as on the command line."""
    path, body, form = asked
    answer = house.ask(path, body, form=form)
    (finding,) = answer.json()["error"]["findings"]
    assert (*told, len(LANGUAGES)) == (answer.status_code, finding["code"], len(set(finding["text"].values())))


@pytest.mark.parametrize("body", [b"<" + b" " * FILE_BYTES_MAX, table(DOCUMENTS_MAX + 1)])
def test_what_is_over_a_limit_is_refused(house: House, body: bytes) -> None:
    """Bytes, and documents of one answer."""
    assert 413 == house.ask(ONE, body, **({} if body.startswith(b"<") else {"form": "csv"})).status_code
