"""Evidence files, good and bad: one for each way to be bad, with the verdict and the findings that it must get."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from msgspec.structs import replace as changed

from exchange.pair import NORTH, NOW_MS, SOUTH, key
from exchange.proofs import (
    MADE,
    RELEASED,
    ROOTS,
    Row,
    Story,
    checkpoint,
    cosigned,
    ledger_part,
    policy_text,
    root_note,
    small_agreement,
    statement,
    with_header,
)
from exchange.way import CONTRADICTED, INCOMPLETE, PROVED, Way, put
from exchange.ways_bundles import bundled
from exchange.ways_unreadable import unreadable
from exchange.ways_versions import versions
from gatepair.adapters.signers.seeds import P256Key
from gatepair.base.canonical import encode
from gatepair.base.merkle import leaf_hash
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, ExtraKey, fingerprint
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.envelope import Body, Section, section_digest
from gatepair.exchange.evidence import assemble
from gatepair.exchange.key_statements import KeyAct, KeyUse
from gatepair.exchange.note import Note
from gatepair.exchange.signer import Algorithm, SigningKey


def ways() -> Iterator[Way]:
    """Yield every case; the names are unique."""
    yield from good()
    yield from bundled()
    yield from contradicted()
    yield from incomplete()
    yield from versions()
    yield from unreadable()


# --- good ----------------------------------------------------------------------------------


OPENED_FENCE = Section(salt="00" * 16, value={"closed": 1, "epoch": 1, "root": "00" * 32, "size": 0})


def good() -> Iterator[Way]:
    yield from good_keys()
    whole = Story().raw()
    yield Way("good", whole, PROVED)
    yield Way("good under every rule", whole, PROVED, rules=("roots all", "receipts required", "receipt_within_s 5"))
    yield Way(
        "good, outcomes asked for", Story().raw(), PROVED, rules=("outcomes required", "section route"), policy=""
    )
    story = Story()
    story.north.withheld = {"goods", "driver"}
    story.ledger = ledger_part(withhold=(2,))
    yield Way("sections and a payload withheld", story.raw(), PROVED)
    story = Story()
    story.north.rows = [Row(each.header, b'{"sections":{}}') for each in story.north.rows]
    yield Way("bodies erased", story.raw(), PROVED)
    story = Story()
    story.south.receipts, story.ledger = {1: 0}, None
    yield Way("one receipt missing, none asked for", story.raw(), PROVED, rules=("receipts optional",))
    one = Story(agreements=[(small_agreement().encoded(), root_note(small_agreement(), sides=["s.example"]))])
    only = policy_text("roots any", roots={"s.example": 4})
    yield Way("one root suffices", one.raw(), PROVED, policy=only)
    opened = Story()
    opened.south.rows[0] = with_header(
        opened.south.rows[0], type="log.opened/1", sections={"fence": section_digest("fence", OPENED_FENCE)}, re=None
    )
    opened.south.rows[0] = Row(opened.south.rows[0].header, encode(Body({"fence": OPENED_FENCE})))
    opened.north.rows[2] = with_header(opened.north.rows[2], heard=None)
    yield Way("a statement that no agreement lists", opened.raw(), PROVED)
    yield Way("an unknown line counts for nothing", Story().spoilt(_add_stranger), PROVED)
    late = Story()
    late.north.rows[1] = with_header(late.north.rows[1], at_ms=NOW_MS + 400_000)
    late.south.rows.clear()
    late.south.shown, late.south.receipts = [], {0: 0}
    late.north.rows[2] = with_header(late.north.rows[2], heard=None)
    yield Way(
        "a clock that was off is remarked",
        late.raw(),
        PROVED,
        ("logs.0.entries.0 evidence.clock_off",),
    )


def good_keys() -> Iterator[Way]:
    """Files in which keys came and went as their roots said."""
    story = Story()
    story.statements = [
        statement(KeyAct.ANNOUNCED, KeyUse.LOG, 20, size=2),
        statement(KeyAct.RETIRED, KeyUse.LOG, 2, size=2),
    ]
    last = checkpoint(Checkpoint(story.north.origin, 3, story.north.root(3)), at_s=NOW_MS // 1000 + 65, key_of=key(20))
    story.ledger = None
    yield Way("a log key rotated", story.spoilt(put(f"{LOG}/checkpoints/1", last)), PROVED)

    terms, note = _with_roots(signers=(1, 30))
    two = policy_text("quorum n.example 2") + f"root n.example {fingerprint(key(30).public)}\n"
    yield Way("two of three roots signed", _under(terms, note).raw(), PROVED, policy=two)

    terms = _with_extra(Algorithm.P256, P256.public)
    yield Way("a second line by P-256", _under(terms, lines=P256).raw(), PROVED)
    terms = _with_extra(Algorithm.P256, P256.public, required=False)
    yield Way("a second line by P-256 that may be missing", _under(terms).raw(), PROVED)


P256 = P256Key(bytes([40]) * 32)


def _with_roots(*, signers: Sequence[int]) -> tuple[Agreement, str]:
    """Return an agreement whose north has three roots, of which two must sign, with the lines of ``signers``."""
    terms = small_agreement()
    north, south = terms.parties
    more = tuple(key(number).public.hex() for number in (30, 31))
    terms = changed(terms, parties=(changed(north, more_roots=more, roots_needed=2), south))
    lines = [terms.sign("n.example", key(number)) for number in signers]
    return terms, Note(terms.note_text(), (*lines, terms.sign("s.example", key(4)))).to_text()


def _with_extra(algorithm: Algorithm, public: bytes, *, required: bool = True) -> Agreement:
    """Return an agreement under which a log key of another kind signs beside the north's."""
    terms = small_agreement()
    north, south = terms.parties
    extra = ExtraKey(algorithm=algorithm, public=public.hex(), use=KeyUse.LOG, required=required)
    return changed(terms, parties=(changed(north, extra_keys=(extra,)), south))


def _under(terms: Agreement, note: str = "", *, lines: SigningKey | None = None) -> Story:
    """Return the story under other terms; ``lines`` signs every checkpoint of the north beside its log key."""
    story = Story(terms, agreements=[(terms.encoded(), note or root_note(terms))])
    story.north.also = lines
    return story


def _add_stranger(value: dict[str, Any]) -> None:
    notes_of = value["logs"][0]["checkpoints"]
    signed = notes.parse(notes_of[-1])
    stranger = notes.sign(signed.text, name="somebody/else", key=key(9))
    notes_of[-1] = signed.plus(stranger).to_text()


# --- contradicted --------------------------------------------------------------------------


def contradicted() -> Iterator[Way]:
    for name, spoil, findings in SPOILT:
        yield Way(name, Story().spoilt(spoil), CONTRADICTED, findings)
    yield from _false_statements()


def _flip_line(path: str, line: int) -> Callable[[dict[str, Any]], None]:
    """Change one bit of the signature in a line of the note at ``path``."""

    def spoil(document: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        place: Any = document
        for part in way:
            place = place[part]
        signed = notes.parse(place[last])
        blob = bytearray(signed.lines[line].blob)
        blob[20] ^= 1
        lines = list(signed.lines)
        lines[line] = notes.SignatureLine(lines[line].name, lines[line].key_id, bytes(blob))
        place[last] = Note(signed.text, tuple(lines)).to_text()

    return spoil


def _swap_logs(document: dict[str, Any]) -> None:
    first, second = document["logs"]
    first["checkpoints"][0] = second["checkpoints"][0]


def _move_entry(document: dict[str, Any]) -> None:
    document["logs"][0]["entries"][0]["index"] = 0


def _drop_hash(document: dict[str, Any]) -> None:
    del document["logs"][0]["tree"]


def _add_hash(document: dict[str, Any]) -> None:
    document["logs"][0]["tree"].append("00" * 32)


def _entry_beyond(document: dict[str, Any]) -> None:
    document["logs"][0]["entries"][1]["index"] = 3


def _other_section(document: dict[str, Any]) -> None:
    sections = document["logs"][0]["entries"][0]["sections"]
    sections["parties"] = sections["driver"]


ENTRIES = ("logs.0.entries.0", "logs.0.entries.1", "logs.1.entries.0")
WITHOUT_AGREEMENT = (
    "ledgers.0 evidence.agreement_absent",
    "logs.0 evidence.agreement_absent",
    *(f"{entry} evidence.{code}" for entry in ENTRIES[:2] for code in ("agreement_absent", "receipt_absent")),
    "logs.1 evidence.agreement_absent",
    *(f"{ENTRIES[2]} evidence.{code}" for code in ("agreement_absent", "receipt_absent")),
)
"""Where no agreement can be read, no key is known, and nothing rests on anything."""
LOG = "logs/0"
ENTRY = f"{LOG}/entries/0"
NORTH_LOG_FALSE = (
    "logs.0 evidence.root_false",
    "logs.0.entries.0 evidence.receipt_absent",
    "logs.0.entries.1 evidence.receipt_absent",
)
TREE_FALSE = ("logs.0 evidence.tree_malformed", *NORTH_LOG_FALSE[1:])

SPOILT: list[tuple[str, Callable[[dict[str, Any]], None], tuple[str, ...]]] = [
    ("a header changed", put(f"{ENTRY}/header/at_ms", NOW_MS + 1), (*NORTH_LOG_FALSE, "logs.1.entries.0 evidence.reference_false")),
    ("an entry moved", _move_entry, NORTH_LOG_FALSE),
    ("a hash of the tree changed", put(f"{LOG}/tree/0", "00" * 32), NORTH_LOG_FALSE),
    ("a hash of the tree missing", _drop_hash, TREE_FALSE),
    ("a hash of the tree too many", _add_hash, TREE_FALSE),
    ("an entry beyond the tree", _entry_beyond, TREE_FALSE),
    ("a value changed", put(f"{ENTRY}/sections/goods/value/gross_mass_kg", 17_000), ("logs.0.entries.0.sections.goods evidence.section_false",)),
    ("a salt changed", put(f"{ENTRY}/sections/route/salt", "00" * 16), ("logs.0.entries.0.sections.route evidence.section_false",)),
    ("a section under another name", _other_section, ("logs.0.entries.0.sections.parties evidence.section_false",)),
    ("the log's signature false", _flip_line(f"{LOG}/checkpoints/1", 0), ("logs.0.checkpoints.1 evidence.signature_false", "logs.0.entries.1 evidence.receipt_absent")),
    ("the mirror's signature false", _flip_line(f"{LOG}/checkpoints/1", 1), ("logs.0.checkpoints.1 evidence.signature_false", "logs.0.entries.1 evidence.receipt_absent")),
    ("a root's signature false", _flip_line("agreements/0/note", 0), ("agreements.0.note evidence.signature_false",)),
    ("a checkpoint without lines", put(f"{LOG}/checkpoints/0", "text\n"), ("logs.0.checkpoints.0 evidence.note_malformed",)),
    ("an agreement's note without lines", put("agreements/0/note", "text\n"), ("agreements.0.note evidence.note_malformed", *WITHOUT_AGREEMENT)),
    ("the agreement changed", put("agreements/0/agreement/messages/0/retention_days", 91), ("agreements.0 evidence.agreement_changed", *WITHOUT_AGREEMENT)),
    ("the agreement unreadable and another", put("agreements/0/agreement/protocol", 2), ("agreements.0 evidence.agreement_changed", *WITHOUT_AGREEMENT)),
    ("a checkpoint of another log", _swap_logs, ("logs.0.checkpoints.0 evidence.checkpoint_of_other_log",)),
    ("a payload changed", put("ledgers/0/entries/0/payload/number", 7), ("ledgers.0.entries.0 evidence.payload_false",)),
    ("a ledger's header changed", put("ledgers/0/entries/0/header/actor", "customs-2"), ("ledgers.0 evidence.root_false",)),
    ("a ledger's signature false", _flip_line("ledgers/0/checkpoint", 0), ("ledgers.0.checkpoint evidence.signature_false",)),
    ("a log's checkpoint under a ledger", lambda value: value["ledgers"][0].update(checkpoint=value["logs"][0]["checkpoints"][1]), ("ledgers.0.checkpoint evidence.checkpoint_of_other_log",)),
]  # fmt: skip
"""What one change of the good file comes to; only the findings named first are asked for where more follow."""


def _false_statements() -> Iterator[Way]:
    """Files in which every signature is true and what was signed is not."""
    story = Story()
    forged = Checkpoint(story.north.origin, 2, leaf_hash(b"another history"))
    raw = story.spoilt(put(f"{LOG}/checkpoints/0", checkpoint(forged, at_s=NOW_MS // 1000)))
    yield Way("two histories signed", raw, CONTRADICTED, ("logs.0.checkpoints.0 evidence.two_histories",))

    story = Story()
    extra = checkpoint(Checkpoint(story.north.origin, 3, leaf_hash(b"another root")), at_s=0)
    raw = story.spoilt(lambda value: value["logs"][0]["checkpoints"].insert(1, extra))
    yield Way("two roots signed for one size", raw, CONTRADICTED, ("logs.0.checkpoints.1 evidence.two_histories",))

    story = Story()
    heard = {"cosigned_at_s": 1, "log": str(story.south.origin), "root": "00" * 32, "size": 1}
    story.north.rows[2] = with_header(story.north.rows[2], heard=[heard])
    yield Way("a root heard that never was", story.raw(), CONTRADICTED, ("logs.0.entries.1 evidence.heard_false",))

    story = Story()
    re = {"index": 1, "leaf": "00" * 32, "log": str(story.north.origin)}
    story.south.rows[0] = with_header(story.south.rows[0], re=[re])
    story.north.rows[2] = with_header(story.north.rows[2], heard=None)
    yield Way("an answer to another leaf", story.raw(), CONTRADICTED, ("logs.1.entries.0 evidence.reference_false",))

    story = Story()
    story.north.rows[2] = with_header(story.north.rows[2], id="M1")
    yield Way("one id, two contents", story.raw(), CONTRADICTED, ("logs.0.entries.1 evidence.same_id",))

    for name, changes in (
        ("a type not listed", {"type": "crossing.closed/1"}),
        ("sections not listed", {"sections": {"route": "00" * 32}}),
    ):
        story = Story()
        story.north.rows[2] = with_header(story.north.rows[2], **changes)
        yield Way(name, story.raw(), CONTRADICTED, ("logs.0.entries.1 evidence.not_as_agreed",))

    narrow = small_agreement()
    narrow = changed(
        narrow, messages=tuple(changed(m, senders=(SOUTH,)) if m.kind == RELEASED else m for m in narrow.messages)
    )
    story = Story(agreements=[(narrow.encoded(), root_note(narrow))])
    for log in (story.north, story.south):
        log.rows = [with_header(each, agreement=narrow.hash().hex(), heard=None, re=None) for each in log.rows]
    yield Way("a sender not listed", story.raw(), CONTRADICTED, ("logs.0.entries.1 evidence.not_as_agreed",))

    for name, act, use, post, number, stated in (
        ("a log key retired before", KeyAct.RETIRED, KeyUse.LOG, NORTH, 2, 2),
        ("a log key revoked before", KeyAct.REVOKED, KeyUse.LOG, NORTH, 2, 2),
        ("a mirror key revoked before", KeyAct.REVOKED, KeyUse.MIRROR, SOUTH, 6, 2),
    ):
        story = Story()
        story.statements = [statement(act, use, number, post=post, size=stated)]
        ledger = ("ledgers.0.checkpoint evidence.key_not_in_force",) if name == "a log key revoked before" else ()
        yield Way(
            name,
            story.raw(),
            CONTRADICTED,
            (
                *ledger,
                "logs.0.checkpoints.1 evidence.key_not_in_force",
                "logs.0.entries.1 evidence.receipt_absent",
            ),
        )


# --- incomplete ----------------------------------------------------------------------------


def incomplete() -> Iterator[Way]:
    yield Way(
        "nothing shown",
        assemble(MADE, agreements=Story().agreements, logs=[]),
        INCOMPLETE,
        ("logs evidence.nothing_shown",),
    )
    yield from _roots_missing()
    yield from _agreements_missing()
    yield from _statements_missing()


def _roots_missing() -> Iterator[Way]:
    good_raw = Story().raw()
    for name, roots in (
        ("no root trusted", {"n.example": 9, "s.example": 8}),
        ("one root not trusted", {"n.example": 1}),
    ):
        sides = ("n.example", "s.example") if len(roots) == 2 else ("s.example",)
        yield Way(
            name,
            good_raw,
            INCOMPLETE,
            tuple("agreements.0.note evidence.root_not_trusted" for _ in sides),
            policy=policy_text(roots=roots),
        )
    yield Way(
        "fewer roots than the policy asks for",
        good_raw,
        INCOMPLETE,
        ("agreements.0.note evidence.roots_too_few",),
        rules=["quorum s.example 2"],
    )
    terms, note = _with_roots(signers=(1,))
    yield Way(
        "one root of the two needed",
        _under(terms, note).raw(),
        INCOMPLETE,
        ("agreements.0.note evidence.root_not_signed",) * 2,
    )
    sm2 = _with_extra(Algorithm.SM2, b"\x04" + bytes(64))
    yield Way(
        "a kind of signature that nothing here checks",
        _under(sm2, lines=FalseSm2()).raw(),
        INCOMPLETE,
        (
            "logs.0.checkpoints.0 evidence.signature_unchecked",
            "logs.0.checkpoints.1 evidence.signature_unchecked",
            *(f"{entry} evidence.receipt_absent" for entry in ENTRIES[:2]),
        ),
    )
    terms = small_agreement()
    story = Story(agreements=[(terms.encoded(), root_note(terms, sides=["n.example"]))])
    yield Way("one root did not sign", story.raw(), INCOMPLETE, ("agreements.0.note evidence.root_not_signed",))


def _agreements_missing() -> Iterator[Way]:
    yield Way(
        "another agreement wanted",
        Story().raw(),
        INCOMPLETE,
        ("agreements.0 evidence.agreement_not_wanted",),
        rules=[f"agreement {'00' * 32}"],
    )

    # A later version of the agreement that this reader cannot read, truly signed.
    later = json.loads(small_agreement().encoded()) | {"protocol": 2}
    story = Story()
    digest = sha256(encode(later)).hexdigest()
    text = f"gatepair/agreement/v1\ntrial\n1\n{digest}\n"
    lines = tuple(notes.sign(text, name=f"{side}/root", key=key(number)) for side, number in ROOTS.items())
    story.agreements = [*story.agreements, (encode(later), Note(text, lines).to_text())]
    yield Way(
        "an agreement of a later version", story.raw(), INCOMPLETE, ("agreements.1 evidence.agreement_unreadable",)
    )

    story = Story()
    story.north.rows[2] = with_header(story.north.rows[2], agreement="00" * 32)
    yield Way("an agreement absent", story.raw(), INCOMPLETE, ("logs.0.entries.1 evidence.agreement_absent",))

    raw = Story().spoilt(lambda value: value.update(agreements=[]))
    yield Way("no agreement at all", raw, INCOMPLETE, WITHOUT_AGREEMENT)

    brief = small_agreement(valid_until_ms=NOW_MS + 50_000)
    story = Story(brief)
    yield Way(
        "an agreement out of force", story.raw(), INCOMPLETE, ("logs.0.entries.1 evidence.agreement_out_of_force",)
    )


def _statements_missing() -> Iterator[Way]:
    good_raw = Story().raw()
    story = Story()
    story.north.rows[2] = with_header(story.north.rows[2], v=2)
    yield Way("a header of a later version", story.raw(), INCOMPLETE, ("logs.0.entries.1 evidence.header_unreadable",))

    story = Story()
    stated = Checkpoint(story.north.origin, 3, story.north.root(3))
    only_mirror = Note(stated.to_text(), (cosigned(stated, at_s=NOW_MS // 1000),)).to_text()
    yield Way(
        "a checkpoint that the log did not sign",
        story.spoilt(put(f"{LOG}/checkpoints/1", only_mirror)),
        INCOMPLETE,
        ("logs.0.checkpoints.1 evidence.checkpoint_not_signed", "logs.0.entries.1 evidence.receipt_absent"),
    )

    story = Story()
    story.north.receipts[3] = 0
    yield Way("a receipt absent", story.raw(), INCOMPLETE, ("logs.0.entries.1 evidence.receipt_absent",))
    yield Way(
        "receipts late",
        good_raw,
        INCOMPLETE,
        tuple(f"{entry} evidence.receipt_late" for entry in ENTRIES),
        rules=["receipt_within_s 4"],
    )
    story = Story()
    story.south.shown = []
    yield Way(
        "an answer absent",
        story.raw(),
        INCOMPLETE,
        ("logs.0.entries.0 evidence.outcome_absent",),
        rules=["outcomes required"],
    )
    story = Story()
    story.north.withheld = {"driver"}
    yield Way(
        "a section withheld",
        story.raw(),
        INCOMPLETE,
        ("logs.0.entries.0.sections.driver evidence.section_withheld",),
        rules=["section driver"],
    )


class FalseSm2:
    """A key of a kind for which there is no library; its signatures are noise."""

    algorithm = Algorithm.SM2
    public = b"\x04" + bytes(64)

    def sign(self, message: bytes) -> bytes:
        return sha256(message).digest() * 2
