"""The officers' routes for a line that is down, over two real posts behind the interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from exchange.pictures import codes_on
from gatepair.base.duties import Duty
from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import BUNDLE_TYPE, PART_BYTES_MAX
from gatepair.web.app import create_app
from gatepair.web.courier_routes import courier_routes
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.runtime import WriterRuntime
from node.pair import HOME, OTHER, Pair


class Desk:
    """One served post with a key for each duty."""

    def __init__(self, pair: Pair, key: str) -> None:
        self.post = pair.posts[key]
        runtime = WriterRuntime(self.post, clock=pair.clocks[key])
        routes = (*partner_routes(self.post), *courier_routes(self.post))
        self.client = TestClient(create_app(self.post, runtime=runtime, partner_routes=routes))
        self.keys = {duty: self._key(duty) for duty in sorted(set(Duty) - {Duty.NODE, Duty.PUBLIC})}

    def _key(self, duty: Duty) -> dict[str, str]:
        accounts, now_ms = self.post.accounts, self.post.now()
        name = duty.value.replace("_", "-")
        token = self.post.transact(
            lambda unit: accounts.create_key(unit, name, duty=duty, by="setup", now_ms=now_ms, drill=True)
        )
        return {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, *, duty: Duty = Duty.GATE_BOARD, **more: Any):
        """Call as ``duty``."""
        return self.client.request(method, path, headers={**self.keys[duty], **more.pop("headers", {})}, **more)

    def export(self, **order: Any):
        """Ask for a part of a bundle."""
        return self.call("POST", "/v1/exchange/export", json=order)

    def take_in(self, part: bytes):
        """Hand in a part of a bundle."""
        return self.call("POST", "/v1/exchange/import", content=part, headers={"content-type": BUNDLE_TYPE})


@pytest.fixture
def scene() -> Iterator[tuple[Pair, Desk, Desk, str]]:
    """Return a pair whose line is cut, both desks, and a crossing that only home knows."""
    pair = Pair()
    pair.declare(binding={"tractor": "12C-00001"})
    pair.pass_time()
    pair.cut = True
    crossing = pair.declare()
    home, other = Desk(pair, HOME), Desk(pair, OTHER)
    with home.client, other.client:
        yield pair, home, other, crossing


def test_a_part_is_written_and_taken_in(scene) -> None:
    """What one desk writes the other takes in, and says what was new; the same again is nothing new."""
    _, home, other, crossing = scene
    written = home.export()
    assert (200, BUNDLE_TYPE) == (written.status_code, written.headers["content-type"])
    assert 1 == bundles.read(written.content).entries
    taken = other.take_in(written.content).json()
    assert (1, True, []) == (taken["entries"], taken["last"], taken["findings"])
    assert 0 == other.take_in(written.content).json()["entries"]
    back = other.export(entries=False)
    assert [0, 2] == [bundles.read(back.content).entries, home.take_in(back.content).json()["lanes"][1]["confirmed"]]
    assert 200 == other.call("GET", f"/v1/crossings/{crossing}", duty=Duty.CUSTOMS).status_code


def test_an_order_is_followed(scene) -> None:
    """Lanes and starts are those that were asked for."""
    _, home, _, _ = scene
    part = bundles.read(home.export(lanes=["normal"], starts={"normal": [0]}).content)
    assert ([("normal", 0)], 2) == ([(lane.lane.value, lane.start) for lane in part.lanes], part.entries)


@pytest.mark.parametrize(
    ("order", "status"),
    [({"lanes": ["fast"]}, 400), ({"starts": {"normal": []}}, 400), ({"part_bytes_max": 5}, 400), ({"x": 1}, 400)],
    ids=str,
)
def test_orders_that_cannot_be(scene, order: dict[str, Any], status: int) -> None:
    """A lane that is not there, an empty start and an unknown word are refused; nothing is recorded."""
    _, home, _, _ = scene
    before = home.post.head_position()
    assert status == home.export(**order).status_code
    assert before == home.post.head_position()


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff" * 64, b"PK\x03\x04"], ids=str)
def test_a_foreign_file(scene, raw: bytes) -> None:
    """Whatever else is handed in gets its documented error."""
    _, _, other, _ = scene
    answer = other.take_in(raw)
    assert (400, "malformed") == (answer.status_code, answer.json()["error"]["code"])


def test_ones_own_file(scene) -> None:
    """A part that was written here is not taken in here, and the sentence says where to bring it."""
    _, home, _, _ = scene
    answer = home.take_in(home.export().content)
    assert (400, "envelope_rejected") == (answer.status_code, answer.json()["error"]["code"])
    assert "bring it to youyiguan" in answer.json()["error"]["message"]


def test_a_file_over_the_limit(scene) -> None:
    """A file that is longer than a part is refused by its announced length."""
    _, _, other, _ = scene
    headers = {"content-type": BUNDLE_TYPE, "content-length": str(PART_BYTES_MAX + 1)}
    answer = other.call("POST", "/v1/exchange/import", content=b"{}", headers=headers)
    assert (413, "too_large") == (answer.status_code, answer.json()["error"]["code"])


@pytest.mark.parametrize(
    ("method", "path", "permitted"),
    [
        ("POST", "/v1/exchange/export", {Duty.GATE_BOARD, Duty.COMMAND_CENTRE}),
        ("POST", "/v1/exchange/import", {Duty.GATE_BOARD, Duty.COMMAND_CENTRE}),
        ("GET", "/v1/exchange/paper/X", {Duty.GATE_BOARD, Duty.COMMAND_CENTRE, Duty.CUSTOMS}),
    ],
)
def test_whom_it_is_for(scene, method: str, path: str, permitted: set[Duty]) -> None:
    """Files and papers are handed out to those who answer for them, and to nobody else."""
    _, home, _, _ = scene
    refused = {duty for duty in home.keys if home.call(method, path, duty=duty, content=b"?").status_code == 403}
    assert permitted == set(home.keys) - refused
    assert 401 == home.client.request(method, path).status_code


def test_a_paper_goes_over(scene) -> None:
    """Printed by customs here, scanned in the yard there from its pictures; both are recorded."""
    _, home, other, crossing = scene
    page = home.call("GET", f"/v1/exchange/paper/{crossing}?omit=driver", duty=Duty.CUSTOMS)
    assert (200, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
    assert "SYNTHETIC Driver" not in page.text
    scanned = {"texts": codes_on(page.text)}
    taken = other.call("POST", "/v1/exchange/paper", duty=Duty.YARD, json=scanned).json()
    assert [(crossing, "new")] == [(entry["subject"], entry["state"]) for entry in taken["entries"]]
    assert "announced" == scene[0].stage(other.post, crossing)
    with other.post.ledger.read() as reader:
        assert "yard" == reader.stream(f"audit/{OTHER}")[-1].actor


@pytest.mark.parametrize("texts", [[], ["hello"], ["GP1:1:2:00000000:AB:"], ["x"] * 13])
def test_what_is_no_paper(scene, texts: list[str]) -> None:
    """Other codes on the desk, half a paper and too many texts are refused."""
    _, _, other, _ = scene
    answer = other.call("POST", "/v1/exchange/paper", duty=Duty.YARD, json={"texts": texts})
    assert (400, "malformed") == (answer.status_code, answer.json()["error"]["code"])


def test_a_paper_about_nothing(scene) -> None:
    """A crossing of which nothing was said cannot be printed."""
    _, home, _, _ = scene
    assert 404 == home.call("GET", "/v1/exchange/paper/XAAAAAAAAAAAAAAAAAAAA").status_code


def test_the_report_over_the_interface(scene) -> None:
    """The command centre and the board ask for a time; an empty time is refused."""
    _, home, _, _ = scene
    found = home.call("GET", "/v1/exchange/reconcile?since_ms=0&until_ms=9007199254740991").json()
    assert ([], []) == (found["decisions"], found["forgotten"])
    assert 400 == home.call("GET", "/v1/exchange/reconcile?since_ms=5&until_ms=5").status_code
