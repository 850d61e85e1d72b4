"""``gatepair keys``: ceremonies, statements and their taking in, as an operator does them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.cli import group
from gatepair.exchange import note as notes
from gatepair.exchange.key_statements import KeyAct, read_statement
from gatepair.wiring import Settings

HOME, OTHER = "huu-nghi", "youyiguan"


def run(*arguments: object) -> Result:
    """Run ``gatepair`` as a program would be run."""
    return CliRunner().invoke(group, [*map(str, arguments)])


def keys(*arguments: object) -> str:
    """Run ``gatepair keys``, which must succeed, and return what it prints."""
    ran = run("keys", *arguments)
    assert 0 == ran.exit_code, ran.output + repr(ran.exception)
    return ran.output


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Path]:
    """Return the directories of a fresh pair."""
    plan = shipped_plan("huu-nghi-youyiguan")
    return wiring.make_pair(tmp_path, plan, {post: Settings(post=post) for post in plan.posts})


def rows(directory: Path) -> dict[tuple[str, str, str], str]:
    """Return what ``keys show`` says of each key of a post: state by post, use and fingerprint."""
    lines = [line.split() for line in keys("show", directory).splitlines()]
    return {(line[0], line[1], line[3]): line[-1] for line in lines}


def test_a_key_is_rotated_in_and_shown(pair: dict[str, Path], tmp_path: Path) -> None:
    """Rotate makes and announces; once taken in, both keys are current at both posts."""
    statement = tmp_path / "new.note"
    keys("rotate", pair[HOME], "--use", "log", "--root", pair[HOME] / "root", "-o", statement)
    assert ["file:keys/log.key", "file:keys/log-2.key"] == json.loads((pair[HOME] / "post.json").read_text())[
        "signers"
    ]["log"]
    assert 0o600 == (pair[HOME] / "keys/log-2.key").stat().st_mode & 0o777
    for place in pair.values():
        assert 1 == len([key for key in rows(place) if key[:2] == (HOME, "log")])
        keys("take", place, statement)
        assert ["current"] * 2 == [state for key, state in rows(place).items() if key[:2] == (HOME, "log")]


def test_a_statement_is_signed_where_the_roots_are(pair: dict[str, Path], tmp_path: Path) -> None:
    """Written without a root it says how many lines are missing, counts for nothing, and is signed later."""
    statement = tmp_path / "new.note"
    assert "1 more root lines are needed" in keys("rotate", pair[HOME], "--use", "log", "-o", statement)
    assert 1 == run("keys", "take", pair[HOME], statement).exit_code
    assert "announced" in keys("sign", statement, "--root", pair[HOME] / "root")
    keys("take", pair[HOME], statement)


def test_a_stranger_root_signs_nothing(pair: dict[str, Path], tmp_path: Path) -> None:
    """A statement signed by the other side's root is refused and changes nothing."""
    statement = tmp_path / "new.note"
    keys("rotate", pair[HOME], "--use", "log", "--root", pair[OTHER] / "root", "-o", statement)
    refused = run("keys", "take", pair[HOME], statement)
    assert 1 == refused.exit_code
    assert "root signatures" in str(refused.exception)
    assert 1 == len([key for key in rows(pair[HOME]) if key[:2] == (HOME, "log")])


def test_a_key_cannot_be_retired_before_the_overlap(pair: dict[str, Path], tmp_path: Path) -> None:
    """Nothing that the next key signed is confirmed yet."""
    old = wiring.party_of(pair[HOME], shipped_plan("huu-nghi-youyiguan"), HOME).log_key
    root = ("--root", pair[HOME] / "root")
    keys("rotate", pair[HOME], "--use", "log", *root, "-o", tmp_path / "new.note")
    keys("take", pair[HOME], tmp_path / "new.note")
    keys("retire", pair[HOME], "--use", "log", "--public", old[:16], *root, "-o", tmp_path / "old.note")
    refused = run("keys", "take", pair[HOME], tmp_path / "old.note")
    assert "cannot be retired yet" in str(refused.exception)


def test_a_key_is_revoked_at_a_named_place(pair: dict[str, Path], tmp_path: Path) -> None:
    """The places of all lanes are written out, and stand in what the root signs."""
    old = wiring.party_of(pair[HOME], shipped_plan("huu-nghi-youyiguan"), HOME).log_key
    statement = tmp_path / "stolen.note"
    arguments = ("revoke", pair[HOME], "--use", "log", "--public", old, "--root", pair[HOME] / "root", "-o", statement)
    keys(*arguments, "--at", "urgent=1:3,normal=1:7,bulk=1:0")
    said, _ = read_statement(statement.read_bytes())
    assert (KeyAct.REVOKED, 7, 3) == (said.act, said.positions.normal.size, said.positions.urgent.size)
    for wrong in ("urgent=1:3", "urgent=1,normal=1:7,bulk=1:0", "urgent=x:3,normal=1:7,bulk=1:0"):
        again = (*arguments[:-1], tmp_path / "again.note", "--at", wrong)
        assert 2 == run("keys", *again).exit_code


def test_a_statement_is_never_overwritten(pair: dict[str, Path], tmp_path: Path) -> None:
    """A file that is there is left as it is, and a key that is not the post's is not found."""
    statement = tmp_path / "new.note"
    statement.write_text("kept")
    assert 1 == run("keys", "rotate", pair[HOME], "--use", "log", "-o", statement).exit_code
    assert "kept" == statement.read_text()
    about = ("--use", "log", "-o", tmp_path / "none.note")
    assert 1 == run("keys", "retire", pair[HOME], *about, "--public", "0" * 16).exit_code
    assert 2 == run("keys", "retire", pair[HOME], *about, "--public", "0" * 15).exit_code


def test_several_roots_from_the_ceremony_to_the_agreement(tmp_path: Path) -> None:
    """Three roots, two needed: one line is not enough for an agreement or a statement, two are."""
    plan = shipped_plan("huu-nghi-youyiguan")
    places = {post: tmp_path / post for post in plan.posts}
    for post, place in places.items():
        wiring.make_post(place, plan, Settings(post=post))
    media = tmp_path / "media"
    assert "2 of 3 must sign" in keys("ceremony", media, "--roots", "3", "--needed", "2")
    keys("adopt", places[HOME], media / "roots.json")
    draft = tmp_path / "agreement.json"
    made = run("agreement", "new", places[HOME], places[OTHER], "-o", draft)
    assert 0 == made.exit_code, made.output
    for root, missing in ((places[OTHER] / "root", 1), (media / "root-1", 1), (media / "root-3", 0)):
        signed = run("agreement", "sign", draft, "--root", root)
        assert (0, missing) == (signed.exit_code, signed.output.count("still missing")), signed.output
    for place in places.values():
        (place / "agreement.json").write_bytes(draft.read_bytes())
        (place / "agreement.sig").write_bytes((tmp_path / "agreement.sig").read_bytes())
    statement = tmp_path / "new.note"
    keys("rotate", places[HOME], "--use", "mirror", "--root", media / "root-2", "-o", statement)
    assert 1 == run("keys", "take", places[HOME], statement).exit_code
    keys("sign", statement, "--root", media / "root-1" / "root.key")
    for place in places.values():
        keys("take", place, statement)


def test_a_ceremony_overwrites_nothing(tmp_path: Path) -> None:
    """A folder that is there is left alone, and more roots than there are cannot be needed."""
    assert 2 == run("keys", "ceremony", tmp_path / "new", "--roots", "1", "--needed", "2").exit_code
    assert 1 == run("keys", "ceremony", tmp_path).exit_code


def test_a_post_signs_with_the_keys_that_its_settings_name(pair: dict[str, Path]) -> None:
    """A second algorithm stands by; an address that leads nowhere stops the start."""
    made = keys("make", pair[HOME], "--use", "log", "--algorithm", "p256")
    assert "file:keys/log-2.key?algorithm=p256" in made
    wiring.open_post(pair[HOME]).post.ledger.close()
    settings = wiring.read_settings(pair[HOME])
    wiring.write_settings(pair[HOME], structs.replace(settings, signers={"log": ("file:keys/none.key",)}))
    with pytest.raises(wiring.StartRefused, match=r"none\.key"):
        wiring.open_post(pair[HOME])


def test_the_root_may_stay_in_a_file_of_any_name(pair: dict[str, Path], tmp_path: Path) -> None:
    """A folder, the file in it, and a copy elsewhere are the same root."""
    copy = tmp_path / "a copy.key"
    copy.write_bytes((pair[HOME] / "root/root.key").read_bytes())
    for index, root in enumerate((pair[HOME] / "root", pair[HOME] / "root/root.key", copy)):
        output = tmp_path / f"{index}.note"
        keys("announce", pair[HOME], "--use", "log", "--key", "file:keys/log.key", "--root", root, "-o", output)
        assert 1 == len(notes.parse(output.read_bytes()).lines)


def test_a_post_alone_shows_its_keys(tmp_path: Path) -> None:
    """A post that works alone shows its own keys."""
    plan = shipped_plan("huu-nghi-youyiguan")
    place = wiring.make_alone(tmp_path / "alone", plan, Settings(post=HOME))
    assert {(HOME, "log"), (HOME, "mirror")} == {key[:2] for key in rows(place)}
