"""Split and joint consignments: examples, and the words in which a tie is refused."""

from __future__ import annotations

import pytest

from gatepair.base.findings import LANGUAGES, Refusal
from gatepair.clearance.ties import decide
from gatepair.clearance.ties.fold import apply
from gatepair.clearance.ties.model import Share, Standing, TieEvent, Ties


def after(*acts: object) -> Ties:
    """Return the ties after acts such as ``("tie", "D1", "X1", Share(1, 1))``, all of which must be allowed."""
    ties = Ties()
    for act in acts:
        name, *rest = act  # type: ignore[misc]
        decided = done(ties, name, *rest)
        assert not isinstance(decided, Refusal), decided
        ties = apply(ties, decided)
    return ties


def done(ties: Ties, name: str, *rest: object) -> TieEvent | Refusal:
    match name, rest:
        case "tie", (str(declaration), str(crossing), Share() as share):
            return decide.tie(ties, declaration, crossing=crossing, share=share)
        case "untie", (str(declaration), str(crossing)):
            return decide.untie(ties, declaration, crossing=crossing)
        case "declare" | "correct", (str(declaration), Share() as whole):
            return getattr(decide, name)(ties, declaration, whole)  # type: ignore[no-any-return]
        case _, (str(crossing),):
            return getattr(decide, name)(ties, crossing)  # type: ignore[no-any-return]
    raise AssertionError(name)


HALF = Share(50, 500_000)
WHOLE = Share(100, 1_000_000)
SPLIT = (("declare", "D1", WHOLE), ("tie", "D1", "X1", HALF), ("tie", "D1", "X2", HALF))


def standing(ties: Ties, name: str = "D1") -> Standing:
    return ties.consignments[name].standing


def test_a_split_consignment_has_passed_with_its_last_truck() -> None:
    """Half of it over the line is partly; only the second truck confirms it."""
    assert Standing.OPEN is standing(after(*SPLIT))
    assert Standing.PARTLY is standing(after(*SPLIT, ("went_over", "X1")))
    assert Standing.PASSED is standing(after(*SPLIT, ("went_over", "X1"), ("went_over", "X2")))


def test_a_joint_load_passes_for_each_of_its_declarations() -> None:
    """One truck with the whole of one declaration and half of another passes the one and not the other."""
    ties = after(*SPLIT, ("declare", "D2", HALF), ("tie", "D2", "X1", HALF), ("went_over", "X1"))
    assert (Standing.PARTLY, Standing.PASSED) == (standing(ties), standing(ties, "D2"))
    assert ("D1", "D2") == ties.loads["X1"]


def test_what_turned_back_is_carried_again() -> None:
    """A truck that comes back takes its part out of what has passed, and another truck may carry it."""
    back = (*SPLIT, ("went_over", "X1"), ("went_over", "X2"), ("turned_back", "X2"))
    assert Standing.PARTLY is standing(after(*back))
    assert HALF == after(*back).consignments["D1"].left
    assert Standing.PASSED is standing(after(*back, ("tie", "D1", "X3", HALF), ("went_over", "X3")))


def test_a_correction_upwards_opens_what_had_passed() -> None:
    """More goods than declared first: the consignment is whole again only with the rest."""
    over = (*SPLIT, ("went_over", "X1"), ("went_over", "X2"))
    assert Standing.PARTLY is standing(after(*over, ("correct", "D1", Share(101, 1_000_000))))


REFUSED = [
    ("tie.declaration_unknown", (), ("tie", "D9", "X1", HALF), ("D9",)),
    ("tie.declaration_unknown", (), ("correct", "D9", HALF), ("D9",)),
    ("tie.declaration_known", SPLIT, ("declare", "D1", HALF), ("D1",)),
    ("tie.share_empty", (), ("declare", "D1", Share(0, 0)), ()),
    ("tie.share_empty", (("declare", "D1", WHOLE),), ("tie", "D1", "X1", Share(-1, 5)), ()),
    ("tie.share_over", SPLIT[:2], ("tie", "D1", "X2", Share(51, 1)), ("D1", "50", "500000")),
    ("tie.share_over", SPLIT[:2], ("tie", "D1", "X2", Share(1, 500_001)), ("D1", "500000")),
    ("tie.part_twice", SPLIT[:2], ("tie", "D1", "X1", Share(1, 1)), ("D1", "X1")),
    ("tie.part_absent", SPLIT, ("untie", "D1", "X9"), ("D1", "X9")),
    ("tie.crossing_gone", (*SPLIT, ("went_over", "X1")), ("untie", "D1", "X1"), ("X1",)),
    ("tie.crossing_gone", (*SPLIT, ("went_over", "X1")), ("went_over", "X1"), ("X1",)),
    ("tie.crossing_gone", (("declare", "D1", WHOLE), ("turned_back", "X1")), ("tie", "D1", "X1", HALF), ("X1",)),
    ("tie.whole_below_parts", SPLIT, ("correct", "D1", Share(99, 1_000_000)), ("D1", "100", "1000000")),
]


@pytest.mark.parametrize(("code", "before", "act", "shown"), REFUSED)
def test_what_cannot_be_is_refused_in_four_languages(code: str, before: tuple[object, ...], act: tuple[str, ...], shown: tuple[str, ...]) -> None:  # fmt: skip
    """Each refusal names what it speaks of in every language, and nothing changes."""
    ties = after(*before)
    refused = done(ties, *act)
    assert isinstance(refused, Refusal)
    (finding,) = refused.findings
    assert code == finding.code
    for language in LANGUAGES:
        assert all(value in finding.text(language) for value in shown)
        assert "{" not in finding.text(language)


def test_a_correction_down_to_what_is_carried_is_allowed() -> None:
    """The boundary: the whole may become just what is on crossings."""
    ties = after(("declare", "D1", Share(101, 1_000_001)), *SPLIT[1:], ("correct", "D1", WHOLE))
    assert WHOLE == ties.consignments["D1"].whole
