"""Papers at a post: printed for a driver who goes over, and taken in from one who came."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Raw, Struct
from msgspec.structs import replace

from gatepair.base.canonical import encode
from gatepair.base.errors import NotFound, NotPermitted, TooLarge
from gatepair.base.time import SECOND_MS
from gatepair.exchange.bundle import check_addressed
from gatepair.exchange.envelope import Body, parse_body, parse_header
from gatepair.exchange.messages import OUTCOME, Lane
from gatepair.exchange.paper import ENTRIES_MAX, PAPER_VERSION, Paper, PaperEntry, Proven, from_codes
from gatepair.node import audit, inbound
from gatepair.node.audit import PaperPrinted, PaperTakenIn
from gatepair.node.link_scanning import Scanned
from gatepair.node.link_state import own_log, own_rows, own_state
from gatepair.node.ports import Reader

if TYPE_CHECKING:
    from gatepair.base.findings import Finding
    from gatepair.exchange.envelope import Opened
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder


class EntryTaken(Struct, frozen=True, kw_only=True):
    """What became of one entry of a paper."""

    id: str
    type: str
    subject: str
    index: int
    leaf: str
    said_at_ms: int
    """When it was said, by the partner's clock; a claim."""
    age_s: int
    """How old the word was when it was scanned."""
    state: Scanned
    findings: tuple[dict[str, Any], ...] = ()


class PaperTaken(Struct, frozen=True, kw_only=True):
    """What became of a paper."""

    author: str
    made_at_ms: int
    entries: tuple[EntryTaken, ...]


# --- printing ------------------------------------------------------------------------------


def printed(post: Post, crossing: str, *, omit: Collection[str] = (), whole: bool = False, actor: str) -> Paper:
    """Return the paper about ``crossing``; belongs to the writer's thread.

    It holds what the partner has not receipted, or with ``whole``, and when it has receipted all of
    it, every entry.  The sections ``omit`` are left out.

    Raises:
        NotFound: our logs say nothing about the crossing.
        NotPermitted: nothing may be signed now.
        TooLarge: more entries than a paper holds.
        StorageDamaged: a row does not match its hash; nothing was signed.
    """
    now_ms = post.now()
    with post.ledger.read() as reader:
        places = list(_about(post, reader, crossing, whole=whole)) or list(_about(post, reader, crossing, whole=True))
        if not places:
            raise NotFound("our logs say nothing about this crossing", crossing=crossing)
        if len(places) > ENTRIES_MAX:
            raise TooLarge(f"a paper holds {ENTRIES_MAX} entries; {len(places)} are about this crossing")
        entries = [_entry(post, reader, place, now_ms=now_ms, omit=omit) for place in places]
    event = PaperPrinted(at_ms=now_ms, crossing=crossing, entries=len(entries), omitted=tuple(sorted(omit)))
    post.note(event, actor=actor)
    return Paper(
        v=PAPER_VERSION,
        author=post.post,
        reader=post.link.partner_post,
        made_at_ms=now_ms,
        entries=tuple(entries),
    )


def _about(post: Post, reader: Reader, crossing: str, *, whole: bool) -> Iterator[tuple[Lane, int]]:
    """Yield where our logs speak of ``crossing``; an answer to an entry is of no use without that entry."""
    for lane in post.link.lanes:
        log, start = own_log(reader, lane), 0 if whole else own_state(reader, lane).confirmed
        for row in own_rows(reader, log, start=start, end=reader.own_size(log)):
            header = parse_header(row.header)
            if header.subject == crossing and header.type != OUTCOME:
                yield lane, row.index


def _entry(post: Post, reader: Reader, place: tuple[Lane, int], *, now_ms: int, omit: Collection[str]) -> PaperEntry:
    entry = post.link.on_paper(reader, *place, now_ms=now_ms)
    if entry is None:
        raise NotPermitted("nothing may be signed now: the lane is frozen, or the post recovers")
    if bytes(entry.body) == b"null":
        return entry
    shown = {name: one for name, one in parse_body(bytes(entry.body)).sections.items() if name not in omit}
    return replace(entry, body=Raw(encode(Body(shown)) if shown else b"null"))


# --- taking in -----------------------------------------------------------------------------


def read(post: Post, texts: Sequence[str]) -> tuple[Paper, list[Proven]]:
    """Return the paper whose codes ``texts`` hold and what its entries prove; nothing is recorded.

    Raises:
        Malformed: a code is missing, was misread or is of another paper.
        TooLarge: the document is over its limit.
        EnvelopeRejected: it is not from the partner for us, or does not prove what it says.
        KeyNotValid: it is signed by keys that do not count.
        NotInAgreement: no agreement in force lists such an entry.
    """
    paper = from_codes(texts)
    check_addressed(paper, author=post.link.partner_post, reader=post.post)
    with post.ledger.read() as reader:
        return paper, [post.link.proved(reader, entry) for entry in paper.entries]


def scan(post: Post, recorder: Recorder, paper: Paper, proven: Sequence[Proven], *, actor: str) -> PaperTaken:
    """Let proved entries have their effects in the open transaction, and record who scanned them."""
    now_ms = post.now()

    def act(opened: Opened) -> tuple[Finding, ...]:
        return inbound.effect(post, recorder, opened, by="paper")

    entries = []
    for one in proven:
        state, findings = post.link.take_paper(recorder.unit, one, now_ms=now_ms, act=act)
        opened = one.opened
        entries.append(
            EntryTaken(
                id=opened.id,
                type=opened.type,
                subject=opened.subject,
                index=opened.index,
                leaf=opened.leaf.hex(),
                said_at_ms=opened.at_ms,
                age_s=max(0, now_ms - opened.at_ms) // SECOND_MS,
                state=state,
                findings=tuple(finding.to_wire() for finding in findings),
            )
        )
    new = [entry for entry in entries if entry.state is Scanned.NEW]
    if new:
        event = PaperTakenIn(
            at_ms=now_ms,
            crossings=tuple(dict.fromkeys(entry.subject for entry in new)),
            leaves=tuple(entry.leaf for entry in new),
            made_at_ms=paper.made_at_ms,
        )
        recorder.audit([audit.draft(post.post, event)], audit.stamp(event, actor=actor))
    return PaperTaken(author=paper.author, made_at_ms=paper.made_at_ms, entries=tuple(entries))
