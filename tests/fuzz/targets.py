"""Every parser of foreign bytes, as a function that a fuzzer may call with any bytes at all.

A target raises :class:`Found` when the parser does anything but return or raise its documented
errors, or when what it accepted has another spelling too.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import openpyxl

from exchange import proofs, test_paper, vectors
from exchange.pair import NORTH, SOUTH, Node, agreement
from exchange.second import NODE
from formats import test_china, test_edifact
from formats.test_edifact_declarations import TRUCK as CUSDEC
from fuzz import asks
from fuzz.differential import same_json, same_tree
from fuzz.verifiers import same_verdict
from gatepair.adapters.formats.reading import Format, read_documents
from gatepair.adapters.formats.table_mapping import read_mapping
from gatepair.base import canonical
from gatepair.base.errors import BadInput, EnvelopeRejected, GatepairError, Malformed, Refused, TooLarge
from gatepair.exchange import agreement as agreements
from gatepair.exchange import bundle, paper, wire
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.disclosure import decode_disclosure
from gatepair.exchange.envelope import parse_body, parse_header
from gatepair.exchange.evidence import decode_evidence
from gatepair.exchange.key_statements import KeyAct, KeyUse, read_statement
from gatepair.exchange.policy import parse_policy
from gatepair.exchange.verify import verify
from gatepair.exchange.wire import Outcome, decode_reply

BYTES_MAX: Final = 64 * 1024


class Found(Exception):
    """The fuzzer found something; the text says what."""


@dataclass(frozen=True, slots=True)
class Target:
    """One parser: how to call it, what it may raise, examples to begin from."""

    read: Callable[[bytes], Any]
    refuses: tuple[type[GatepairError], ...]
    examples: Callable[[], list[bytes]]
    spell: Callable[[Any], bytes] | None = None
    """Writes what was read; None where the reader decides more than the spelling."""

    def run(self, raw: bytes) -> None:
        """Let the parser read ``raw``.

        Raises:
            Found: it raised what it does not document, or accepted a second spelling.
        """
        try:
            read = self.read(raw)
        except self.refuses:
            return
        except Exception as error:
            raise Found(f"{type(error).__name__}: {error}") from error
        if self.spell is not None and self.spell(read) != raw:
            raise Found("what was accepted is spelled otherwise")


def _canonical(raw: bytes) -> Any:
    return canonical.decode(raw, max_bytes=BYTES_MAX)


def _checkpoint(raw: bytes) -> Checkpoint:
    # Its text is always that of a note, which is UTF-8.
    return Checkpoint.parse(raw.decode("utf-8", "ignore"))


def _vkey(raw: bytes) -> Any:
    return notes.from_vkey(raw.decode("utf-8", "surrogateescape"))


def _spelled_vkey(read: Any) -> bytes:
    kind = notes.SignatureKind.ED25519 if isinstance(read, notes.LogVerifier) else notes.SignatureKind.COSIGNATURE
    return notes.to_vkey(read.name, kind, read.public).encode()


class Believed(Exception):
    """Bytes that nobody signed had an effect."""


def _receiving(raw: bytes) -> None:
    """Let a whole post read a batch: it must answer, and receipt only what was signed."""
    reply = decode_reply(Node(SOUTH).take(raw))
    if reply.outcome is Outcome.RECEIVED and wire.decode_batch(raw).signature not in _true_signatures():
        raise Believed(raw)


def _answering(raw: bytes) -> None:
    """Let a whole post read an answer to its greeting: only a true receipt may confirm or stop anything."""
    north = Node(NORTH)
    north.say("X0", route=1)
    north.next()
    north.accept(raw)
    with north.ledger.read() as reader:
        (normal,) = [line for line in north.link.status(reader, north.now_ms) if line["lane"] == "normal"]
    if (normal["confirmed"] or normal["frozen_out"]) and decode_reply(raw).note not in _true_receipts():
        raise Believed(raw)


@cache
def _talk() -> list[dict[str, str]]:
    return vectors.batches()


def _batches() -> list[bytes]:
    return [each["batch"].encode() for each in _talk()]


def _replies() -> list[bytes]:
    return [each["reply"].encode() for each in _talk()]


@cache
def _true_signatures() -> frozenset[str]:
    return frozenset(wire.decode_batch(raw).signature for raw in _batches())


@cache
def _true_receipts() -> frozenset[str]:
    return frozenset(decode_reply(raw).note for raw in _replies())


def _paper(raw: bytes) -> Any:
    return paper.from_codes(raw.decode("utf-8", "ignore").split("\n"))


def _verify(raw: bytes) -> Any:
    return verify(raw, proofs.policy())


def _file(form: Format) -> Callable[[bytes], Any]:
    return lambda raw: read_documents(raw, form)


def _tables() -> list[bytes]:
    header = b"Reference,HS code,Gross mass,Value,Currency,Invoice date,Container,Seal"
    return [
        header + b"\nA1,081060,12.5,9000,CNY,2026-11-29,CSQU3054383,S1\nA1,,x,=1,,,,S2",
        '商品编码,品名\r\n081060,"榴莲, 鲜"'.encode(),
    ]


def _books() -> list[bytes]:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Goods")
    for row in (["Reference", "HS code", "Value", "Invoice date"], ["A1", "081060", 9.5, date(2026, 11, 29)]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return [out.getvalue()]


def _interchanges() -> list[bytes]:
    moves = ("BGM+34+R+9", "EQD+CN+C", "DTM+7:20261129:102", "SEL+S+CA")
    return [
        test_edifact.message(*test_edifact.TRUCK),
        test_edifact.message(*CUSDEC, kind="CUSDEC"),
        test_edifact.message(*moves, kind="CODECO"),
    ]


def _documents() -> list[bytes]:
    item = "<GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem>"
    when = '<IssueDateTime><DateTimeString formatCode="304">20261129Z</DateTimeString></IssueDateTime>'
    amount = '<InvoiceAmount currencyID="CNY">9.50</InvoiceAmount>'
    return [
        f"<Declaration>{when}{amount}<GoodsShipment>{item}</GoodsShipment></Declaration>".encode(),
        b"<MetaData><Response><FunctionCode>01</FunctionCode></Response></MetaData>",
    ]


@cache
def _story() -> proofs.Story:
    return proofs.Story()


TARGETS: Final[Mapping[str, Target]] = {
    "canonical": Target(
        _canonical,
        (Malformed, TooLarge),
        lambda: [bytes.fromhex(each) for each in vectors.canonical()["accept"]],
        canonical.encode,
    ),
    "canonical-as-others": Target(
        same_json,
        (),
        lambda: [
            *(bytes.fromhex(each) for each in vectors.canonical()["accept"]),
            *(bytes.fromhex(each["hex"]) for each in vectors.canonical()["reject"]),
        ],
    ),
    "tree-as-others": Target(same_tree, (), lambda: [bytes(range(size)) for size in (0, 3, 48, 96, 200)]),
    "note": Target(
        notes.parse,
        (EnvelopeRejected,),
        lambda: [vectors.signed()["receipt"].encode(), vectors.signed()["agreement_note"].encode()],
        lambda read: read.to_text().encode(),
    ),
    "checkpoint": Target(
        _checkpoint,
        (EnvelopeRejected,),
        lambda: [vectors.signed()["receipt"].partition("\n\n")[0].encode() + b"\n"],
    ),
    "vkey": Target(
        _vkey,
        (EnvelopeRejected,),
        lambda: [vectors.signed()[name].encode() for name in ("log_vkey", "mirror_vkey")],
        _spelled_vkey,
    ),
    "header": Target(
        parse_header,
        (Malformed, TooLarge),
        lambda: [each["header"].encode() for each in vectors.envelopes()],
        canonical.encode,
    ),
    "body": Target(
        parse_body,
        (Malformed, TooLarge),
        lambda: [each["body"].encode() for each in vectors.envelopes()],
        canonical.encode,
    ),
    "agreement": Target(
        agreements.decode, (Malformed, TooLarge), lambda: [agreement().encoded()], lambda read: read.encoded()
    ),
    "key-statement": Target(
        read_statement,
        (EnvelopeRejected,),
        lambda: [proofs.statement(KeyAct.ANNOUNCED, KeyUse.LOG, 9).encode()],
        lambda read: read[1].to_text().encode() if read[1].lines else read[1].text.encode(),
    ),
    "bundle": Target(bundle.read, (Malformed, TooLarge), lambda: [_story().bundle()], canonical.encode),
    "evidence": Target(decode_evidence, (Malformed, TooLarge), lambda: [_story().raw()], canonical.encode),
    "verify": Target(_verify, (Malformed, TooLarge), lambda: [_story().raw(), _story().bundle()]),
    "policy": Target(parse_policy, (Malformed, TooLarge), lambda: [proofs.policy_text().encode()]),
    "paper": Target(
        _paper,
        (Malformed, TooLarge),
        lambda: ["\n".join(paper.to_codes(test_paper.paper(test_paper.entry()))).encode()],
    ),
    "batch": Target(wire.decode_batch, (Malformed, TooLarge), _batches),
    "reply": Target(wire.decode_reply, (Malformed, TooLarge), _replies),
    "receiving": Target(_receiving, (), _batches),
    "answering": Target(_answering, (BadInput, EnvelopeRejected), _replies),
    "file-wco": Target(_file(Format.WCO), (Malformed, TooLarge), _documents),
    "file-edifact": Target(_file(Format.EDIFACT), (Malformed, TooLarge), _interchanges),
    "file-json": Target(_file(Format.JSON), (Malformed, TooLarge), lambda: [b'{"id":"M1","type_code":"IM"}']),
    "file-china": Target(_file(Format.CHINA), (Malformed, TooLarge), lambda: [test_china.raw(test_china.MANIFEST)]),
    "file-csv": Target(_file(Format.CSV), (Malformed, TooLarge, Refused), _tables),
    "file-xlsx": Target(_file(Format.XLSX), (Malformed, TooLarge, Refused), _books),
    "table-mapping": Target(
        lambda raw: read_mapping(raw.decode("utf-8", "replace")),
        (Refused,),
        lambda: [b"columns: {A: hs, B: ignore}\ndecimal: ','\nconstants: {type: EX}\n"],
    ),
    "ask": Target(asks.read_ask, (Malformed, TooLarge, EnvelopeRejected), asks.asks),
    "fencing": Target(asks.fencing, (), lambda: asks.asks()[:1]),
    "recovering": Target(asks.recovering, (Malformed, TooLarge, EnvelopeRejected), asks.answers_to_fences),
    "returned": Target(asks.read_returned, (Malformed, TooLarge, EnvelopeRejected), asks.returned),
    "fence": Target(asks.read_fence, (EnvelopeRejected,), asks.fences),
    "fence-text": Target(asks.read_fence_text, (EnvelopeRejected,), asks.fence_texts, asks.spelled_fence),
    "request": Target(asks.read_request, (EnvelopeRejected,), asks.requests),
    "request-text": Target(asks.read_request_text, (EnvelopeRejected,), asks.request_texts, asks.spelled_request),
    "probe": Target(asks.read_probe, (EnvelopeRejected,), asks.probes),
    "disclosed": Target(asks.read_disclosed, (EnvelopeRejected,), asks.receipts_over_disclosures),
    "disclosure": Target(decode_disclosure, (Malformed, TooLarge), asks.disclosures, canonical.encode),
    **({} if NODE is None else {"verifiers": Target(same_verdict, (), lambda: [_story().raw(), _story().bundle()])}),
}
