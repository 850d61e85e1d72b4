"""The planner's pages over a real post: who may ask, what is refused, what comes of a study, sharing and export."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.insight.studies import Stage
from gatepair.web.console.menu import TWIN
from web.console.desks import PEOPLE, PROOF, Desk, desk_at

BAYS = "servers:hn-entry-inspection"
ASKED = {"scenario": "as-planned", BAYS: "16", "days": "1", "replications": "5", "seed": "1"}
pytestmark = pytest.mark.timeout(600)
PATIENCE_S = 240
"""When a test gives up on studies, which run at low priority beside all other tests; nothing is measured against it."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("twin")) as found, found.client() as client:
        found.everyone = client
        yield found


def sent(client, address, **given):
    """Send a form to ``address`` as the person who is logged in."""
    proof = PROOF.search(client.get("/twin/ask").text).group(1)
    return client.post(address, data={"proof": proof, **given}, follow_redirects=False)


def busy(runs) -> None:
    """Wait as long as ``runs`` says so."""
    until = time.monotonic() + PATIENCE_S
    while runs():
        assert time.monotonic() < until, "it is still busy"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def study(desk) -> str:
    """Return the address of the study 'two more inspection bays', run with the gate as it is."""
    client = desk.everyone
    desk.enter(client, Duty.PLANNER)
    address = sent(client, "/twin/ask", **ASKED).headers["location"]
    busy(lambda: any(one.stage in (Stage.WAITING, Stage.RUNNING) for one in desk.opened.studies.listed()))
    client.cookies.clear()
    return address


@pytest.mark.parametrize("duty", sorted(PEOPLE))
def test_planners_and_who_steers_ask_the_twin_and_nobody_else(person, study, duty):
    """The same door for every page and form, with one form made up by hand."""
    client = person(duty)
    allowed = duty in TWIN
    for path in ("/twin", "/twin/ask", study, "/twin/calibration", f"{study}/figures.json"):
        assert (200 if allowed else 403) == client.get(path).status_code, path
    if not allowed:
        for path in ("/twin/ask", f"{study}/forget", "/twin/calibration"):
            assert 403 == client.post(path, data={"proof": "0" * 32}).status_code, path


def test_a_planner_comes_in_at_the_twin_and_has_no_work_list(person):
    """The log-in leads there, and the desk of the agencies stays shut."""
    client = person(Duty.PLANNER)
    assert 403 == client.get("/desk").status_code
    assert "/twin" in client.get("/twin").text


def test_a_study_is_held_against_the_gate_as_it_is_in_plain_words(person, study):
    """Paired differences with their intervals, each figure with its word, and all of it called simulated."""
    text = person(Duty.PLANNER).get(f"{study}?lang=en").text
    assert "Simulated." in text
    assert "Import inspection" in text
    assert "14 → <strong>16</strong>" in text
    against = text[text.index('id="against"') :]
    assert re.search(r"no difference|cannot tell|better|worse", against)
    assert "(" in re.search(r'<td class="figure">[^<]*</td>', against).group(0)
    assert "<polygon" in text


def test_what_was_filled_in_stays_when_it_is_refused(person):
    """The refusal names the lever by its title, and every field is as it was sent."""
    client = person(Duty.PLANNER)
    answer = sent(client, "/twin/ask?lang=en", **{**ASKED, BAYS: "1000", "quota:0": "31", "seed": "77"})
    assert 400 == answer.status_code
    assert "</strong> Import inspection: <span>a whole number from" in answer.text
    assert 'value="1000"' in answer.text
    assert 'value="31"' in answer.text
    assert 'value="77"' in answer.text
    closed = sent(client, "/twin/ask", **{**ASKED, "closes:goods": "06:00"})
    assert 422 == closed.status_code
    assert "closes before" in closed.text or "problem" in closed.text


@pytest.mark.parametrize(
    ("name", "title", "text"),
    [("days", "Days", "15"), ("replications", "Runs", "4"), ("replications", "Runs", "101"), ("seed", "Seed", "x")],
)
def test_no_study_is_longer_than_seconds(person, name, title, text):
    """Days, runs and seed have their bounds."""
    answer = sent(person(Duty.PLANNER), "/twin/ask?lang=en", **{**ASKED, name: text})
    assert (400, True) == (answer.status_code, f"</strong> {title}: <span>a whole number from" in answer.text)


def test_a_study_is_kept_under_a_name_and_opened_by_others(person, study):
    """The board opens it at its address and may not delete it; without a name nothing is kept."""
    client = person(Duty.PLANNER)
    assert 400 == sent(client, f"{study}/keep", name=" ").status_code
    assert 303 == sent(client, f"{study}/keep", name="Two more bays", note="For Monday").status_code
    client = person(Duty.GATE_BOARD)
    text = client.get("/twin").text
    assert "Two more bays" in text
    assert "For Monday" in client.get(study).text
    assert f'action="{study}/forget"' not in client.get(study).text
    assert 403 == sent(client, f"{study}/forget").status_code
    assert 200 == client.get(study).status_code


def test_the_figures_are_given_away_with_what_makes_them_again(person, study):
    """JSON says what was asked and that it is simulated; CSV has one figure a line."""
    client = person(Duty.PLANNER)
    wire = client.get(f"{study}/figures.json").json()
    assert (True, True, {BAYS: "16"}, 5) == (
        wire["simulated"],
        wire["synthetic"],
        wire["asked"]["changes"],
        wire["replications"],
    )
    table = list(csv.DictReader(io.StringIO(client.get(f"{study}/figures.csv").text.lstrip("\ufeff"))))
    assert "cleared.out" in {row["figure"] for row in table}
    assert {"yes"} == {row["simulated"] for row in table}


def test_studies_stand_side_by_side_with_paired_differences(person, study):
    """The first chosen is the base; one alone, and one with another seed, are refused with why."""
    client = person(Duty.PLANNER)
    ids = re.search(r"/twin/compare\?study=(\w+)&amp;study=(\w+)", client.get(study).text).groups()
    query = urlencode([("study", one) for one in ids])
    page = client.get(f"/twin/compare?{query}&lang=en")
    assert 200 == page.status_code
    assert "A · As planned" in page.text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/twin/compare/figures.csv?{query}").text.lstrip("\ufeff"))))
    assert {"better", "worse", "same", "unsure"} >= {row["verdict"] for row in rows}
    assert 400 == client.get(f"/twin/compare?study={ids[0]}").status_code
    assert 404 == client.get(f"/twin/compare?study={ids[0]}&study={'0' * 16}").status_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language_asked_for(person, study, language):
    """And says in it that what it shows is simulated."""
    client = person(Duty.COMMAND_CENTRE)
    said = {"en": "imulated", "vi": "ô phỏng", "zh": "仿真", "fr": "imul"}[language]
    for path in ("/twin", "/twin/ask", study, "/twin/calibration"):
        text = client.get(f"{path}?lang={language}").text
        assert f'<html lang="{language}">' in text
        assert said in text, path


def test_a_ledger_that_holds_too_little_says_so(desk, person):
    """A calibration needs hours of crossings; the page says what is missing and offers to try again."""
    client = person(Duty.PLANNER)
    proof = PROOF.search(client.get("/twin/calibration").text).group(1)
    client.post("/twin/calibration", data={"proof": proof})
    busy(lambda: desk.opened.studies.calibration()[1] in (Stage.WAITING, Stage.RUNNING))
    assert "the ledger holds no crossing yet" in client.get("/twin/calibration").text
    assert json.loads((desk.opened.studies._root / "calibration" / "ended.json").read_text())["stage"] == "failed"
