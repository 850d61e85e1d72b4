"""Evidence of a whole crossing, from either post, verified by both verifiers."""

from __future__ import annotations

from functools import cache

import pytest

from exchange.second import NODE, NODE_MISSING, second
from gatepair.base.errors import NotFound
from gatepair.exchange.agreement import fingerprint
from gatepair.exchange.note import Note
from gatepair.exchange.policy import Policy, parse_policy
from gatepair.exchange.report import Verdict
from gatepair.exchange.signer import Ed25519Key
from gatepair.exchange.verify import verify
from gatepair.node.post import Post
from node.pair import DRIVER, HOME, OTHER, Pair, agreement, plan, seed


def policy_text(*rules: str) -> str:
    roots = "".join(
        f"root {plan().posts[post].side} {fingerprint(Ed25519Key(seed(post + 'root')).public)}\n"
        for post in (HOME, OTHER)
    )
    return roots + "".join(f"{rule}\n" for rule in rules)


def believed(*rules: str) -> Policy:
    return parse_policy(policy_text(*rules).encode())


def signed() -> list[tuple[bytes, str]]:
    terms = agreement()
    lines = tuple(terms.sign(plan().posts[post].side, Ed25519Key(seed(post + "root"))) for post in (HOME, OTHER))
    return [(terms.encoded(), Note(terms.note_text(), lines).to_text())]


@cache
def whole_way() -> tuple[Pair, str]:
    """Carry one truck all the way, beside others that went nowhere."""
    pair = Pair()
    for post in pair.posts.values():
        post.signed = tuple(signed())
    pair.declare(driver=None, binding={"tractor": "12C-99999"})
    crossing = pair.whole_way()
    return pair, crossing


def evidence_of(post: Post, crossing: str, **options) -> bytes:
    return post.evidence(crossing, **options).raw


@pytest.mark.parametrize("key", [HOME, OTHER])
def test_a_whole_crossing_is_proved(key: str) -> None:
    """From either post one file proves what both sides said, with receipts, and what the post itself recorded."""
    pair, crossing = whole_way()
    report = verify(evidence_of(pair.posts[key], crossing), believed())
    assert (Verdict.PROVED, ()) == (report.verdict, report.findings)
    types = {entry.type.partition("/")[0] for entry in report.entries}
    assert {"crossing.announced", "crossing.accepted", "crossing.released", "crossing.departed"} <= types
    assert {"crossing.received", "crossing.closed"} <= types
    assert {crossing} == {entry.subject for entry in report.entries}
    assert {"CrossingReleased", "DecisionGiven"} & {each.type.partition("/")[0] for each in report.recorded}


def test_it_holds_plate_weight_seal_decisions_and_signers() -> None:
    """What a court asks for stands in the file: plate, weight, decisions with who gave them."""
    pair, crossing = whole_way()
    raw = evidence_of(pair.home, crossing)
    report = verify(raw, believed())
    assert b"12C-12345" in raw
    assert b"18000" in raw
    assert "customs-1" in {each.actor for each in report.recorded}
    assert all(entry.before_s is not None for entry in report.entries)


def test_what_is_withheld_appears_nowhere() -> None:
    """A withheld section is neither in the exchanged entries nor in the payloads of the ledger, and all is still proved."""
    pair, crossing = whole_way()
    raw = evidence_of(pair.home, crossing, withhold=["driver", "parties"])
    assert DRIVER["name"].encode() not in raw
    assert b"SYNTHETIC Exporter" not in raw
    assert Verdict.PROVED is verify(raw, believed()).verdict
    assert Verdict.INCOMPLETE is verify(raw, believed("section driver")).verdict


def test_names_that_are_shown_are_told() -> None:
    """Whoever shows a file learns which names it holds, to record it; without names there is nothing to record."""
    pair, crossing = whole_way()
    assert ("driver", "parties") == pair.home.evidence(crossing).guarded
    assert ("parties",) == pair.home.evidence(crossing, withhold=["driver"]).guarded
    assert () == pair.home.evidence(crossing, withhold=["driver", "parties"]).guarded


def test_nothing_is_made_of_an_unknown_crossing() -> None:
    """A crossing that nobody spoke of gives no file."""
    pair, _ = whole_way()
    with pytest.raises(NotFound):
        evidence_of(pair.home, "X" + "A" * 20)


@pytest.mark.skipif(NODE is None, reason=NODE_MISSING)
def test_the_second_verifier_agrees() -> None:
    """Python and JavaScript give the same report on a whole crossing."""
    pair, crossing = whole_way()
    raw = evidence_of(pair.home, crossing)
    with second() as other:
        answer = other.ask("verify", file=raw, policy=policy_text().encode(), language="en")
    assert verify(raw, believed()).encoded().decode() == answer["report"]
