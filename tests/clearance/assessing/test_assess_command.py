"""``gatepair assess``: one command explains a whole declaration to a person and to a machine."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from clearance.assessing.dossiers import FORM_E, dossier, goods
from gatepair.adapters.formats.wco import write_wco
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Language
from gatepair.clearance.assessing.told import WORDS
from gatepair.cli.assess import assess

ASKED = dossier(goods(), papers={"items": [{"item": 1, "proofs": [FORM_E]}]})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory with a declaration as JSON and as XML, and its papers."""
    (tmp_path / "d.json").write_bytes(msgspec.json.encode(ASKED.declaration))
    (tmp_path / "d.xml").write_bytes(write_wco(ASKED.declaration))
    (tmp_path / "papers.json").write_bytes(msgspec.json.encode(ASKED.papers))
    return tmp_path


def run(place: Path, name: str, *args: str) -> tuple[int, str]:
    """Return exit status and output for the file ``name`` of ``place`` on the demo's day."""
    asked = [str(place / name), "--on", "2025-11-11", "--directory", str(place), *args]
    result = CliRunner().invoke(assess, asked, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize("name", ["d.json", "d.xml"])
def test_formats_make_no_difference(place: Path, name: str) -> None:
    """The same declaration as JSON and as XML comes to the same: VAT of 6,390 yuan, 14,200 saved."""
    status, told = run(place, name, "--papers", str(place / "papers.json"), "--json")
    found = json.loads(told)["assessment"]
    assert (0, 0, 639_000, 1_420_000) == (status, found["duty_minor"], found["total_minor"], found["saved_minor"])


def test_a_person_reads_what_is_paid_and_why(place: Path) -> None:
    """Rates side by side, what is taken, what is saved and on what it rests, in the language asked for."""
    status, told = run(place, "d.json", "--papers", str(place / "papers.json"), "--language", "fr")
    assert 0 == status
    assert [] == [
        words for words in ("retenu", "économise 14200.00 CNY", "E-25-0001", "= 6390.00 CNY") if words not in told
    ]


def test_an_imported_sheet_is_used(place: Path) -> None:
    """A sheet in the directory stands before the shipped one."""
    from gatepair.cli.tariff import tariff  # noqa: PLC0415 - only here

    text = "country: CN\noption: mfn\nhs: HS 2022\nfrom: 2025-01-01\nsource: test\n0810\t5%\n"
    (place / "own.tsv").write_text(text, "utf-8")
    CliRunner().invoke(tariff, ["import", str(place / "own.tsv"), "--directory", str(place)])
    assert 355_000 == json.loads(run(place, "d.json", "--json")[1])["assessment"]["duty_minor"]


def test_what_is_no_declaration_is_told(place: Path) -> None:
    """Papers that are none are refused with their place."""
    (place / "bad.json").write_text('{"items": [{"item": 0}]}', "utf-8")
    with pytest.raises(Malformed, match=r"items\[0\].item"):
        run(place, "d.json", "--papers", str(place / "bad.json"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_file_is_told_in_the_language_that_was_asked_for(place: Path, language: Language) -> None:
    """The cause of a refusal is no more in English than the assessment is."""
    (place / "cut.xml").write_bytes(b"<!DOCTYPE a><Declaration/>")
    with pytest.raises(Malformed) as error:
        run(place, "cut.xml", "--language", language)
    assert error.value.message == error.value.findings[0].text(language)


def test_a_place_that_is_not_there_is_refused(place: Path) -> None:
    """A directory that is mistyped does not leave one's own sheets out unsaid."""
    told = CliRunner().invoke(assess, [str(place / "d.json"), "--directory", str(place / "not-there")])
    assert (2, True) == (told.exit_code, "does not exist" in told.output)


WHOLE = {
    "gate": "huu-nghi",
    "province": "lang-son",
    "load": {"goods": ["fresh_fruit"], "gross_mass_kg": 22000, "direction": "import"},
    "items": [{"item": 1, "product": "durian", "sites": ["VN-DLOR-0001"]}],
}
"""Papers that ask for everything."""
PROFILE = resources.files("gatepair").joinpath("tables", "channel", "synthetic-demo.yaml").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_declaration_is_explained(place: Path, language: str) -> None:
    """Permits, fee and, for customs, the channel stand in the text in every language."""
    (place / "papers.json").write_text(json.dumps(WHOLE), "utf-8")
    (place / "profile.yaml").write_text(PROFILE, "utf-8")
    asked = ("--papers", str(place / "papers.json"), "--profile", str(place / "profile.yaml"), "--language", language)
    _, said = run(place, "d.json", *asked)
    words = [WORDS[key][language] for key in ("permits", "fee", "channel", "options", "paid")]
    assert [] == [word for word in words if f"{word}:" not in said]
    assert "{" not in said


def test_the_channel_is_repeated_by_whoever_knows_the_salt(place: Path) -> None:
    """One reference under one salt has one channel, and only with a profile is one told."""
    (place / "papers.json").write_text(json.dumps(WHOLE), "utf-8")
    (place / "profile.yaml").write_text(PROFILE, "utf-8")
    papers = ("--papers", str(place / "papers.json"), "--json")
    asked = (*papers, "--profile", str(place / "profile.yaml"), "--salt", "s1")
    first, again = (json.loads(run(place, "d.json", *asked)[1])["channel"] for _ in range(2))
    assert (first, False) == (again, "channel" in json.loads(run(place, "d.json", *papers)[1]))
    # No register knows the orchard, and the profile says that such loads must be looked into.
    assert ("red", "rule.unregistered") == (first["channel"], first["reason"])


def test_a_dossier_brings_its_own_papers(place: Path) -> None:
    """What a program sends to the interface may be given to the command as it is."""
    (place / "dossier.json").write_bytes(msgspec.json.encode(ASKED))
    assert 639_000 == json.loads(run(place, "dossier.json", "--json")[1])["assessment"]["total_minor"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_given_twice_are_refused(place: Path, language: str) -> None:
    """A dossier with papers and a file of papers: none of the two is dropped unsaid; one line, exit status 2."""
    (place / "dossier.json").write_bytes(msgspec.json.encode(ASKED))
    status, told = run(place, "dossier.json", "--papers", str(place / "papers.json"), "--language", language)
    assert (2, 1, True, True) == (status, told.count("\n"), "dossier.json" in told, "--papers" in told)


def test_a_dossier_without_papers_takes_those_of_the_file(place: Path) -> None:
    """A dossier that brings none is assessed with the papers beside it."""
    (place / "bare.json").write_bytes(b'{"declaration":' + msgspec.json.encode(ASKED.declaration) + b"}")
    status, told = run(place, "bare.json", "--papers", str(place / "papers.json"), "--json")
    assert (0, 639_000) == (status, json.loads(told)["assessment"]["total_minor"])


def test_papers_and_dossiers_with_a_key_twice_are_refused(place: Path) -> None:
    """Of two values under one key, none is chosen unsaid."""
    (place / "papers.json").write_text('{"gate":"a","gate":"b"}', "utf-8")
    with pytest.raises(Malformed, match="gate"):
        run(place, "d.json", "--papers", str(place / "papers.json"))
    (place / "dossier.json").write_bytes(b'{"declaration":{"id":"1","id":"2"},"papers":{}}')
    with pytest.raises(Malformed, match="id"):
        run(place, "dossier.json")


def test_a_declaration_of_nothing_is_wrong(place: Path) -> None:
    """An empty object says nothing that could be cleared."""
    (place / "empty.json").write_text("{}", "utf-8")
    status, told = run(place, "empty.json", "--json")
    found = {each["code"] for each in json.loads(told)["assessment"]["findings"]}
    assert (1, True) == (status, {"check.nothing_declared", "check.reference_missing"} <= found)


def test_rates_of_a_place_that_is_not_there_are_not_shown(place: Path) -> None:
    """A directory that is mistyped does not leave one's own sheets out unsaid: one line, exit status 2."""
    from gatepair.cli.tariff import tariff  # noqa: PLC0415 - only here

    result = CliRunner().invoke(tariff, ["show", "081060", "--directory", str(place / "nowhere")])
    assert (2, 1, True) == (result.exit_code, result.output.count("\n"), "nowhere" in result.output)
