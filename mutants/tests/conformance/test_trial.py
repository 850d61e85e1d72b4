"""A trial: fresh keys and a fresh agreement, for a post that is there or one that is made for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.pair import NORTH, party
from gatepair import wiring
from gatepair.base.canonical import encode
from gatepair.base.errors import StartRefused
from gatepair.base.time import SeededEntropy
from gatepair.cli import group
from gatepair.conformance.report import new_report, sign_report
from gatepair.conformance.trial import KEYS, NOT_OURS, load_trial, make_trial
from gatepair.exchange import note as notes
from gatepair.exchange.signer import Ed25519Key

NODE = party("n.example", NORTH, 1)


def made(directory: Path) -> None:
    make_trial(
        directory, NODE, side="kit.example", post="kit", agreement_id="trial", entropy=SeededEntropy(str(directory))
    )


def command(*arguments: str) -> tuple[int, str]:
    """Return exit code and output of one call of the command."""
    result = CliRunner().invoke(group, ["conformance", *arguments])
    return result.exit_code, result.output + (getattr(result.exception, "message", "") or "")


def test_a_trial_is_loaded_as_it_was_made(tmp_path: Path) -> None:
    """Both parties, all keys, and the one type that the kit may not send; the kit's root has signed."""
    made(tmp_path)
    trial = load_trial(tmp_path)
    assert (NODE, "kit") == (trial.node, trial.kit.post)
    assert set(KEYS) == set(trial.keys)
    assert [NOT_OURS] == [message.kind for message in trial.agreement.messages if message.senders == (NORTH,)]
    signed = notes.parse((tmp_path / "agreement.sig").read_text())
    assert ["n.example"] == [finding.params["side"] for finding in trial.agreement.check_signatures(signed)]
    assert () == trial.agreement.check()


def test_the_kits_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    """Nobody else on the machine can read them."""
    made(tmp_path)
    assert {0o600} == {path.stat().st_mode & 0o777 for path in (tmp_path / "kit").glob("*.key")}


def test_a_trial_is_not_made_over_another(tmp_path: Path) -> None:
    """Logs that were begun cannot be begun again."""
    made(tmp_path)
    with pytest.raises(StartRefused, match="fresh"):
        made(tmp_path)


@pytest.mark.parametrize("broken", ["agreement.json", "kit/trial.json", "kit/log.key"])
def test_a_broken_trial_says_what_to_do(tmp_path: Path, broken: str) -> None:
    """A file that is missing, or holds something else, is one sentence."""
    made(tmp_path)
    (tmp_path / broken).write_text("x")
    with pytest.raises(StartRefused, match="make-trial"):
        load_trial(tmp_path)
    (tmp_path / broken).unlink()
    with pytest.raises(StartRefused, match="make-trial"):
        load_trial(tmp_path)


def test_a_trial_for_a_party_file(tmp_path: Path) -> None:
    """Another team hands in its public keys only."""
    (tmp_path / "party.json").write_bytes(encode(NODE))
    code, told = command("--make-trial", str(tmp_path / "trial"), "--party", str(tmp_path / "party.json"))
    assert (0, True) == (code, "let the root of n.example sign" in told)
    assert NODE == load_trial(tmp_path / "trial").node


def test_a_trial_with_a_post_that_can_be_served(tmp_path: Path) -> None:
    """The post made for a trial opens under the trial's agreement, with the kit for its partner."""
    arguments = ("--plan", "huu-nghi-youyiguan", "--port", "1", "--listen", "127.0.0.1:2")
    code, told = command("--make-trial", str(tmp_path), *arguments)
    assert (0, True) == (code, f"gatepair serve {tmp_path / 'node'}" in told)
    opened = wiring.open_post(tmp_path / "node")
    opened.post.ledger.close()
    assert "http://127.0.0.1:2" == opened.settings.partner_url
    assert load_trial(tmp_path).agreement == opened.post.link.agreement


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say whom to try"),
        (("http://127.0.0.1:1",), "say whom to try"),
        (("--make-trial", "T"), "--party FILE, or with --plan NAME"),
        (("--make-trial", "T", "--party", "p", "--plan", "q"), "--party FILE, or with --plan NAME"),
        (("--make-trial", "T", "--party", "nowhere.json"), "holds no party"),
        (("--check", "nowhere.json"), "holds no report"),
        (("http://127.0.0.1:1", "--keys", "nowhere"), "holds no trial"),
    ],
)
def test_a_call_that_cannot_be_meant_says_what_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    """Each is one sentence and a code of its own."""
    monkeypatch.chdir(tmp_path)
    code, told = command(*arguments)
    assert (1, True) == (code, sentence in told)


@pytest.mark.parametrize("listen", ["nowhere", "127.0.0.1:", "127.0.0.1:99999", "192.0.2.1:1"])
def test_an_address_that_cannot_be_listened_on(tmp_path: Path, listen: str) -> None:
    """It is refused before anything is played."""
    made(tmp_path)
    code, told = command("http://127.0.0.1:1", "--keys", str(tmp_path), "--listen", listen)
    assert (1, True) == (code, "listen" in told)


def test_a_post_that_is_not_there_fails(tmp_path: Path) -> None:
    """Every scenario fails with its reason, and the exit code says so."""
    made(tmp_path)
    code, told = command("http://127.0.0.1:1", "--keys", str(tmp_path), "--only", "R05", "--json")
    report = json.loads(told[told.index('{"key"') :])["report"]
    assert (1, "failed") == (code, report["scenarios"][0]["verdict"])
    assert "no answer came" in report["scenarios"][0]["reason"]


def test_a_report_is_checked(tmp_path: Path) -> None:
    """The command verifies a report and prints it for people."""
    report = new_report(role="sender", url="u", post="north", agreement="00", begun_at_ms=0, ended_at_ms=0, played=[])
    file = tmp_path / "report.json"
    file.write_bytes(sign_report(report, Ed25519Key(bytes(32))).encoded())
    code, told = command("--check", str(file))
    assert (0, True) == (code, "signed by gatepair/conformance+" in told)
    file.write_bytes(file.read_bytes().replace(b'"north"', b'"south"'))
    assert 1 == command("--check", str(file))[0]
