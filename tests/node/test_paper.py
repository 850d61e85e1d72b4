"""Paper at a post: the partner's word before the line brings it, once, and evidence when it was another."""

from __future__ import annotations

import pytest
from msgspec import Raw
from msgspec.structs import replace

from exchange.pictures import codes_on
from gatepair.adapters.paper import page_at
from gatepair.base.errors import EnvelopeRejected, Malformed, NotFound, NotPermitted, TooLarge
from gatepair.exchange.messages import Lane
from gatepair.exchange.paper import Paper, to_codes
from gatepair.node.link_paper import unconfirmed
from gatepair.node.link_scanning import Scanned
from gatepair.node.paper import PaperTaken, printed
from gatepair.node.post import Post
from node.courier import carry
from node.pair import HOME, OTHER, SEEN, Pair
from node.test_courier import confirmed, held, joined

DEPARTED, RELEASED = "crossing.departed/1", "crossing.released/1"


def departed() -> tuple[Pair, str]:
    """Return a pair whose line was cut before a vehicle was released and left on an officer's word, and its crossing."""
    pair = Pair()
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.pass_time()
    pair.cut = True
    pair.pass_time(20)
    pair.clear_exit(crossing)
    pair.do(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN, confirmed_by="SYN officer")
    return pair, crossing


def paper_of(pair: Pair, crossing: str, **more: object) -> Paper:
    """Return the paper that home prints."""
    return printed(pair.home, crossing, actor="operator", **more)


def scan(pair: Pair, paper: Paper) -> PaperTaken:
    """Let the other post scan ``paper``."""
    return pair.other.scan(to_codes(paper), actor="yard-1")


def waiting(post: Post) -> int:
    """Return how many paper entries the line has not confirmed."""
    with post.ledger.read() as reader:
        return len(unconfirmed(reader))


# --- the way of a paper --------------------------------------------------------------------


def test_a_driver_brings_the_word() -> None:
    """Printed at the exit, scanned from the picture at the entry: released and departed count, and it is received."""
    pair, crossing = departed()
    html = page_at(pair.home, paper_of(pair, crossing))
    pair.pass_time(5)
    taken = pair.other.scan(codes_on(html), actor="yard-1")
    assert {RELEASED, DEPARTED} <= {entry.type for entry in taken.entries}
    assert {(Scanned.NEW, 300)} == {(entry.state, entry.age_s) for entry in taken.entries}
    assert len(taken.entries) == waiting(pair.other)
    pair.do(pair.other, "yard", "ConfirmHandover", crossing=crossing, station="yyg-entry-lane", seen=SEEN)


def test_it_is_marked_as_from_paper() -> None:
    """The ledger names paper as the way it came, and the audit stream who scanned it and how old it was."""
    pair, crossing = departed()
    scan(pair, paper_of(pair, crossing))
    with pair.other.ledger.read() as reader:
        actors = {entry.type: entry.actor for entry in reader.stream(f"crossing/{crossing}")}
        noted = reader.stream(f"audit/{OTHER}")[-1]
    assert ("huu-nghi/partner", "huu-nghi/paper") == (actors["CrossingDeclared/2"], actors["PartnerDeparted/1"])
    assert ("PaperTakenIn/1", "yard-1") == (noted.type, noted.actor)
    assert crossing.encode() in noted.payload
    with pair.home.ledger.read() as reader:
        assert "PaperPrinted/1" == reader.stream(f"audit/{HOME}")[-1].type


def test_the_line_confirms_it_without_a_second_effect() -> None:
    """When the entries arrive through the line they are the same messages: nothing happens again, all is confirmed."""
    pair, crossing = departed()
    scan(pair, paper_of(pair, crossing))
    before = _events(pair.other, crossing)
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    assert before == _events(pair.other, crossing)
    assert 0 == waiting(pair.other)
    assert joined(pair.home) == joined(pair.other)


def test_a_bundle_confirms_it_too() -> None:
    """The same entries in a courier's bag confirm the paper."""
    pair, crossing = departed()
    scan(pair, paper_of(pair, crossing))
    before = _events(pair.other, crossing)
    carry(pair.home, pair.other)
    assert (before, 0) == (_events(pair.other, crossing), waiting(pair.other))


def _events(post: Post, crossing: str) -> list[str]:
    with post.ledger.read() as reader:
        return [entry.type for entry in reader.stream(f"crossing/{crossing}")]


def test_the_same_paper_twice() -> None:
    """A second scan changes nothing and says that it is known; so does one after the line was back."""
    pair, crossing = departed()
    paper = paper_of(pair, crossing)
    scan(pair, paper)
    before = pair.other.head_position()
    assert {Scanned.KNOWN} == {entry.state for entry in scan(pair, paper).entries}
    assert before == pair.other.head_position()
    pair.cut = False
    pair.pass_time()
    assert {Scanned.KNOWN} == {entry.state for entry in scan(pair, paper).entries}


def test_a_paper_that_the_line_overtook() -> None:
    """Printed during the cut, scanned when the line has brought it all: known, nothing waits to be confirmed."""
    pair, crossing = departed()
    paper = paper_of(pair, crossing)
    pair.cut = False
    pair.pass_time()
    assert {Scanned.KNOWN} == {entry.state for entry in scan(pair, paper).entries}
    assert 0 == waiting(pair.other)


def test_what_does_not_fit_yet_is_tried_again_by_the_line() -> None:
    """A paper about a crossing whose announcement is not on it is refused by name, and nothing is remembered of it."""
    pair = Pair()
    pair.declare(binding={"tractor": "12C-00001"})
    pair.pass_time()
    pair.cut = True
    crossing = pair.declare()
    with pair.home.ledger.begin() as unit:
        pair.home.link.enqueue(unit, kind=RELEASED, subject=crossing, sections={}, now_ms=pair.home.now())
    paper = paper_of(pair, crossing)
    alone = replace(paper, entries=paper.entries[1:])
    taken = scan(pair, alone)
    assert [(RELEASED, Scanned.REFUSED)] == [(entry.type, entry.state) for entry in taken.entries]
    assert "node.partner_message_unusable" == taken.entries[0].findings[0]["code"]
    assert 0 == waiting(pair.other)
    pair.cut = False
    pair.pass_time()
    assert "PartnerReleased/1" in _events(pair.other, crossing)


def test_a_paper_with_its_announcement_needs_nothing_before() -> None:
    """A crossing that the entry post never heard of comes whole on paper, although other entries lie between."""
    pair = Pair()
    pair.declare(binding={"tractor": "12C-00001"})
    pair.pass_time()
    pair.cut = True
    for number in range(5):
        pair.declare(binding={"tractor": f"12C-1000{number}"})
    crossing = pair.declare()
    (entry,) = scan(pair, paper_of(pair, crossing)).entries
    assert Scanned.NEW is entry.state
    assert "announced" == pair.stage(pair.other, crossing)
    pair.cut = False
    pair.pass_time()
    assert 7 == len(pair.other.standing.open_crossings())


# --- what is printed -----------------------------------------------------------------------


def test_what_is_receipted_needs_no_paper() -> None:
    """Only what the partner has not receipted is printed; all of it with ``whole``, and when nothing else is left."""
    pair, crossing = departed()
    whole = [entry.index for entry in paper_of(pair, crossing, whole=True).entries]
    new = [entry.index for entry in paper_of(pair, crossing).entries]
    assert whole[-len(new) :] == new != whole
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    assert whole == [entry.index for entry in paper_of(pair, crossing).entries]


def test_sections_that_are_left_out() -> None:
    """An omitted section is withheld: proved by its digest, absent from the codes and from the partner's record."""
    pair, crossing = departed()
    paper = paper_of(pair, crossing, whole=True, omit=("driver", "seals"))
    assert all(b"SYNTHETIC Driver" not in bytes(entry.body) for entry in paper.entries)
    assert any(b"SYNTHETIC Driver" in bytes(entry.body) for entry in paper_of(pair, crossing, whole=True).entries)
    states = [entry.state for entry in scan(pair, paper).entries]
    assert (Scanned.KNOWN, Scanned.NEW) == (states[0], states[-1])


def test_a_crossing_that_our_logs_do_not_know() -> None:
    """There is nothing to print about a crossing that we never spoke of."""
    pair, _ = departed()
    with pytest.raises(NotFound):
        paper_of(pair, "X" + "A" * 20)


def test_a_paper_has_16_entries_at_most() -> None:
    """More would not be scanned; the sentence says how many there are."""
    pair, crossing = departed()
    with pair.home.ledger.begin() as unit:
        for _ in range(15):
            pair.home.link.enqueue(unit, kind=RELEASED, subject=crossing, sections={}, now_ms=pair.home.now())
    with pytest.raises(TooLarge, match=r"holds 16 entries; 1[0-9] are"):
        paper_of(pair, crossing)


def test_nothing_is_signed_for_a_frozen_lane() -> None:
    """Where nothing may be signed there is no paper, and the refusal says so."""
    pair, crossing = departed()
    with pair.home.ledger.begin() as unit:
        pair.home.link._freeze_own(unit, Lane.NORMAL, {}, now_ms=pair.home.now())
    with pytest.raises(NotPermitted):
        paper_of(pair, crossing)


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["own", "foreign", "half", "forged"])
def test_papers_that_are_refused(fault: str) -> None:
    """One's own paper, another's, half a paper and a forged one change nothing."""
    pair, crossing = departed()
    paper = paper_of(pair, crossing)
    before = pair.other.head_position()
    forged = replace(paper.entries[0], header=Raw(bytes(paper.entries[0].header).replace(b'"at_ms":1', b'"at_ms":2')))
    texts = {
        "own": to_codes(replace(paper, author=OTHER, reader=HOME)),
        "foreign": to_codes(replace(paper, author="east")),
        "half": (to_codes(paper)[0][:-9],),
        "forged": to_codes(replace(paper, entries=(forged, *paper.entries[1:]))),
    }[fault]
    with pytest.raises(Malformed if fault == "half" else EnvelopeRejected):
        pair.other.scan(texts, actor="yard-1")
    assert before == pair.other.head_position()


def test_one_false_entry_spoils_the_paper() -> None:
    """Every entry is proved before any has its effect: the true one beside a forged one has none."""
    pair, crossing = departed()
    paper = paper_of(pair, crossing)
    *good, last = paper.entries
    with pytest.raises(EnvelopeRejected):
        scan(pair, replace(paper, entries=(*good, replace(last, index=last.index + 1))))
    assert (0, "announced") == (waiting(pair.other), pair.stage(pair.other, crossing))


# --- contradictions ------------------------------------------------------------------------


def two_histories() -> tuple[Pair, Pair, str]:
    """Return two lives of the same home post, restored behind its partner's back, that say different things."""
    honest, crossing = departed()
    other = Pair()
    again = other.declare()
    other.to_gate(again)
    other.pass_time()
    other.cut = True
    other.pass_time(20)
    assert crossing == again
    other.do(other.home, "trader", "CancelCrossing", crossing=crossing, reason="sold elsewhere")
    other.declare(binding={"tractor": "12C-44444"})
    return honest, other, crossing


def frozen(post: Post) -> str:
    """Return why the partner's log is frozen at ``post``."""
    with post.ledger.read() as reader:
        line = next(one for one in post.link.status(reader, post.now()) if one["lane"] == "normal")
    return str(line["frozen_in"])


def test_a_line_that_says_another_thing_than_the_paper() -> None:
    """The entries of the line are not those signed on paper: the lane freezes, nothing is mirrored, both notes are kept."""
    honest, liar, crossing = two_histories()
    scan(liar, paper_of(honest, crossing))
    before = held(liar.other)
    liar.cut = False
    liar.pass_time()
    assert "contradiction" in frozen(liar.other)
    assert before == held(liar.other)
    with liar.other.ledger.read() as reader:
        (evidence,) = (value for _, value in reader.states("exchange/evidence/normal/"))
    assert 2 == evidence.count(b"vn/huu-nghi/huu-nghi-youyiguan/normal#1")


def test_a_paper_that_says_another_thing_than_the_mirror() -> None:
    """Scanned after the line brought other entries: a contradiction, and the paper has no effect."""
    honest, liar, crossing = two_histories()
    liar.cut = False
    liar.pass_time()
    before = _events(liar.other, crossing)
    taken = scan(liar, paper_of(honest, crossing))
    assert Scanned.CONTRADICTS is taken.entries[0].state
    assert "exchange.paper_contradicts" == taken.entries[0].findings[0]["code"]
    assert "contradiction" in frozen(liar.other)
    assert before == _events(liar.other, crossing)
    assert Scanned.REFUSED is taken.entries[1].state


def test_two_papers_that_contradict_each_other() -> None:
    """Two pages with different entries at one place cannot both be true, before any line is back."""
    honest, liar, crossing = two_histories()
    scan(liar, paper_of(honest, crossing))
    (second,) = scan(liar, paper_of(liar, crossing)).entries
    assert Scanned.CONTRADICTS is second.state
    assert "contradiction" in frozen(liar.other)


def test_honest_papers_never_freeze_anything() -> None:
    """Papers, bundles and the line mixed in any order between honest posts contradict nothing."""
    pair, crossing = departed()
    scan(pair, paper_of(pair, crossing))
    pair.declare(binding={"tractor": "12C-55555"})
    carry(pair.home, pair.other)
    scan(pair, paper_of(pair, crossing, whole=True))
    pair.cut = False
    pair.pass_time()
    scan(pair, paper_of(pair, crossing))
    assert "" == frozen(pair.other)
    assert held(pair.other) == confirmed(pair.home)
