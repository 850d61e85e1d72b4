"""Check characters catch what they are made to catch."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346

from gatepair.clearance.checking.identifiers import (
    Number,
    container_digit,
    credit_digit,
    firm_vn_holds,
    is_container,
    is_plate,
    number_of,
    person_cn_holds,
    person_vn_holds,
)

DIGITS = st.integers(0, 9).map(str)
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def swapped(number: str, place: int, to: str) -> str:
    return number[:place] + to + number[place + 1 :]


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True), st.integers(4, 9), DIGITS)
def test_a_container_with_one_wrong_digit_is_found_unless_its_remainder_is_ten(bare: str, place: int, to: str) -> None:
    """Any one digit of the serial number may be misread; only a remainder of ten, written as nought, hides it."""
    wrong = swapped(bare, place, to)
    if wrong == bare:
        return
    remainders = {_remainder(bare), _remainder(wrong)}
    assert (remainders == {0, 10}) == (container_digit(bare + "0") == container_digit(wrong + "0"))


def _remainder(bare: str) -> int:
    """Return the remainder of ISO 6346 by its own sum, so that the library is not its own judge."""
    values = dict(
        zip(string.digits + string.ascii_uppercase, [*range(10), *(n for n in range(10, 39) if n % 11)], strict=True)
    )
    return sum(values[each] << place for place, each in enumerate(bare)) % 11


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True))
def test_the_check_digit_is_that_of_the_library_and_of_the_sum(bare: str) -> None:
    """Two ways to reckon the digit agree."""
    assert str(_remainder(bare) % 10) == container_digit(bare + "0") == iso6346.calc_check_digit(bare)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 9), DIGITS)
def test_a_tax_number_with_one_wrong_digit_is_found(bare: str, place: int, to: str) -> None:
    """A right number of Viet Nam turns wrong with any one digit changed, the check digit among them."""
    right = next((bare + str(digit) for digit in range(10) if firm_vn_holds(bare + str(digit))), None)
    if right is None or right[place] == to:
        return
    assert not firm_vn_holds(swapped(right, place, to))


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.text(CREDIT, min_size=9, max_size=9), st.integers(0, 17), st.sampled_from(CREDIT))  # fmt: skip
def test_a_credit_code_with_one_wrong_character_is_found(office: str, firm: str, place: int, to: str) -> None:
    """A right social credit code turns wrong with any one character changed."""
    bare = office + firm
    right = bare + credit_digit(bare)
    wrong = swapped(right, place, to)
    if wrong == right or (place < 8 and not to.isdigit()):
        return
    assert credit_digit(wrong) != wrong[17]


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True), st.integers(0, 16), DIGITS)
def test_an_identity_card_with_one_wrong_digit_is_found(bare: str, place: int, to: str) -> None:
    """A right identity card turns wrong with any one digit changed."""
    right = next(bare + last for last in "0123456789X" if person_cn_holds(bare + last))
    if right[place] == to:
        return
    assert not person_cn_holds(swapped(right, place, to))


@given(st.text(max_size=20))
def test_no_text_upsets_the_forms(text: str) -> None:
    """Whatever stands where a number should stand is told, not crashed upon."""
    assert number_of(text, "VN") in Number
    assert number_of(text, "CN") in Number
    assert is_container(text) in (True, False)
    assert is_plate(text, "VN") in (True, False)
    assert is_plate(text, "CN") in (True, False)


def test_forms_of_numbers() -> None:
    """Each number is what its form says, in the country that gives it."""
    assert Number.VN_FIRM is number_of("0314409058-002", "VN")
    assert Number.VN_PERSON is number_of("001099000001", "VN")
    assert Number.UNKNOWN is number_of("01002334880", "VN")
    assert Number.CN_CREDIT is number_of("91110000600037341L", "CN")
    assert Number.CN_PERSON is number_of("360426199101010071", "CN")
    assert Number.CN_CUSTOMS is number_of("4501960AB1", "CN")
    assert Number.UNKNOWN is number_of("360426199101010", "CN")


def test_a_personal_number_names_a_province_or_a_country() -> None:
    """001 is Hà Nội, 003 nothing, 100 and above are countries; the fourth digit is sex and century."""
    assert [True, False, True, False] == [
        person_vn_holds(n + "000000") for n in ("001099", "003099", "123199", "001499")
    ]


def test_plates_of_both_countries() -> None:
    """Plates as they are printed in reports are plates; the other country's are not."""
    vietnamese = ("12C-123.45", "43C-01234", "29LD-0123", "12R 012.34")
    chinese = ("桂F12345", "桂F·12345", "桂F1234挂", "云AD12345")
    assert all(is_plate(plate, "VN") and not is_plate(plate, "CN") for plate in vietnamese)
    assert all(is_plate(plate, "CN") and not is_plate(plate, "VN") for plate in chinese)
    assert is_plate("whatever", "LA")
