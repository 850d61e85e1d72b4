"""The browser's check of the public order gives the verdict of ``verify_order``, fault by fault."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatepair.base.canonical import encode
from gatepair.base.errors import EnvelopeRejected
from gatepair.base.findings import LANGUAGES
from gatepair.exchange import note as notes
from gatepair.node.order_rules import order_rules
from gatepair.operations.public_order import Record, RecordKind
from gatepair.operations.verify_order import Report, verify
from gatepair.plan.model import Plan
from gatepair.web.check_texts import CHECK_TEXTS
from operations.scene import MORNING_MS, Scene, queue_rule, small_plan
from web.board.driven import Driven, driven_at
from web.board.walks import keeping_holidays, misspelled, tampered, walk

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
UNSAID = {"order.malformed", "order.earlier_unusable"}
"""Faults whose ``why`` is worded by each reader in its own way."""
WALKS = 60
HOLIDAY_MS = 1_756_774_800_000
"""2025-09-02 01:00 UTC, the national day of the home side."""


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory):
    """A gate at work."""
    with driven_at(tmp_path_factory.mktemp("check")) as found:
        yield found


def told(findings: Sequence[Any]) -> list[tuple[str, str, str]]:
    """Return findings of either verifier in one form."""
    rows = [one if isinstance(one, dict) else one.to_wire() for one in findings]
    return [
        (row["code"], row["path"], "" if row["code"] in UNSAID else json.dumps(row["params"], sort_keys=True))
        for row in rows
    ]


def by_python(lines: Sequence[bytes], plan: Plan, key: str, earlier: Sequence[bytes] | None = None) -> Report:
    verifier = notes.from_vkey(key)

    def is_signed(note: str) -> bool:
        try:
            notes.verify(notes.parse(note), verifier)
        except EnvelopeRejected:
            return False
        return True

    return verify(lines, plan, signature=is_signed, earlier=earlier)


def copies(driven: Driven) -> dict[str, list[bytes]]:
    """Return the published order and copies that somebody tampered with."""
    header, *lines = driven.post.order_export("out")
    records = [msgspec.json.decode(line, type=Record) for line in lines]
    called = [at for at, record in enumerate(records) if record.kind is RecordKind.CALLED]
    moved = next(at for at, record in enumerate(records) if record.kind is RecordKind.MOVED)
    swapped = list(records)
    one, other = called[0], called[5]
    swapped[one], swapped[other] = (
        msgspec.structs.replace(records[one], number=records[other].number),
        msgspec.structs.replace(records[other], number=records[one].number),
    )
    uncoded = list(records)
    uncoded[moved] = msgspec.structs.replace(records[moved], code="")

    def again(changed: list[Record]) -> list[bytes]:
        return [header, *(encode(record) + b"\n" for record in changed)]

    changed = list(lines)
    changed[3] = changed[3].replace(b'"at_ms":1', b'"at_ms":2')
    note = msgspec.json.decode(header)["checkpoint"]
    last = note.rstrip("\n").rpartition(" ")[2]
    raw = bytearray(base64.b64decode(last))
    raw[-1] ^= 1
    forged = header.replace(last.encode(), base64.b64encode(raw))
    return {
        "as published": [header, *lines],
        "swapped order": again(swapped),
        "a move without code": again(uncoded),
        "a changed record": [header, *changed],
        "a wrong signature": [forged, *lines],
        "truncated": [header, *lines[:-7]],
        "cut in the middle of a line": [b"".join([header, *lines])[:-40]],
        "no order at all": [b"hello\n"],
    }


def test_the_page_gives_the_verdict_of_verify_order(driven: Driven, at: Any, tmp_path: Path) -> None:
    """A real order holds, each tampered copy does not, and the page names the same faults in the same order."""
    browser, address = at
    page = browser.new_page(viewport={"width": 360, "height": 740})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}/board/check?lang=en")
    for name, lines in copies(driven).items():
        (tmp_path / "copy.jsonl").write_bytes(b"".join(lines))
        page.locator("summary").evaluate("one => { one.parentElement.open = true; }")
        page.set_input_files("input[name=copy]", tmp_path / "copy.jsonl")
        found = _checked(page)
        expected = by_python(
            [line + b"\n" for line in b"".join(lines).split(b"\n") if line],
            driven.post.plan,
            driven.post.checkpoint_key(),
        )
        assert told(expected.findings) == told(found["findings"]), name
        counted = (expected.ok, expected.records, expected.places, expected.calls, expected.moves, expected.root.hex())
        assert counted == tuple(found[key] for key in ("ok", "records", "places", "calls", "moves", "root")), name
        assert ("as published" == name) is found["ok"]
        shown = page.locator("#faults li").all_inner_texts()
        assert [one.text("en") for one in expected.findings if one.code not in UNSAID] == [
            text for text, one in zip(shown, expected.findings, strict=True) if one.code not in UNSAID
        ]
        page.screenshot(path=tmp_path / f"check-{name}.png", full_page=True)
    assert [] == said


def _checked(page: Any) -> dict[str, Any]:
    page.locator("#start button").click()
    page.locator("#verdict:not([hidden])").wait_for()
    found: dict[str, Any] = json.loads(page.locator("#verdict").get_attribute("data-found"))
    return found


def test_the_page_checks_what_is_published(driven: Driven, at: Any) -> None:
    """Without a file the published order is fetched; signature, tree, rule and every call are said to hold."""
    browser, address = at
    for language in LANGUAGES:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto(f"{address}/board/check?lang={language}")
        found = _checked(page)
        assert found["ok"]
        assert found["signed"] is True
        assert found["records"] == driven.board()["directions"]["out"]["order_check"]["records"]
        assert CHECK_TEXTS["check.holds"][language] == page.locator("#verdict b").inner_text()
        lines = page.locator("#ran li").all_inner_texts()
        assert 5 == len(lines)
        assert all(line.endswith(CHECK_TEXTS["check.yes"][language]) for line in lines)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.close()


def test_a_browser_without_ed25519_says_how_it_checked(at: Any) -> None:
    """Where WebCrypto lacks Ed25519, or the page is not secure, the page's own arithmetic checks, and it says so."""
    browser, address = at
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', {value: undefined});")
    page.goto(f"{address}/board/check?lang=en")
    found = _checked(page)
    assert (True, False) == (found["signed"], found["native"])
    assert CHECK_TEXTS["check.plain"]["en"] in page.locator("#ran").inner_text()


def test_a_kept_copy_shows_what_was_rewritten(driven: Driven, at: Any, tmp_path: Path) -> None:
    """Beside an older copy the page names the record that is not what it was, as ``--earlier`` does."""
    browser, address = at
    whole = list(driven.post.order_export("out"))
    (tmp_path / "kept.jsonl").write_bytes(b"".join(whole))
    (tmp_path / "copy.jsonl").write_bytes(b"".join(whole[:9]))
    page = browser.new_page()
    page.goto(f"{address}/board/check?lang=en")
    page.locator("summary").evaluate("one => { one.parentElement.open = true; }")
    page.set_input_files("input[name=copy]", tmp_path / "copy.jsonl")
    page.set_input_files("input[name=earlier]", tmp_path / "kept.jsonl")
    found = _checked(page)
    expected = by_python(whole[:9], driven.post.plan, driven.post.checkpoint_key(), earlier=whole)
    assert told(expected.findings) == told(found["findings"])
    assert "order.shrunk" in [code for code, _, _ in told(found["findings"])]


def test_both_verifiers_agree_on_random_days(driven: Driven, at: Any) -> None:
    """On random days at a small gate, honest, broken, tampered with and misspelled, both find the same faults."""
    browser, address = at
    key = driven.post.checkpoint_key()
    scenes = [walk(seed) for seed in range(WALKS)]
    scenes += [walk(seed, keeping_holidays(), now_ms=HOLIDAY_MS) for seed in range(WALKS // 4)]
    orders = [(scene.plan, scene.export()) for scene in scenes]
    orders += [(scene.plan, tampered(scene, seed)) for seed, scene in enumerate(scenes)]
    honest = Scene()
    honest.day()
    orders += [(honest.plan, lines) for lines in misspelled(honest.export())]
    orders += [(small_plan(queues={"a-post": queue_rule(recalls=3), "b-post": queue_rule()}), honest.export())]
    orders += [(small_plan(id="other"), honest.export()), (honest.plan, honest.export())]
    expected = [by_python(b"".join(lines).splitlines(keepends=True), plan, key) for plan, lines in orders]
    given = [
        {"rules": order_rules(plan, key=key, now_ms=MORNING_MS), "order": base64.b64encode(b"".join(lines)).decode()}
        for plan, lines in orders
    ]
    page = browser.new_page()
    page.goto(f"{address}/board/check")
    found = page.evaluate(
        """async (given) => {
            const { checkOrder } = await import("/assets/order.js");
            const { parseNote } = await import("/assets/verify.mjs");
            const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
            const plain = (rules) => JSON.parse(JSON.stringify(rules));
            return Promise.all(given.map(({ rules, order }) => checkOrder(bytes(order), plain(rules), { parseNote })));
        }""",
        json.loads(msgspec.json.encode(given)),
    )
    for number, (python, javascript) in enumerate(zip(expected, found, strict=True)):
        assert told(python.findings) == told(javascript["findings"]), number
        counted = (python.records, python.places, python.calls, python.moves, python.root.hex())
        assert counted == tuple(javascript[key] for key in ("records", "places", "calls", "moves", "root")), number
    codes = {code for report in expected for code, _, _ in told(report.findings)}
    assert 20 <= len(codes), codes
