"""Posts that break the specification in one thing each: the kit finds the thing, and finds nothing wrong beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec import structs

from conformance.trying import PATIENCE_S, Plant, tried, verdicts
from gatepair.base.time import SECOND_MS, SystemClock
from gatepair.conformance.scenario import Role
from gatepair.conformance.trial import Trial
from gatepair.exchange import note as notes
from gatepair.exchange.key_statements import KeyAct, KeyStatement, parse_statement
from gatepair.exchange.wire import PROTOCOL, Outcome, Reply, decode_batch, decode_reply, encode_reply, rejected
from gatepair.node.post import Post


def answering(change: Callable[[Any], Any]) -> Plant:
    """Return the fault that changes each reply to a batch on its way out."""

    def plant(post: Post) -> None:
        receive = post.receive

        def changed(lane: str, batch: bytes) -> bytes:
            return encode_reply(change(decode_reply(receive(lane, batch))))

        post.receive = changed  # type: ignore[method-assign]

    return Plant(in_post=plant)


def gap_without_index(reply: Any) -> Any:
    """Forget where a gap begins."""
    return structs.replace(reply, next=0) if reply.outcome is Outcome.GAP else reply


def without_cosignature(reply: Any) -> Any:
    """Send back the partner's own checkpoint for a receipt."""
    text, gap, lines = reply.note.partition("\n\n")
    return structs.replace(reply, note=text + gap + lines.splitlines()[0] + "\n") if gap else reply


def never_a_contradiction(reply: Any) -> Any:
    """Call a contradiction a mere mistake."""
    return structs.replace(reply, outcome=Outcome.REJECTED) if reply.outcome is Outcome.CONTRADICTION else reply


def freezing_at_damage(reply: Any) -> Any:
    """Take any root that does not fit for a contradiction."""
    wrong = reply.outcome is Outcome.REJECTED and "root" in reply.message
    return structs.replace(reply, outcome=Outcome.CONTRADICTION) if wrong else reply


def silent_about_quarantine(post: Post) -> None:
    """Answer nothing, whatever came."""
    enqueue = post.link.enqueue
    post.link.enqueue = lambda unit, *, kind, **more: (  # type: ignore[method-assign]
        None if kind == "outcome/1" else enqueue(unit, kind=kind, **more)
    )


class Forgetful:
    """A transaction in which no message id was ever seen."""

    def __init__(self, unit: Any) -> None:
        self._unit = unit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def states_named(self, names: Sequence[str]) -> dict[str, bytes]:
        return {
            name: each for name, each in self._unit.states_named(names).items() if not name.startswith("exchange/id/")
        }


def forgetful_of_ids(post: Post) -> None:
    """Let the same id have effect after effect."""
    receive = post.link.receive
    post.link.receive = lambda unit, *more, **named: receive(Forgetful(unit), *more, **named)  # type: ignore[method-assign]


def open_to_strangers(post: Post) -> None:
    """Show the state to whoever sends any header."""
    post.link.check_asked = lambda *_, **__: None  # type: ignore[method-assign]


def under_another_agreement(post: Post) -> None:
    """Write under an agreement that the partner never saw."""
    listed = [
        structs.replace(message, purpose="Something else.") if message.kind == "outcome/1" else message
        for message in post.link.agreement.messages
    ]
    other = structs.replace(post.link.agreement, messages=tuple(listed))
    post.link.__init__(other, post.post, keys=post.link._keys, entropy=post.link._entropy)  # type: ignore[misc]


def heeding_only(*acts: KeyAct) -> Plant:
    """Return the fault that hears statements of the partner's roots, and heeds those of ``acts`` alone."""

    def plant(post: Post) -> None:
        take = post.link.take_statement

        def taken(unit: Any, statement: str, **more: Any) -> KeyStatement:
            said, _ = parse_statement(statement)
            return take(unit, statement, **more) if said.act in acts else said

        post.link.take_statement = taken  # type: ignore[method-assign]

    return Plant(in_post=plant)


def silent_about_agreements(post: Post) -> None:
    """Answer nothing to a version of the agreement that cannot be taken."""
    answer = post.link.answer

    def answered(unit: Any, opened: Any, *more: Any, **named: Any) -> Any:
        return None if opened.type.startswith("agreement.") else answer(unit, opened, *more, **named)

    post.link.answer = answered  # type: ignore[method-assign]


class Line:
    """A line that hands everything on."""

    def __init__(self, line: Any, trial: Trial) -> None:
        self._line = line
        self._trial = trial

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def receipt(self, batch: bytes) -> bytes:
        """Return a true receipt of the partner, which never saw the batch."""
        signed = notes.parse(decode_batch(batch).checkpoint)
        at_s = SystemClock().now() // SECOND_MS
        name, key = self._trial.kit.mirror_name, self._trial.keys["mirror"]
        note = signed.plus(notes.cosign(signed.text, name=name, key=key, at_s=at_s)).to_text()
        return encode_reply(Reply(v=PROTOCOL, outcome=Outcome.RECEIVED, note=note))


class WithoutGreeting(Line):
    """What holds no entries does not go out, and counts as receipted."""

    async def send(self, lane: str, *call: Any) -> bytes:
        batch: bytes = call[-1]
        answer: bytes = self.receipt(batch) if not decode_batch(batch).entries else await self._line.send(lane, *call)
        return answer


class Believing(Line):
    """Whatever says received counts as a receipt."""

    async def send(self, lane: str, *call: Any) -> bytes:
        answer: bytes = await self._line.send(lane, *call)
        return self.receipt(call[-1]) if decode_reply(answer).outcome is Outcome.RECEIVED else answer


class Stubborn(Line):
    """Whoever closes an epoch has merely refused a batch."""

    async def send(self, lane: str, *call: Any) -> bytes:
        answer: bytes = await self._line.send(lane, *call)
        reply = decode_reply(answer)
        return rejected("closed", "") if reply.outcome is Outcome.CLOSED else answer


RECEIVERS: dict[str, tuple[Plant, str, str]] = {
    "gap without index": (answering(gap_without_index), "R05", "R09"),
    "no cosignature": (answering(without_cosignature), "R02", "R05"),
    "no contradiction": (answering(never_a_contradiction), "R05", "R90"),
    "damage freezes": (answering(freezing_at_damage), "R05", "R17"),
    "quarantine forgotten": (Plant(silent_about_quarantine), "R50", "R54"),
    "ids forgotten": (Plant(forgetful_of_ids), "R06", "R59"),
    "open to strangers": (Plant(open_to_strangers), "R01", "R02"),
    "silent about agreements": (Plant(silent_about_agreements), "R54", "R62"),
    "old log keys for ever": (heeding_only(KeyAct.ANNOUNCED, KeyAct.REVOKED), "R37", "R87"),
    "stolen log keys for ever": (heeding_only(KeyAct.ANNOUNCED, KeyAct.RETIRED), "R87", "R88"),
}
"""By fault: the plant, a scenario that is not about it, and the one that is."""
SENDERS: dict[str, tuple[Plant, str, str]] = {
    "no greeting": (Plant(in_line=WithoutGreeting), "S02", "S01"),
    "believes anything": (Plant(in_line=Believing), "S02", "S07"),
    "another agreement": (Plant(under_another_agreement), "", "S30"),
    "old mirror keys for ever": (heeding_only(KeyAct.ANNOUNCED, KeyAct.REVOKED), "S23", "S22"),
    "stolen mirror keys for ever": (heeding_only(KeyAct.ANNOUNCED, KeyAct.RETIRED), "S22", "S23"),
    "no end of an epoch": (Plant(in_line=Stubborn), "S02", "S24"),
}


@pytest.mark.parametrize("fault", RECEIVERS)
def test_a_receiver_with_a_fault_fails_its_scenario(fault: str) -> None:
    """The scenario that is about it fails, and one that is not about it passes."""
    plant, other, caught = RECEIVERS[fault]
    assert {other: "passed"} == verdicts(tried([other], plant=plant))
    assert {caught: "failed"} == verdicts(tried([caught], plant=plant, patience_s=PATIENCE_S))


@pytest.mark.parametrize("fault", SENDERS)
def test_a_sender_with_a_fault_fails_its_scenario(fault: str) -> None:
    """The same for the other half."""
    plant, other, caught = SENDERS[fault]
    assert {caught: "failed"} == verdicts(tried([caught], role=Role.SENDER, plant=plant, patience_s=PATIENCE_S))
    assert {other: "passed"} == (verdicts(tried([other], role=Role.SENDER, plant=plant)) if other else {"": "passed"})


def test_the_same_scenarios_pass_without_a_fault() -> None:
    """What fails above fails for the fault and for nothing else."""
    for faults, role in ((RECEIVERS, Role.RECEIVER), (SENDERS, Role.SENDER)):
        numbers = sorted({number for _, *named in faults.values() for number in named if number})
        assert dict.fromkeys(numbers, "passed") == verdicts(tried(numbers, role=role))
