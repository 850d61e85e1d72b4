"""``gatepair agreement``: from two party files to an agreement under which both posts start."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.base.errors import GatepairError
from gatepair.base.findings import LANGUAGES
from gatepair.cli.agreement import agreement as group
from gatepair.exchange import agreement as agreements
from gatepair.wiring import Settings

HOME, OTHER = "huu-nghi", "youyiguan"


def call(*words: str | Path) -> Result:
    """Run the command line with ``words``."""
    return CliRunner().invoke(group, [str(word) for word in words])


def done(*words: str | Path) -> str:
    """Run it, see that it ended well, and return what it printed."""
    result = call(*words)
    assert 0 == result.exit_code, (result.output, result.exception)
    return result.output


def refused(*words: str | Path) -> str:
    """Run it, see that it ended with one sentence for the operator, and return that."""
    result = call(*words)
    assert isinstance(result.exception, GatepairError), (result.output, result.exception)
    return result.exception.message


@pytest.fixture
def posts(tmp_path: Path) -> dict[str, Path]:
    """Return the directories of two posts that were made apart and have agreed nothing with each other."""
    plan = shipped_plan("huu-nghi-youyiguan")
    return {post: wiring.make_alone(tmp_path / post, plan, Settings(post=post)) for post in (HOME, OTHER)}


@pytest.fixture
def draft(posts: dict[str, Path], tmp_path: Path) -> Path:
    """Return a fresh draft between them."""
    path = tmp_path / "agreement.json"
    done("new", *posts.values(), "-o", path)
    return path


def root(posts: dict[str, Path], post: str) -> Path:
    return posts[post] / "root" / "root.key"


def sign(draft: Path, posts: dict[str, Path], *signers: str) -> None:
    for post in signers:
        done("sign", draft, "--root", root(posts, post))


# --- the whole way -------------------------------------------------------------------------


def test_from_two_party_files_to_two_posts_that_work_together(posts: dict[str, Path], tmp_path: Path) -> None:
    """Each side gives its party file, both sign one draft, both put it in place, both start paired."""
    draft = tmp_path / "signed" / "agreement.json"
    draft.parent.mkdir()
    # The order in which the parties are named does not matter: the plan has one.
    done("new", posts[OTHER] / "party.json", posts[HOME] / "party.json", "-o", draft)
    sign(draft, posts, OTHER, HOME)
    done("check", draft)
    for post, directory in posts.items():
        for name in ("agreement.json", "agreement.sig"):
            shutil.copy(draft.parent / name, directory / name)
        opened = wiring.open_post(directory)
        assert (post, "paired") == (opened.post.key, opened.post.link.mode)
        opened.post.ledger.close()
    assert [HOME, OTHER] == [party.post for party in agreements.decode(draft.read_bytes()).parties]


def test_a_draft_is_canonical(draft: Path) -> None:
    """The bytes that are read are the bytes that are signed."""
    assert agreements.decode(draft.read_bytes()).encoded() == draft.read_bytes()


# --- new -----------------------------------------------------------------------------------


def test_new_takes_dates_mode_and_what_is_left_out(posts: dict[str, Path], tmp_path: Path) -> None:
    """A message or one section of it is left out; the dates carry their offset."""
    path = tmp_path / "a.json"
    omitted = ("--omit", "crossing.closed/1", "--omit", "crossing.announced/1:driver")
    done(
        "new", *posts.values(), "-o", path, *omitted, "--mode", "mirrored", "--id", "pilot", "--version", "3",
        "--from", "2026-01-01T00:00+07:00", "--until", "2027-01-01T00:00+07:00",
    )  # fmt: skip
    made = agreements.decode(path.read_bytes())
    announced = made.message("crossing.announced/1")
    assert announced is not None
    assert "driver" not in announced.sections
    assert made.message("crossing.closed/1") is None
    assert ("pilot", 3, "mirrored") == (made.id, made.version, made.mode.value)
    assert (1_767_200_400_000, 1_798_736_400_000) == (made.valid_from_ms, made.valid_until_ms)


def test_new_refuses_a_date_without_offset(posts: dict[str, Path], tmp_path: Path) -> None:
    """A bare date is another instant on each side of the line."""
    result = call("new", *posts.values(), "--from", "2026-01-01", "-o", tmp_path / "a.json")
    assert 2 == result.exit_code
    assert "offset" in result.output


def test_new_writes_nothing_with_errors(posts: dict[str, Path], tmp_path: Path) -> None:
    """A draft that could not be signed is not written: here both parties are one, or it ends before it begins."""
    path = tmp_path / "a.json"
    assert "errors" in refused("new", posts[HOME], posts[HOME], "-o", path)
    dates = ("--from", "2026-01-02T00:00+07:00", "--until", "2026-01-01T00:00+07:00")
    assert "errors" in refused("new", *posts.values(), *dates, "-o", path)
    assert not path.exists()


def test_new_overwrites_nothing(draft: Path, posts: dict[str, Path]) -> None:
    """What may have been signed stays."""
    before = draft.read_bytes()
    assert "exists already" in refused("new", *posts.values(), "-o", draft)
    assert before == draft.read_bytes()


@pytest.mark.parametrize("omitted", ["crossing.lost/1", "crossing.announced/1:colour"])
def test_new_omits_only_what_is_listed(posts: dict[str, Path], tmp_path: Path, omitted: str) -> None:
    """A misspelled omission would show what somebody meant to keep."""
    assert omitted in refused("new", *posts.values(), "--omit", omitted, "-o", tmp_path / "a.json")


def test_new_needs_two_parties(posts: dict[str, Path], tmp_path: Path) -> None:
    """One party, or none, is told what to name."""
    assert 2 == call("new", "-o", tmp_path / "a.json").exit_code
    assert 2 == call("new", posts[HOME], "-o", tmp_path / "a.json").exit_code


def test_new_knows_the_posts_of_the_plan(posts: dict[str, Path], tmp_path: Path) -> None:
    """A party that the plan does not have is refused, and a file that is no party too."""
    elsewhere = ("--plan", "mong-cai-dongxing")
    assert "has no post" in refused("new", *posts.values(), *elsewhere, "-o", tmp_path / "a.json")
    path = posts[HOME] / "post.json"
    assert "no party.json" in refused("new", path, posts[OTHER], "-o", tmp_path / "a.json")


def test_a_draft_edited_by_hand_is_made_canonical(draft: Path, tmp_path: Path) -> None:
    """People write with spaces and in any order; `new --draft` writes the same words canonically."""
    edited = json.loads(draft.read_bytes())
    edited["messages"][0]["purpose"] = "Pilot until spring."
    by_hand = tmp_path / "by-hand.json"
    by_hand.write_text(json.dumps(edited, indent=2), "utf-8")
    assert "agreement_not_canonical" in call("check", by_hand, "--draft").output
    assert "--draft" in refused("show", by_hand)
    clean = tmp_path / "clean.json"
    done("new", "--draft", by_hand, "--version", "2", "-o", clean)
    made = agreements.decode(clean.read_bytes())
    assert ("Pilot until spring.", 2) == (made.messages[0].purpose, made.version)


# --- sign ----------------------------------------------------------------------------------


def test_each_side_signs_once_in_any_order(draft: Path, posts: dict[str, Path]) -> None:
    """Who signs follows from the key; signing again changes nothing; the lines stand in the order of the parties."""
    said = done("sign", draft, "--root", root(posts, OTHER))
    assert "cn has signed" in said
    assert "root key of vn" in said
    sign(draft, posts, HOME)
    both = draft.with_suffix(".sig").read_bytes()
    sign(draft, posts, OTHER, HOME)
    assert both == draft.with_suffix(".sig").read_bytes()
    names = [line.split()[1] for line in both.decode().splitlines()[-2:]]
    assert ["vn/root", "cn/root"] == names


def test_a_wrong_key_signs_nothing(draft: Path, posts: dict[str, Path]) -> None:
    """The log key is no root key, and a file that is no key is told."""
    assert "no root key" in refused("sign", draft, "--root", posts[HOME] / "keys" / "log.key")
    assert "cannot be read" in refused("sign", draft, "--root", posts[HOME] / "party.json")
    assert not draft.with_suffix(".sig").exists()


def test_the_hash_on_the_paper_is_compared(draft: Path, posts: dict[str, Path]) -> None:
    """A signer may type what the paper shows; another text is then not signed."""
    digits = agreements.decode(draft.read_bytes()).hash().hex()
    assert "nothing was signed" in refused("sign", draft, "--root", root(posts, HOME), "--hash", "0" * 64)
    done("sign", draft, "--root", root(posts, HOME), "--hash", digits[:16])


def test_signatures_of_another_text_are_kept(draft: Path, posts: dict[str, Path], tmp_path: Path) -> None:
    """A signature file is never turned into one for another agreement."""
    sign(draft, posts, HOME)
    other = tmp_path / "other.json"
    done("new", "--draft", draft, "--version", "2", "-o", other)
    signatures = draft.with_suffix(".sig")
    before = signatures.read_bytes()
    said = refused("sign", other, "--root", root(posts, OTHER), "--signatures", signatures)
    assert "another text" in said
    assert before == signatures.read_bytes()


# --- check ---------------------------------------------------------------------------------


def test_check_asks_for_both_signatures(draft: Path, posts: dict[str, Path]) -> None:
    """Unsigned and half signed are errors; a draft is checked without."""
    assert 1 == call("check", draft).exit_code
    done("check", draft, "--draft")
    sign(draft, posts, HOME)
    assert "root key of cn" in call("check", draft).output
    sign(draft, posts, OTHER)
    done("check", draft)


def test_check_speaks_four_languages(draft: Path) -> None:
    """Text in the language asked for; JSON with path, code and all four."""
    outputs = {language: call("check", draft, "--lang", language).output for language in LANGUAGES}
    assert 4 == len(set(outputs.values()))
    wire = json.loads(call("check", draft, "--json").stdout)
    assert not wire["good"]
    missing = [found for found in wire["findings"] if found["code"] == "exchange.agreement_not_signed"]
    assert ["parties.0.root_key", "parties.1.root_key"] == [found["path"] for found in missing]
    assert all(set(LANGUAGES) == set(found["text"]) for found in missing)


def test_check_reads_the_dates_at_an_instant(posts: dict[str, Path], tmp_path: Path) -> None:
    """The same file is early, in force, and over."""
    path = tmp_path / "a.json"
    done("new", *posts.values(), "--from", "2026-01-01T00:00Z", "--until", "2026-02-01T00:00Z", "-o", path)
    at = ("check", path, "--draft", "--at")
    assert "agreement_begins_later" in done(*at, "2025-12-31T23:59Z")
    assert "exchange." not in done(*at, "2026-01-01T00:00Z")
    assert "agreement_over" in call(*at, "2026-02-01T00:00Z").output


def test_check_against_the_version_before(draft: Path, tmp_path: Path) -> None:
    """The overlap is stated, and a version used twice is an error."""
    after = tmp_path / "after.json"
    done("new", "--draft", draft, "--version", "2", "--from", "2026-01-01T00:00Z", "-o", after)
    assert "both in force" in done("check", after, "--draft", "--before", draft)
    again = tmp_path / "again.json"
    done("new", "--draft", draft, "--from", "2026-01-01T00:00Z", "-o", again)
    assert "agreement_version_reused" in call("check", again, "--draft", "--before", draft).output


def test_check_compares_the_hash(draft: Path) -> None:
    """The hash read from a paper is not that of this file."""
    assert "agreement_other_hash" in call("check", draft, "--draft", "--hash", "0" * 64).output


@pytest.mark.parametrize("raw", [b"", b"{}", b"not json", b"[" * 100_000, b'{"id":1.5}', b"x" * 300_000])
def test_what_is_no_agreement_is_told_so(tmp_path: Path, raw: bytes) -> None:
    """Broken bytes end in one sentence that names the file."""
    path = tmp_path / "a.json"
    path.write_bytes(raw)
    for command in (("check",), ("show",), ("diff", path)):
        assert "a.json" in refused(command[0], path, *command[1:])


def test_broken_signatures_are_told(draft: Path) -> None:
    """A signature file that is no note ends in one sentence."""
    draft.with_suffix(".sig").write_text("nonsense")
    assert "note" in refused("check", draft)


# --- show and diff -------------------------------------------------------------------------


def test_show_reads_a_posts_own_agreement(posts: dict[str, Path]) -> None:
    """A directory stands for the agreement in it; its signature is verified."""
    said = done("show", posts[HOME])
    assert "There is no partner" in said
    assert "verified" in said


def test_show_writes_a_page_for_print(draft: Path, tmp_path: Path) -> None:
    """One HTML file, in the language asked for, with the names and the times of the plan."""
    page = tmp_path / "page.html"
    done("show", draft, "--html", "--lang", "zh", "--plan", "huu-nghi-youyiguan", "-o", page)
    text = page.read_text("utf-8")
    assert '<html lang="zh">' in text
    assert "两口岸信息交换协议" in text
    assert "友谊关口岸 (youyiguan)" in text


def test_diff_tells_what_changed(draft: Path, tmp_path: Path) -> None:
    """Sentences with their effect; nothing changed is said too; JSON has all four languages."""
    after = tmp_path / "after.json"
    done("new", "--draft", draft, "--version", "2", "--omit", "crossing.announced/1:driver", "-o", after)
    said = done("diff", draft, after)
    assert "[less is shown or kept] youyiguan no longer sees in" in said
    assert "Nothing changed." in done("diff", draft, draft)
    wire = json.loads(done("diff", draft, after, "--json"))
    assert ["version", "section_removed", "section_removed"] == [change["change"] for change in wire["changes"]]
