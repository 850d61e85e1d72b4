"""Paper: codes that can be scanned back, and what they prove without anything else."""

from __future__ import annotations

import zlib
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from exchange.pair import ANNOUNCED, NORTH, NOW_MS, SOUTH, Node, agreement, keys_of
from exchange.pictures import codes_on
from exchange.steps import row
from gatepair.adapters.qr import picture
from gatepair.base.canonical import encode
from gatepair.base.errors import BadInput, EnvelopeRejected, Malformed, NotInAgreement, TooLarge
from gatepair.base.merkle import CompactRange, inclusion_proof
from gatepair.exchange import paper as papers
from gatepair.exchange.agreement import Terms
from gatepair.exchange.agreement_words import KINDS
from gatepair.exchange.bundle import check_addressed
from gatepair.exchange.messages import Lane
from gatepair.exchange.paper import CODE_CHARS_MAX, CODES_MAX, Paper, PaperEntry, from_codes, prove, to_codes
from gatepair.exchange.paper_page import Setting, facts, page
from gatepair.exchange.sender import LogSource, signed_checkpoint

TERMS = agreement()
IN_FORCE = (Terms.of(TERMS),)
PARTNER = TERMS.party(NORTH)
LOG = TERMS.origin(NORTH, Lane.NORMAL, 1)


def entry(index: int = 3, size: int = 7, **changes: object) -> PaperEntry:
    """Return entry ``index`` of a log of ``size`` entries with its proof."""
    node = Node(NORTH)
    rows = [row(number, node=node, value=number, **(changes if number == index else {})) for number in range(size)]
    leaves = [each.leaf for each in rows]
    source = LogSource(LOG, keys_of(NORTH).log, size)
    return PaperEntry(
        header=Raw(rows[index].header),
        body=Raw(rows[index].body or b"null"),
        index=index,
        checkpoint=signed_checkpoint(CompactRange.over(leaves), source).to_text(),
        proof=tuple(step.hex() for step in inclusion_proof(leaves, index)),
    )


def paper(*entries: PaperEntry) -> Paper:
    """Return a paper from north for south."""
    return Paper(v=1, author=NORTH, reader=SOUTH, made_at_ms=NOW_MS, entries=entries or (entry(),))


@cache
def large(size: int = 500) -> Paper:
    """Return a paper that needs several codes, three when nothing is said: its text cannot be compressed."""
    noise = "".join(chr(0x4E00 + (number * number * 7919) % 20_000) for number in range(size))
    return paper(entry(sections={"goods": noise}))


# --- base45 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_base45_as_published(raw: bytes, text: str) -> None:
    """The examples of RFC 9285 §4.3 and §4.4."""
    assert text == papers.to_base45(raw)
    assert raw == papers.from_base45(text)


@given(st.binary(max_size=400))
def test_base45_keeps_every_byte(raw: bytes) -> None:
    """What is spelled is read back, and all of it lies in the alphanumeric mode of QR codes."""
    text = papers.to_base45(raw)
    assert raw == papers.from_base45(text)
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize("text", ["A", "BB8A", ":::", "a00", "0:8!", "::", "GGW"])
def test_what_base45_does_not_know(text: str) -> None:
    """A wrong length, a character outside the alphabet and a value beyond two bytes are refused."""
    with pytest.raises(Malformed):
        papers.from_base45(text)


# --- codes ---------------------------------------------------------------------------------


@given(st.permutations(range(3)), st.sampled_from(("\n", "\r\n", "\n\n")))
def test_codes_are_read_in_any_order(order: list[int], gap: str) -> None:
    """Several codes in one text or in several, in any order, scanned twice or typed in small letters."""
    texts = to_codes(large())
    assert 3 == len(texts)
    shuffled = [texts[number] for number in order]
    assert large() == from_codes([gap.join(shuffled)])
    assert large() == from_codes([*shuffled, texts[0].lower()])


def test_a_code_has_1400_characters_at_most() -> None:
    """The longest piece fits a code of version 25; one character more opens the next code."""
    assert CODE_CHARS_MAX == len(to_codes(large())[0].split(":", 4)[4]) - 1
    assert 1 == len(to_codes(paper()))


def test_a_missing_code_is_named() -> None:
    """Who scanned two of three is told which one to scan too."""
    with pytest.raises(Malformed, match="code 2 of 3 is missing"):
        from_codes([to_codes(large())[0], to_codes(large())[2]])


def test_codes_of_two_papers_do_not_mix() -> None:
    """The mark tells one paper from another, also when both have one code."""
    other = paper(entry(4))
    with pytest.raises(Malformed, match="one paper"):
        from_codes([*to_codes(paper()), *to_codes(other)])


@pytest.mark.parametrize("text", ["", "\n", "hello", "GP2:1:1:00000000:AB:", "GP1:0:1:00000000:AB:"])
def test_what_is_no_code(text: str) -> None:
    """Other codes that lie on a desk are refused with a sentence."""
    with pytest.raises(Malformed):
        from_codes([text])


def test_a_code_that_was_cut_short() -> None:
    """The colon at the end shows that nothing is missing, also not a space."""
    (text,) = to_codes(paper())
    with pytest.raises(Malformed, match="cut short"):
        from_codes([text[:-1]])


@given(st.data())
def test_a_misread_character_is_seen(data: st.DataObject) -> None:
    """One character read wrong is never taken for a paper."""
    (text,) = to_codes(paper())
    at = data.draw(st.integers(22, len(text) - 2))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:").filter(lambda c: c != text[at]))
    with pytest.raises(Malformed):
        from_codes([text[:at] + other + text[at + 1 :]])


@given(st.text(alphabet="GP1:23ABCDEF \n", max_size=60) | st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever a scanner types, the answer is a paper or an error of the house."""
    with pytest.raises(BadInput):
        from_codes([text])


def test_a_bomb_is_not_unfolded() -> None:
    """A code that would unfold to more than 256 KiB is refused before it does."""
    with pytest.raises(TooLarge):
        from_codes([_code(zlib.compress(b"0" * 10_000_000, 9))])


@pytest.mark.parametrize(
    "packed",
    [b"\x00\x01", zlib.compress(b"{}"), zlib.compress(encode(paper()))[:-4], zlib.compress(encode(paper())) + b"x"],
)
def test_what_is_no_document(packed: bytes) -> None:
    """Codes that hold something else, half a document or more than one are refused."""
    with pytest.raises(Malformed):
        from_codes([_code(packed)])


def _code(packed: bytes) -> str:
    text = papers.to_base45(packed)
    return f"GP1:1:1:{papers._mark(packed)}:{text}:"


def test_a_paper_has_twelve_codes_at_most() -> None:
    """More would not be scanned; the mend is to leave out sections."""
    assert CODES_MAX == len(to_codes(large(5_000)))
    with pytest.raises(TooLarge, match="leave out sections"):
        to_codes(large(6_000))


# --- proof ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 7), (6, 7), (3, 7), (31, 32)])
def test_an_entry_is_proved_alone(index: int, size: int) -> None:
    """With its proof an entry needs neither the entries before it nor a line: first, last, in between."""
    proven = prove(entry(index, size), partner=PARTNER, in_force=IN_FORCE)
    assert (index, f"M{index}", {"route": index}) == (proven.opened.index, proven.opened.id, proven.opened.sections)
    assert size == proven.size


def test_a_paper_without_its_body() -> None:
    """Sections that are left out are withheld; the entry is proved all the same."""
    proven = prove(replace(entry(), body=Raw(b"null")), partner=PARTNER, in_force=IN_FORCE)
    assert {} == proven.opened.sections


@pytest.mark.parametrize("fault", ["header", "index", "proof", "checkpoint", "partner", "lane", "body"])
def test_what_does_not_prove_it(fault: str) -> None:
    """A changed header, place, proof, checkpoint or body, and another post's signature, are refused."""
    good, partner = entry(), PARTNER
    other = entry(4)
    changed = {
        "header": lambda: replace(good, header=other.header),
        "index": lambda: replace(good, index=4),
        "proof": lambda: replace(good, proof=good.proof[:-1]),
        "checkpoint": lambda: replace(good, checkpoint=good.checkpoint.replace("\n7\n", "\n8\n")),
        "partner": lambda: good,
        "lane": lambda: replace(good, checkpoint=good.checkpoint.replace("/normal#", "/urgent#")),
        "body": lambda: replace(good, body=other.body),
    }[fault]()
    if fault == "partner":
        partner = TERMS.party(SOUTH)
    with pytest.raises(EnvelopeRejected):
        prove(changed, partner=partner, in_force=IN_FORCE)


def test_what_the_agreement_does_not_list() -> None:
    """A true entry that no agreement in force allows has no effect here."""
    narrowed = Terms.of(replace(TERMS, messages=TERMS.messages[1:]))
    with pytest.raises(NotInAgreement):
        prove(entry(), partner=PARTNER, in_force=(narrowed,))
    with pytest.raises(EnvelopeRejected):
        prove(entry(), partner=PARTNER, in_force=(Terms.of(replace(TERMS, id="another")),))


def test_for_whom_it_is() -> None:
    """A paper for another post is refused, and one of our own says where to bring it."""
    check_addressed(paper(), author=NORTH, reader=SOUTH)
    with pytest.raises(EnvelopeRejected, match="bring it to south-post"):
        check_addressed(paper(), author=SOUTH, reader=NORTH)
    with pytest.raises(EnvelopeRejected, match="not from east-post"):
        check_addressed(paper(), author="east-post", reader=SOUTH)


# --- the page ------------------------------------------------------------------------------

SETTING = Setting(("vi", "zh", "en"), (ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Asia/Shanghai")), PARTNER)


def printed(made: Paper) -> str:
    """Return the page of ``made``."""
    return page(made, [picture(text) for text in to_codes(made)], SETTING)


@pytest.mark.parametrize("made", [paper(), paper(entry(2), entry(6)), large()], ids=["one", "two entries", "3 codes"])
def test_the_printed_codes_give_the_paper_back(made: Paper) -> None:
    """A scanner that looks at the pictures of the page types the very paper."""
    assert made == from_codes(codes_on(printed(made)))


def test_the_words_are_those_of_the_codes() -> None:
    """Each value that the codes hold stands on the page, under its name in both sides' languages and English."""
    sections = {
        "binding": {"tractor": "12C-12345", "containers": ["MSKU0000001", "MSKU0000002"], "trailer": None},
        "goods": {"goods": [{"description": "Sầu riêng <tươi>", "gross_mass_kg": 20_000}], "synthetic": True},
    }
    made = paper(entry(sections=sections))
    html = printed(made)
    assert [
        "", "MSKU0000001", "MSKU0000002", "12C-12345", "–", "", "Sầu riêng <tươi>", "20000", "✓"
    ] == [fact.value for fact in facts(made.entries[0], SETTING)]  # fmt: skip
    assert all(one in html for one in ("Sầu riêng &lt;tươi&gt;", "đầu kéo · 牵引车 · tractor", "MSKU0000002"))
    assert "<tươi>" not in html
    assert all(KINDS["crossing.announced"][language] in html for language in SETTING.languages)
    assert "07:00" in html
    assert "08:00" in html


def test_what_is_left_out_is_said() -> None:
    """The page names the sections that the message has and the paper does not bring."""
    assert "không có trên giấy này" in printed(paper())
    assert "documents" in printed(paper())


def test_the_page_fetches_nothing() -> None:
    """The page can be opened from a disk without a network: no script, no address but data."""
    html = printed(paper())
    assert "<script" not in html
    assert "http" not in html
    assert ANNOUNCED in html
