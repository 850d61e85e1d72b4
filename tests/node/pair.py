"""Two posts facing each other in one process, on any ledger: what the node's tests stand on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import msgspec

from gatepair.adapters.assessing import Assessor
from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.planfiles import shipped_plan
from gatepair.base.duties import Duty
from gatepair.base.time import Instant, SeededEntropy, SteppedClock, SystemEntropy, from_datetime
from gatepair.exchange.agreement import Agreement, Mode, Party, default_agreement
from gatepair.exchange.signer import Ed25519Key
from gatepair.node.link import Link, LinkKeys
from gatepair.node.ports import Ledger, Marks
from gatepair.node.post import Post
from gatepair.node.recording import MODELS
from gatepair.node.requests import COMMANDS, Actor, Answer, Request
from gatepair.plan.model import Plan

HOME, OTHER = "huu-nghi", "youyiguan"
OPENING = from_datetime(datetime(2025, 11, 11, 0, 0, tzinfo=UTC))
"""07:00 in Hanoi on an ordinary working day."""
KINDS = {kind.__name__: kind for kind in COMMANDS}
SEEN = {"tractor": "12C-12345", "trailer": "12R-00123"}
DRIVER = {"name": "SYNTHETIC Driver 1", "licence": "SYN-1", "nationality": "VN"}


@cache
def plan() -> Plan:
    """Return the shipped plan of the pair."""
    return shipped_plan("huu-nghi-youyiguan")


def seed(name: str) -> bytes:
    """Return a private key's seed made from a name."""
    return hashlib.sha256(name.encode()).digest()


def party(post: str, *, keys_of: str = "") -> Party:
    """Return the public party of ``post``; ``keys_of`` lets it hold another post's keys."""
    owner = keys_of or post
    public = {use: Ed25519Key(seed(owner + use)).public.hex() for use in ("root", "log", "mirror")}
    side = plan().posts[post].side
    return Party(side=side, post=post, root_key=public["root"], log_key=public["log"], mirror_key=public["mirror"])


def agreement(mode: Mode = Mode.PAIRED) -> Agreement:
    """Return the default agreement of the two posts."""
    return default_agreement(party(HOME), party(OTHER), agreement_id=plan().id, mode=mode)


def post_on(
    ledger: Ledger, key: str, *, clock: SteppedClock, terms: Agreement | None = None, marks: Marks | None = None
) -> Post:
    """Return the post ``key`` on ``ledger``, which keeps ``marks`` if any are given."""
    link = Link(
        terms or agreement(),
        key,
        keys=LinkKeys(log=Ed25519Key(seed(key + "log")), mirror=Ed25519Key(seed(key + "mirror"))),
        entropy=SeededEntropy(key),
        paced=True,
        marks=marks,
    )
    return Post(
        plan=plan(),
        post=key,
        ledger=ledger,
        clock=clock,
        link=link,
        secret=seed(key + "secret"),
        entropy=SystemEntropy(),
        synthetic=True,
        clearing=Assessor(None),
    )


def rows(ledger: Ledger) -> dict[str, list[tuple[str, int, bytes]]]:
    """Return every read model's rows."""
    with ledger.read() as reader:
        return {model: [(row.key, row.sort, row.document) for row in reader.rows(model)] for model in MODELS}


class Pair:
    """Both posts, one clock each, and a line that can be cut."""

    def __init__(
        self,
        make: Callable[[str], Ledger] = lambda _: MemoryLedger(),
        *,
        mode: Mode = Mode.PAIRED,
        terms: Agreement | None = None,
    ) -> None:
        """Open both posts over the ledgers that ``make`` gives, under ``terms`` or the default agreement."""
        self.terms = terms or agreement(mode)
        self.clocks = {key: SteppedClock(OPENING) for key in (HOME, OTHER)}
        self.posts = {key: post_on(make(key), key, clock=self.clocks[key], terms=self.terms) for key in (HOME, OTHER)}
        self.cut = mode is Mode.ALONE
        self._count = 0

    @classmethod
    def around(cls, posts: Mapping[str, Post], clocks: Mapping[str, SteppedClock]) -> Pair:
        """Return a pair of posts that were opened elsewhere."""
        pair = cls()
        pair.posts, pair.clocks = dict(posts), dict(clocks)
        return pair

    @property
    def home(self) -> Post:
        """Return the post at the home side."""
        return self.posts[HOME]

    @property
    def other(self) -> Post:
        """Return the facing post."""
        return self.posts[OTHER]

    def say(self, post: Post, duty: str, kind: str, /, **fields: Any) -> Answer:
        """Give one command and return its answer, whatever it is."""
        self._count += 1
        return self.send(post, duty, kind, command_id=f"c-{self._count:08d}", **fields)

    def send(self, post: Post, duty: str, kind: str, /, *, command_id: str, **fields: Any) -> Answer:
        """Give one command under a chosen id."""
        expected = fields.pop("expected_version", None)
        actor = fields.pop("actor", f"{duty}-1")
        command = msgspec.convert({"type": kind, **fields}, KINDS[kind])
        return post.execute([Request(command_id, command, Actor(actor, Duty(duty), post.key), expected)])[0]

    def do(self, post: Post, duty: str, kind: str, /, **fields: Any) -> Answer:
        """Give one command that must be done."""
        answer = self.say(post, duty, kind, **fields)
        reasons = [finding["text"]["en"] for finding in answer.findings]
        assert answer.status == "done", (kind, answer.error, answer.message, reasons)
        return answer

    def pass_time(self, minutes: int = 1) -> None:
        """Let minutes pass, run what is due at both, and let both push their logs."""
        for key, clock in self.clocks.items():
            clock.set(Instant(clock.now() + minutes * 60_000))
            self.posts[key].advance()
        if not self.cut:
            self.exchange()

    def greet(self) -> None:
        """Show each post the state of the other, as they do when they start."""
        for asker, asked in ((self.home, self.other), (self.other, self.home)):
            with asked.ledger.read() as reader:
                state = asked.link.exchange_state(reader, now_ms=asked.now())
            asker.transact(partial(asker.link.learn, partner_state=state))

    def exchange(self) -> None:
        """Push both posts' logs until nothing waits."""
        for sender, receiver in ((self.home, self.other), (self.other, self.home)):
            for lane in sender.link.lanes:
                while (batch := sender.outgoing(lane)) is not None:
                    if not sender.accept_receipt(lane, receiver.receive(lane.value, batch)).more:
                        break

    # --- the way of a truck ---------------------------------------------------------------

    def declare(self, post: Post | None = None, **changes: Any) -> str:
        """Declare one truck of electronics going out and return its crossing."""
        fields: dict[str, Any] = {
            "direction": "out",
            "route": "r1119-1120",
            "lane_kind": "manned",
            "load": "truck",
            "declaration": declaration(),
            "binding": dict(SEEN),
            "driver": dict(DRIVER),
        }
        return self.do(post or self.home, "trader", "DeclareCrossing", **(fields | changes)).crossing

    def to_gate(self, crossing: str) -> None:
        """Take a place, be accepted over there, be called, arrive."""
        self.do(self.home, "driver", "TakePlace", crossing=crossing)
        self.pass_time()
        self.do(self.other, "gate_board", "AcceptArrival", crossing=crossing)
        self.pass_time()
        self.pass_time()
        self.do(self.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=SEEN)

    def clear_exit(self, crossing: str) -> None:
        """Let every agency of the exit post decide, the fee be paid, and customs release."""
        for duty in ("border_guard", "health"):
            self.do(self.home, duty, "Decide", crossing=crossing, verdict="clear")
        self.do(self.home, "customs", "AssignChannel", crossing=crossing)
        self.do(self.home, "customs", "OrderInspection", crossing=crossing, bay="bay-1", reason="test")
        self.do(self.home, "customs", "FinishInspection", crossing=crossing, passed=True)
        self.do(self.home, "customs", "Decide", crossing=crossing, verdict="clear")
        fee = self.do(self.home, "gate_board", "AssessFee", crossing=crossing).events[0].payload["fee"]
        if fee["amount_minor"]:
            self.do(
                self.home,
                "gate_board",
                "PayFee",
                crossing=crossing,
                amount_minor=fee["amount_minor"],
                currency=fee["currency"],
                receipt="R-1",
            )
        self.do(self.home, "customs", "Release", crossing=crossing)

    def clear_entry(self, crossing: str) -> None:
        """Receive, decide, release and let go inland at the other post."""
        self.do(self.other, "yard", "ConfirmHandover", crossing=crossing, station="yyg-entry-lane", seen=SEEN)
        self.do(self.other, "border_guard", "Decide", crossing=crossing, verdict="clear")
        self.do(self.other, "customs", "AssignChannel", crossing=crossing)
        self.do(self.other, "customs", "OrderInspection", crossing=crossing, bay="bay-1", reason="test")
        self.do(self.other, "customs", "FinishInspection", crossing=crossing, passed=True)
        self.do(self.other, "customs", "Decide", crossing=crossing, verdict="clear")
        self.do(self.other, "customs", "Release", crossing=crossing)
        self.do(self.other, "yard", "RecordExit", crossing=crossing, station="yyg-entry-lane")

    def whole_way(self) -> str:
        """Carry one truck from the declaration to the other side's road and return its crossing."""
        crossing = self.declare()
        self.to_gate(crossing)
        self.clear_exit(crossing)
        self.do(self.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN)
        self.pass_time()
        self.clear_entry(crossing)
        self.pass_time()
        self.pass_time()
        return crossing

    def stage(self, post: Post, crossing: str) -> str:
        """Return the stage of a crossing at a post."""
        with post.ledger.read() as reader:
            return post.standing.known(crossing, reader).crossing.stage.value


def declaration(**changes: Any) -> Mapping[str, Any]:
    """Return a declaration of electronics."""
    item = {
        "hs": "854231",
        "description": "SYNTHETIC processors",
        "commodity": "electronics",
        "gross_mass_kg": 18_000,
        "packages": 900,
        "value_minor": 4_000_000_000,
        "currency": "VND",
        "origin": "VN",
    }
    return {
        "regime": "ordinary",
        "goods": [item],
        "parties": {"exporter": "SYNTHETIC Exporter", "importer": "SYNTHETIC Importer"},
        "synthetic": True,
    } | changes
