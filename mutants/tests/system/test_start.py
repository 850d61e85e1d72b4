"""A post starts from its directory, or refuses to start and says what to do."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.base.errors import (
    PortInUse,
    SameKeyTwice,
    SettingInvalid,
    StartRefused,
    StorageDamaged,
    StorageLocked,
)
from gatepair.cli import group, main
from gatepair.exchange.agreement import Mode
from gatepair.plan.model import Plan
from gatepair.wiring import Settings

HOME, OTHER = "huu-nghi", "youyiguan"


@pytest.fixture
def plan() -> Plan:
    """Return the shipped plan."""
    return shipped_plan("huu-nghi-youyiguan")


@pytest.fixture
def pair(tmp_path: Path, plan: Plan) -> dict[str, Path]:
    """Return the directories of a fresh pair."""
    return wiring.make_pair(tmp_path, plan, {key: Settings(post=key) for key in plan.posts})


def test_a_fresh_pair_opens(pair: dict[str, Path]) -> None:
    """What init makes, serve can open: keys, agreement and ledger fit."""
    for key, directory in pair.items():
        opened = wiring.open_post(directory)
        assert key == opened.post.key
        opened.post.ledger.close()


def test_private_keys_are_for_the_owner_only(pair: dict[str, Path]) -> None:
    """Nobody else on the machine can read the seeds."""
    modes = {path.stat().st_mode & 0o777 for folder in ("keys", "root") for path in (pair[HOME] / folder).iterdir()}
    assert {0o600} == modes


def test_a_post_starts_without_its_root_key(pair: dict[str, Path]) -> None:
    """The key that signs agreements lies apart from the others and need not be on the machine."""
    root = pair[HOME] / "root" / "root.key"
    root.unlink()
    opened = wiring.open_post(pair[HOME])
    assert HOME == opened.post.key
    opened.post.ledger.close()
    (pair[HOME] / "party.json").unlink()
    with pytest.raises(StartRefused, match="root key"):
        wiring.open_post(pair[HOME])


@pytest.mark.parametrize("signer", [HOME, OTHER])
def test_one_signature_is_no_agreement(pair: dict[str, Path], signer: str) -> None:
    """A post does not work under a paper that only one side has signed."""
    path = pair[HOME] / "agreement.sig"
    text, _, lines = path.read_text("utf-8").partition("\n\n")
    own = {HOME: 0, OTHER: 1}[signer]
    path.write_text(f"{text}\n\n{lines.splitlines()[own]}\n", "utf-8")
    with pytest.raises(StartRefused, match="root key"):
        wiring.open_post(pair[HOME])


def test_a_second_process_is_refused(pair: dict[str, Path]) -> None:
    """A ledger has one writer; the second is told so at its start."""
    opened = wiring.open_post(pair[HOME])
    with pytest.raises(StorageLocked):
        wiring.open_post(pair[HOME])
    opened.post.ledger.close()


def test_a_damaged_ledger_is_refused(pair: dict[str, Path]) -> None:
    """A file that is no ledger is not served."""
    wiring.open_post(pair[HOME]).post.ledger.close()
    ledger = pair[HOME] / "ledger.sqlite"
    ledger.write_bytes(b"x" * ledger.stat().st_size)
    with pytest.raises(StorageDamaged):
        wiring.open_post(pair[HOME])


def test_a_port_in_use_is_refused() -> None:
    """The message names the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=str(port)):
            wiring.listening_socket("127.0.0.1", port)


def test_two_posts_with_one_key_are_refused(tmp_path: Path, plan: Plan) -> None:
    """A partner that holds our key could sign our words."""
    made = {key: wiring.make_post(tmp_path / key, plan, Settings(post=key)) for key in plan.posts}
    for use in ("root", "log", "mirror"):
        stolen_key = wiring.key_file(tmp_path / HOME, use).read_text()
        wiring.key_file(tmp_path / OTHER, use).write_text(stolen_key)
    stolen = wiring.party_of(tmp_path / OTHER, plan, OTHER)
    with pytest.raises(SameKeyTwice):
        wiring.agree(tmp_path / HOME, plan, (made[HOME], stolen), Mode.PAIRED)


def test_another_key_than_the_agreed_one_is_refused(pair: dict[str, Path]) -> None:
    """Keys that were changed by hand do not sign for the agreed party."""
    key = pair[HOME] / "keys" / "log.key"
    key.write_text("00" * 32)
    with pytest.raises(StartRefused, match="agreement"):
        wiring.open_post(pair[HOME])


def test_a_directory_without_a_post_is_refused(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(StartRefused, match="gatepair init"):
        wiring.open_post(tmp_path)


def test_an_unknown_setting_is_refused(pair: dict[str, Path]) -> None:
    """A misspelled setting is not passed over in silence."""
    path = pair[HOME] / "post.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"prot": 1}))
    with pytest.raises(SettingInvalid, match="prot"):
        wiring.open_post(pair[HOME])


def test_a_post_is_not_made_twice(pair: dict[str, Path], plan: Plan) -> None:
    """Making a post never overwrites one."""
    with pytest.raises(StartRefused):
        wiring.make_post(pair[HOME], plan, Settings(post=HOME))


def test_errors_reach_the_user_as_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A refused start is one sentence and exit code 1, without a traceback."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", str(tmp_path)])
    assert 1 == ended.value.code
    said = capsys.readouterr().err
    assert said.startswith("gatepair: ")
    assert "Traceback" not in said


def test_init_makes_a_pair_and_says_how_to_start_it(tmp_path: Path) -> None:
    """A newcomer is told the next command."""
    result = CliRunner().invoke(group, ["init", str(tmp_path / "pair")])
    assert 0 == result.exit_code, result.output
    assert 2 == result.output.count("gatepair serve")


def test_init_makes_a_post_that_works_alone(tmp_path: Path) -> None:
    """One-sided mode needs no partner, not even a key of one."""
    result = CliRunner().invoke(group, ["init", str(tmp_path / "post"), "--post", HOME])
    assert 0 == result.exit_code, result.output
    opened = wiring.open_post(tmp_path / "post")
    assert "alone" == opened.post.link.mode
    assert opened.pump is None
    opened.post.ledger.close()
