"""Texts become plans, or every problem is named with its line and how to mend it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import PlanInvalid
from gatepair.base.findings import LANGUAGES
from gatepair.plan import findings, markup
from gatepair.plan.loading import load_plan, load_scenario, read_plan
from gatepair.plan.model import Plan
from gatepair.plan.problems import Mark, suggestion
from plan.pair import SCENARIO, SMALL, problems, small

LINES = SMALL.splitlines()


def line_of(piece: str) -> int:
    """Return the line on which ``piece`` first stands."""
    return next(number for number, line in enumerate(LINES, start=1) if piece in line)


def test_a_sound_text_becomes_a_plan() -> None:
    """What the file says is what the plan holds."""
    plan = load_plan(SMALL, "small.yaml")
    assert plan.id == "small"
    assert plan.stay.two_way_h == 36
    assert plan.calendars["day"].openings[0].start == "07:00"


def test_every_problem_is_named_not_only_the_first() -> None:
    """Three faults far apart give three problems in the order of their lines."""
    text = (
        SMALL.replace("one_way_h: 24", "one_way_h: soon")
        .replace("home: west", "hone: west")
        .replace("grace_min: 30", "grace_min: 0", 1)
    )
    found = problems(text)
    assert {"plan.missing_key", "plan.unknown_key", "plan.out_of_range", "plan.wrong_type"} == {
        one.code for one in found
    }
    assert sorted(one.line for one in found) == [one.line for one in found]


def test_an_unknown_key_is_answered_with_the_nearest_known_one() -> None:
    """A slip of the finger is mended by reading the message."""
    (missing, unknown) = problems(SMALL.replace("home: west", "hone: west"))
    assert missing.code == findings.MISSING_KEY.code
    assert unknown.message == "There is no key hone here"
    assert unknown.mend == "Write home."


def test_a_problem_stands_at_its_line_and_column() -> None:
    """The editor can jump to the place: line and column count from 1."""
    (one,) = problems(SMALL.replace("length_m: 500", "length_m: -500"))
    assert (line_of("length_m"), 5) == (one.line, one.column)
    assert one.path == "routes.road.length_m"


def test_a_problem_is_shown_in_one_line_for_terminals_and_editors() -> None:
    """``file:line:col path: message. mend`` is what compilers print and editors understand."""
    (one,) = problems(SMALL.replace("home: west", "home: north"))
    expected = f"small.yaml:{line_of('home:')}:1 home: There is no north among the sides. Write one of east, west, or add it there."
    assert expected == one.shown("small.yaml")


def test_cross_checks_have_lines_too() -> None:
    """A fault between two places stands at the one that has to change."""
    (one,) = problems(SMALL.replace("hours: night}", "hours: nigth}"))
    assert line_of("lane-smart") == one.line
    assert one.mend == "Write night, or add it there."


def test_the_error_carries_all_problems_and_names_the_first() -> None:
    """Who catches the error has the problems as fields; who prints it sees where to begin."""
    with pytest.raises(PlanInvalid) as caught:
        load_plan(SMALL.replace("home: west", "home: north"), "mine.yaml")
    assert "mine.yaml" == caught.value.fields["name"]
    assert caught.value.message.startswith("mine.yaml has one problem; the first: mine.yaml:")


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("plan.not_yaml", "id: small", "id: [small"),
        ("plan.not_yaml", "id: small", "id: small\n---\nplan: 1"),
        ("plan.not_yaml", "id: small", "? {a: b}\n: c\nid: small"),
        ("plan.not_yaml", "id: small", "id: \x07"),
        ("plan.no_aliases", "id: small", "id: &anchor small"),
        ("plan.no_aliases", "home: west", "home: *west"),
        ("plan.no_aliases", "id: small", "id: !!python/name:os.system small"),
        ("plan.no_aliases", "id: small", "id: !!binary c21hbGw="),
        ("plan.duplicate_key", "id: small", "id: small\nid: large"),
        ("plan.too_deep", "id: small", "id: " + "[" * 30 + "]" * 30),
        ("plan.missing_key", "home: west", ""),
        ("plan.unknown_key", "home: west", "home: west\nhouse: 1"),
        ("plan.wrong_type", "length_m: 500", "length_m: 1.5"),
        ("plan.wrong_type", "length_m: 500", "length_m: true"),
        ("plan.wrong_type", "length_m: 500", "length_m: '500'"),
        ("plan.wrong_type", "length_m: 500", "length_m:"),
        ("plan.wrong_type", "markers: 1–2", "markers: 12"),
        ("plan.out_of_range", "length_m: 500", "length_m: 0"),
        ("plan.out_of_range", "length_m: 500", "length_m: 99999999999999999999"),
        ("plan.not_a_choice", "kind: manned", "kind: mannned"),
        ("plan.bad_form", "currency: VND", "currency: dong"),
        ("plan.bad_form", 'start: "07:00"', 'start: "7:00"'),
        ("plan.wrong_type", "shares_permille: {default: [700, 200, 100]}", "shares_permille: {default: [700, 300]}"),
    ],
)
def test_each_fault_of_form_is_named(code: str, old: str, new: str) -> None:
    """A text that is not in the form gets the problem of that form, never an exception of the reader."""
    assert code in [one.code for one in problems(SMALL.replace(old, new, 1))]


def test_times_and_country_codes_stay_text() -> None:
    """YAML 1.1 would read 07:30 as 27,000 and NO as false; a plan means what it says."""
    read = markup.read("at: 07:30\ncountry: NO\nday: 2025-11-11\nyes: on\n")
    assert {"at": "07:30", "country": "NO", "day": "2025-11-11", "yes": "on"} == read.value


@pytest.mark.parametrize("text", ["", "   \n", "# only a remark\n", "null", "[]", "text", "3"])
def test_a_text_without_a_plan_is_a_problem(text: str) -> None:
    """Nothing, a list, a word: none of them is a plan."""
    assert problems(text) != ()


def test_a_text_over_the_limit_is_not_read() -> None:
    """Size is limited before anything is parsed."""
    (one,) = problems("#" * (markup.CHARACTERS_MAX + 1))
    assert findings.TOO_LARGE.code == one.code


def test_the_number_of_values_is_limited() -> None:
    """A small text cannot unfold into a large value: aliases are refused and values are counted."""
    text = "[" + "1," * markup.VALUES_MAX + "1]"
    assert [findings.TOO_MANY.code] == [one.code for one in markup.read(text).problems]


def test_a_billion_laughs_stay_few() -> None:
    """Nested aliases, the classic bomb, are refused and cost nothing."""
    text = "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
    read = markup.read(text)
    assert {findings.NO_ALIASES.code} == {one.finding.code for one in read.problems}
    assert read.value["d"] == [None, None]


def test_marks_know_keys_and_items() -> None:
    """A path leads to the line and column of its key or item, an unknown one to what is around it."""
    marks = markup.read("a:\n  - x\n  - {b: 1}\n").marks
    assert Mark(1, 1) == marks.of(("a",))
    assert Mark(2, 5) == marks.of(("a", 0))
    assert Mark(3, 6) == marks.of(("a", 1, "b"))
    assert Mark(3, 6) == marks.of(("a", 1, "b", "nowhere"))


def test_every_finding_has_two_sentences_in_each_language() -> None:
    """What is wrong and how to mend it can be shown apart, whatever the language."""
    for kind in (value for value in vars(findings).values() if hasattr(value, "texts")):
        for language in LANGUAGES:
            wrong, stop, mend = kind.texts[language].partition("。" if language == "zh" else ". ")
            assert wrong, kind.code
            assert stop, (kind.code, language)
            assert mend.endswith(("。", ".")), (kind.code, language)


def test_a_suggestion_is_the_nearest_name_or_a_short_list() -> None:
    """A near name is offered alone; else at most eight and how many more there are."""
    assert "apple" == suggestion("aple", ["apple", "pear"])
    assert "nothing" == suggestion("x", [])
    assert suggestion("x", [f"name-{number:02}" for number in range(10)]).endswith("name-07 and 2 more")


def test_loading_twice_gives_equal_plans() -> None:
    """A plan is a value: the same text, the same plan."""
    assert small() == load_plan(SMALL, "other-name.yaml")


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "double", "indent", "cut", "put", "swap"]), st.integers(0, 10**6), st.text(max_size=6)
    ),
    min_size=1,
    max_size=6,
)


def edited(text: str, edits: list[tuple[str, int, str]]) -> str:
    """Return ``text`` with lines dropped, doubled, indented, cut, filled or swapped."""
    lines = text.splitlines()
    for act, where, piece in edits:
        index = where % len(lines)
        line = lines[index]
        column = where % (len(line) + 1)
        match act:
            case "drop":
                lines[index] = ""
            case "double":
                lines.insert(index, line)
            case "indent":
                lines[index] = " " + line
            case "cut":
                lines[index] = line[:column]
            case "put":
                lines[index] = line[:column] + piece + line[column:]
            case _:
                other = random.Random(where).randrange(len(lines))
                lines[index], lines[other] = lines[other], line
    return "\n".join(lines)


@given(edits=EDITS)
def test_a_mutated_plan_is_a_plan_or_a_list_of_problems(edits: list[tuple[str, int, str]]) -> None:
    """However an author slips, the answer is a plan or problems with lines inside the text; never a crash."""
    text = edited(SMALL, edits)
    found = problems(text)
    assert found or isinstance(load_plan(text, "edited.yaml"), Plan)
    for one in found:
        assert 1 <= one.line <= text.count("\n") + 2
        assert one.shown("edited.yaml")
        assert all(one.halves(language)[1] for language in LANGUAGES)


@given(edits=EDITS)
def test_a_mutated_scenario_is_a_scenario_or_a_list_of_problems(edits: list[tuple[str, int, str]]) -> None:
    """The same holds for scenarios."""
    text = edited(SCENARIO, edits)
    found = problems(text, load_scenario)
    assert found or load_scenario(text, "edited.yaml").days >= 1


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=200) | st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    """No text at all makes the reader raise anything but the plan's own error."""
    assert problems(text) != ()


def test_read_plan_keeps_the_places() -> None:
    """The caller can say later at which line a value stands."""
    loaded = read_plan(SMALL, "small.yaml")
    assert line_of("home:") == loaded.marks.of(("home",)).line
