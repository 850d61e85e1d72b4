"""A day at two real posts in which every section of every message carries a marker of its own.

What reaches the partner is collected byte for byte: batches, heartbeats, replies, the state.  A
marker that is found there must stand in a section that the agreement lists, for that sender.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.time import MINUTE_MS
from gatepair.exchange import messages as kinds
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.agreement_check import may_send
from gatepair.exchange.envelope import parse_body, parse_header
from gatepair.exchange.messages import ANNOUNCED, CORRECTED, READS
from gatepair.exchange.note import Note
from gatepair.exchange.signer import Ed25519Key
from gatepair.exchange.versions import family, spoken
from gatepair.exchange.wire import body_of, decode_batch
from gatepair.node.post import Post
from node.pair import DRIVER, HOME, OTHER, Pair, declaration, post_on, seed

Listed = tuple[str, str, str]
"""Who sends, type of message, section."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Bytes that occur only in the values named by ``needs``: each must be listed for the bytes to leave."""

    text: bytes
    needs: tuple[Listed, ...]


def announced(section: str, *, post: str = HOME) -> Listed:
    return (post, ANNOUNCED, section)


CORRECTION: Final = (HOME, CORRECTED, "correction")
MARKERS: Final = (
    Marker(b'"lane_kind":', (announced("route"),)),
    Marker(b"TAINT goods", (announced("goods"),)),
    Marker(b"TAINT-PAPER-1", (announced("documents"),)),
    Marker(b"TAINT exporter", (announced("parties"),)),
    Marker(b"TAINT owner", (announced("binding"),)),
    Marker(b"TAINT driver", (announced("driver"),)),
    Marker(b"TAINT new goods", (announced("goods"), CORRECTION)),
    Marker(b"TAINT new exporter", (announced("parties"), CORRECTION)),
    Marker(b"TAINT new driver", (announced("driver"), CORRECTION)),
    Marker(b"TAINT-PAPER-2", (announced("documents"), CORRECTION)),
    Marker(b"TAINT new owner", (announced("binding"), CORRECTION)),
    Marker(b"TAINT withdrawn", ((HOME, kinds.CANCELLED, "reason"),)),
    Marker(b'"rested":', ((HOME, kinds.DEPARTED, "departure"),)),
    Marker(b'"seals":["taint-seal"]', ((HOME, kinds.DEPARTED, "seals"),)),
    Marker(b'"number":"taint-seal"', ((HOME, kinds.SEAL, "seal"),)),
    Marker(b"TAINT-BATCH", (announced("trip"),)),
    Marker(b"TAINT-WAYBILL-2", (announced("trip"), CORRECTION)),
    Marker(b'"status":"called"', ((HOME, kinds.STATUS, "status"),)),
    Marker(b"TAINT evidence", ((HOME, kinds.INSPECTED, "inspection"),)),
    Marker(b"TAINT answer", ((HOME, kinds.CERTIFICATE_ANSWERED, "answer"),)),
    Marker(b"taint-file", ((HOME, kinds.ATTACHMENTS, "attachments"),)),
    Marker(b"taint-hold", ((OTHER, kinds.HELD, "hold"),)),
    Marker(b'"lift":', ((OTHER, kinds.LIFTED, "lift"),)),
    Marker(b"TAINT question", ((OTHER, kinds.CERTIFICATE_ASKED, "question"),)),
    Marker(b"TAINT found", ((OTHER, kinds.DISCREPANCY, "discrepancy"),)),
    Marker(b"TAINT person", (announced("driver"), (HOME, kinds.DISCREPANCY, "discrepancy"))),
    Marker(b"TAINT slow", ((OTHER, kinds.ROUTE_STATE, "condition"),)),
    Marker(b"taint-hours", ((OTHER, kinds.HOURS, "hours"),)),
    Marker(b"taint-room", ((OTHER, kinds.CAPACITY_ANNOUNCED, "capacity"),)),
    Marker(b"TAINT alert", ((OTHER, kinds.ALERT, "alert"),)),
    Marker(b"TAINT note", ((OTHER, kinds.NOTE, "note"),)),
    Marker(b'"figures":', ((OTHER, kinds.STATISTICS, "statistics"),)),
    Marker(b"taint-condition", ((OTHER, kinds.RECEIVED, "handover"),)),
    Marker(b"taint-decline", ((OTHER, kinds.DECLINED, "reasons"),)),
    Marker(b"TAINT dispute", ((OTHER, kinds.DISPUTED, "dispute"),)),
    Marker(b"taint-cause", ((OTHER, kinds.REFUSED, "refusal"),)),
    Marker(b"TAINT stop", ((OTHER, kinds.ROUTE_STOPPED, "stop"),)),
    Marker(b'"per_hour":7919', ((OTHER, kinds.QUOTA_ANNOUNCED, "quota"),)),
    Marker(b'"verdict":"refused"', ((OTHER, kinds.OUTCOME, "outcome"),)),
    Marker(b'"verdict":"refused"', ((HOME, kinds.OUTCOME, "outcome"),)),
    Marker(b'"lane_kind":', (announced("route", post=OTHER),)),
    Marker(b"SYNTHETIC Driver 1", (announced("driver", post=OTHER),)),
)


def listed(terms: Agreement, needed: Listed) -> bool:
    """Tell whether ``terms`` let the sender show the section."""
    sender, kind, section = needed
    agreed = {message.kind: message for message in terms.messages if may_send(message, sender)}
    written = spoken(kind, agreed=agreed, heard=READS)
    return written is not None and section in agreed[written].sections


def showable(terms: Agreement, marker: Marker) -> bool:
    """Tell whether ``terms`` let the marker's bytes out in an entry of any version of its type, written earlier."""
    return all(
        any(
            family(one.kind) == family(kind) and may_send(one, sender) and section in one.sections
            for one in terms.messages
        )
        for sender, kind, section in marker.needs
    )


def allowed(terms: Agreement, marker: Marker) -> bool:
    """Tell whether ``terms`` let the marker's bytes out."""
    return all(listed(terms, needed) for needed in marker.needs)


class Day(Pair):
    """Two posts, and everything that each of them lets out."""

    def __init__(self, terms: Agreement) -> None:
        super().__init__(terms=terms)
        self.greet()
        self.told: dict[str, list[bytes]] = {HOME: [], OTHER: []}
        self.batches: dict[str, list[bytes]] = {HOME: [], OTHER: []}
        self.old = terms
        self.before: dict[str, int] = {}
        """How much each post had let out when the successor took force."""

    def exchange(self) -> None:
        """Push both logs until nothing waits, and keep every byte that leaves a post."""
        self.greet()
        for sender, receiver in ((self.home, self.other), (self.other, self.home)):
            for lane in sender.link.lanes:
                with sender.ledger.read() as reader:
                    self._keep(sender, sender.link.heartbeat(reader, lane.value, now_ms=sender.now()))
                while (batch := sender.outgoing(lane)) is not None:
                    self._keep(sender, batch)
                    self.batches[sender.key].append(batch)
                    reply = receiver.receive(lane.value, batch)
                    self._keep(receiver, reply)
                    if not sender.accept_receipt(lane, reply).more:
                        break
            with sender.ledger.read() as reader:
                state = sender.link.exchange_state(reader, now_ms=sender.now())
            self._keep(sender, repr(state).encode())

    def _keep(self, post: Post, raw: bytes | None) -> None:
        if raw is not None:
            self.told[post.key].append(raw)

    def live(self) -> None:
        """Do everything that makes a message; what a narrow agreement makes impossible is refused, and that is fine."""
        self._told_of_the_gate()
        self._whole_way()
        self._asked_and_answered()
        declined = self._declared("29C-00002")
        self.pass_time()
        self.say(self.other, "gate_board", "DeclineArrival", crossing=declined, reasons=[{"code": "taint-decline"}])
        withdrawn = self._declared("29C-00003")
        self.pass_time()
        self.say(self.home, "trader", "CancelCrossing", crossing=withdrawn, reason="TAINT withdrawn")
        self._ended_over_there("29C-00004", "DisputeHandover", reason="TAINT dispute")
        self._ended_over_there("29C-00005", "RefuseCrossing", cause="taint-cause", onward="destroy")
        self._both_claim("29C-00006")
        self.say(self.other, "command_centre", "StopIntake", direction="out", reason="weather", text="TAINT stop")
        self.say(self.other, "command_centre", "AnnounceQuota", direction="out", per_hour=7919)
        self.pass_time()
        self.say(self.other, "command_centre", "ReopenIntake", direction="out")
        for _ in range(3):
            self.pass_time()

    def begin(self, tractor: str) -> None:
        """Say what a gate says of itself, and announce and correct one crossing."""
        self._told_of_the_gate()
        self._corrected(self._declared(tractor), tractor)

    def change_to(self, terms: Agreement) -> None:
        """Give the home post ``terms`` as the successor, and let its instant pass while the line is cut and entries wait."""
        terms = replace(terms, version=2, valid_from_ms=self.home.now() + 10 * MINUTE_MS, overlap_s=3_600)
        lines = tuple(terms.sign(one.side, Ed25519Key(seed(f"{one.post}root"))) for one in terms.parties)
        self.home.take_version(terms.encoded(), Note(terms.note_text(), lines).to_text())
        for _ in range(3):
            self.pass_time()
        self.cut = True
        self.begin("29C-00009")
        self.pass_time(10)
        self.old, self.terms = self.terms, terms
        self.before = {post: len(told) for post, told in self.told.items()}
        self.cut = False

    def again(self) -> None:
        """Make both posts anew from their ledgers; both lose the partner's log and get all of it once more."""
        for key, post in list(self.posts.items()):
            post.rebuild()
            self.posts[key] = post_on(post.ledger, key, clock=self.clocks[key], terms=self.terms)
        for lost in (HOME, OTHER):
            kept = self.posts[lost]
            self.posts[lost] = post_on(MemoryLedger(), lost, clock=self.clocks[lost], terms=self.terms)
            for _ in range(3):
                self.pass_time()
            self.posts[lost] = kept

    def leaks(self, sender: str) -> list[bytes]:
        """Return the markers that left ``sender`` without standing in the agreement that was in force."""
        changed = self.before.get(sender, 0)
        old, new = b"\n".join(self.told[sender][:changed]), b"\n".join(self.told[sender][changed:])
        mine = [marker for marker in MARKERS if marker.needs[0][0] == sender]
        return [
            marker.text
            for marker in mine
            if (marker.text in old and not allowed(self.old, marker))
            or (marker.text in new and not self._may_leave(marker))
        ]

    def _may_leave(self, marker: Marker) -> bool:
        return showable(self.terms, marker) if self.before else allowed(self.terms, marker)

    def unlisted(self, sender: str) -> list[str]:
        """Return the sections, and types, in entries of ``sender`` that the agreement does not let it show."""
        found = []
        for raw in self.batches[sender]:
            for entry in decode_batch(raw).entries:
                header, body = parse_header(bytes(entry.header)), parse_body(body_of(entry) or b'{"sections":{}}')
                message = self.terms.message(header.type)
                if message is None or not may_send(message, sender):
                    found.append(header.type)
                    continue
                names = {*header.sections, *body.sections}
                found += [f"{header.type} {name}" for name in names if name not in message.sections]
        return sorted(found)

    def _declared(self, tractor: str) -> str:
        goods = [dict(declaration()["goods"][0], description="TAINT goods")]
        return self.declare(
            declaration=declaration(
                goods=goods,
                parties={"exporter": "TAINT exporter", "importer": "SYNTHETIC Importer"},
                documents=[{"kind": "phyto", "number": "TAINT-PAPER-1"}],
                trip={"batch": f"TAINT-BATCH-{tractor}", "waybills": [{"number": "TAINT-WAYBILL-1"}]},
            ),
            binding={"tractor": tractor, "owner": "TAINT owner"},
            driver=dict(DRIVER, name="TAINT driver"),
        )

    def _corrected(self, crossing: str, tractor: str) -> None:
        fields: Mapping[str, Any] = {
            "goods.0.description": "TAINT new goods",
            "parties.exporter": "TAINT new exporter",
            "driver.name": "TAINT new driver",
            "trip.waybills.0.number": "TAINT-WAYBILL-2",
        }
        for path, value in fields.items():
            self.say(self.home, "trader", "CorrectField", crossing=crossing, path=path, value=value, reason="typing")
        paper = {"kind": "phyto", "number": "TAINT-PAPER-2"}
        self.say(self.home, "trader", "AttachDocument", crossing=crossing, document=paper)
        binding = {"tractor": tractor, "owner": "TAINT new owner"}
        self.say(self.home, "trader", "ChangeBinding", crossing=crossing, binding=binding, reason="sold")

    def _told_of_the_gate(self) -> None:
        """Let the other post say all that a gate says of itself; none of it stops a call."""
        room = {"direction": "out", "reason": "taint-room", "vehicles": 500}
        self.say(self.other, "command_centre", "AnnounceCapacity", **room)
        far = {"first": "2027-02-17", "last": "2027-02-17", "start": "08:00", "until": "12:00"}
        hours = {"calendar": next(iter(self.other.plan.calendars)), "reason": "taint-hours", **far}
        self.say(self.other, "gate_board", "AnnounceHours", **hours)
        slow = {"direction": "out", "state": "slow", "reason": "laboratory", "text": "TAINT slow"}
        self.say(self.other, "gate_board", "ReportCondition", **slow)
        alert = {"kind": "crime", "reference": "syn-1", "text": "TAINT alert"}
        self.say(self.other, "border_guard", "RaiseAlert", **alert)
        self.say(self.other, "gate_board", "NoteHotline", topic="hours", text="TAINT note")
        self.say(self.other, "command_centre", "ReportStatistics", date="2025-11-10")

    def _asked_and_answered(self) -> None:
        """Hold and lift, find, ask and answer, inspect and list files about one announced crossing."""
        crossing = self._declared("29C-00007")
        self.pass_time()
        about = {"crossing": crossing}
        self.say(self.other, "quarantine", "Decide", **about, verdict="hold", reasons=["taint-hold"])
        self.say(self.other, "quarantine", "Decide", **about, verdict="clear")
        self.say(self.other, "customs", "ReportDiscrepancy", **about, code="mass_differs", found="TAINT found")
        person = {"code": "licence_differs", "path": "driver.licence", "found": "TAINT person"}
        self.say(self.home, "border_guard", "ReportDiscrepancy", **about, **person)
        paper = {"kind": "phyto", "number": "TAINT-PAPER-1"}
        self.say(self.other, "quarantine", "AskCertificate", **about, **paper, text="TAINT question")
        self.pass_time()
        self.say(self.home, "quarantine", "AnswerCertificate", **about, **paper, verdict="genuine", text="TAINT answer")
        self.say(self.home, "quarantine", "OrderInspection", **about, bay="bay-1", reason="sampling")
        self.say(self.home, "quarantine", "FinishInspection", **about, passed=True, evidence="TAINT evidence")
        file = {"sha256": "ab" * 32, "size_bytes": 1, "media_type": "application/pdf", "kind": "taint-file"}
        self.say(self.home, "trader", "ListAttachments", **about, attachments=[file])
        self.pass_time()

    def _whole_way(self) -> None:
        crossing = self._declared("29C-00001")
        self._corrected(crossing, "29C-00001")
        self._over(crossing, {"tractor": "29C-00001"})
        self.say(
            self.other,
            "yard",
            "ConfirmHandover",
            crossing=crossing,
            station="yyg-entry-lane",
            seen={"tractor": "29C-00001", "seals": ["taint-seal"]},
            condition="taint-condition",
        )
        self.pass_time()

    def _over(self, crossing: str, seen: Mapping[str, Any]) -> None:
        """Take a vehicle over the line, as far as it goes."""
        self.say(self.home, "driver", "TakePlace", crossing=crossing)
        self.pass_time()
        self.say(self.other, "gate_board", "AcceptArrival", crossing=crossing)
        self.pass_time()
        self.pass_time()
        self.say(self.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=seen)
        self._sealed(crossing)
        # A crossing that could not come to the gate cannot be cleared; what it said until then is looked at.
        with suppress(AssertionError):
            self.clear_exit(crossing)
        seen = {**seen, "seals": ["taint-seal"]}
        self.say(self.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=seen)
        self.pass_time()

    def _sealed(self, crossing: str) -> None:
        self.say(self.home, "customs", "ApplySeal", crossing=crossing, number="taint-seal", kind="customs")

    def _ended_over_there(self, tractor: str, kind: str, **fields: Any) -> None:
        crossing = self._declared(tractor)
        self._over(crossing, {"tractor": tractor})
        place = {"crossing": crossing, "station": "yyg-entry-lane"}
        if kind == "DisputeHandover":
            self.say(self.other, "yard", kind, **place, seen={"tractor": "99Z-99999"}, **fields)
        else:
            seen = {"tractor": tractor, "seals": ["taint-seal"]}
            self.say(self.other, "yard", "ConfirmHandover", **place, seen=seen)
            self.say(self.other, "border_guard", "Decide", crossing=crossing, verdict="refuse", reasons=["pest"])
            self.say(self.other, "border_guard", kind, crossing=crossing, **fields)
        self.pass_time()

    def _both_claim(self, tractor: str) -> None:
        """Declare one tractor on both sides before either hears the other: each must refuse the other's word."""
        self._declared(tractor)
        self.declare(self.other, direction="in", binding={"tractor": tractor})
        self.pass_time()
