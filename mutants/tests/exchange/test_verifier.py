"""The verifier as a program: exit codes, outputs, and how little it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from exchange.proofs import Story, policy_text
from exchange.ways import ways
from gatepair import verifier
from gatepair.base.findings import LANGUAGES
from gatepair.cli import main as command_line

ALONE = """
import sys
allowed = {"gatepair", "gatepair.base", "gatepair.exchange", "gatepair.verifier"}
outside = {"msgspec", "typing_extensions", "nacl", "_cffi_backend", "cffi"}

class Blocked:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        room = ".".join(name.split(".")[:2])
        if top == "gatepair" and room not in allowed:
            raise ImportError(f"{name} is not part of the verifier")
        if top != "gatepair" and top not in outside and top not in sys.stdlib_module_names:
            raise ImportError(f"{name} is not needed to verify")
        return None

sys.meta_path.insert(0, Blocked())
from gatepair.verifier import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Return an evidence file and its policy on disk."""
    evidence, policy = tmp_path / "x1.gpevidence", tmp_path / "policy.txt"
    evidence.write_bytes(Story().raw())
    policy.write_text(policy_text(), encoding="utf-8")
    return evidence, policy


def test_it_runs_with_base_and_exchange_alone(files) -> None:
    """With every other import blocked it proves a file; click, cryptography and the node are not asked for."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(files[0]), "--policy", str(files[1])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("PROVED")


def test_the_block_blocks() -> None:
    """The blocked interpreter does refuse what the verifier does not need."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE.replace("from gatepair.verifier", "import click; from gatepair.verifier")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "click is not needed to verify" in done.stderr


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_exit_codes(tmp_path: Path, capsys, code: int) -> None:
    """Both programs end with 0 proved, 1 contradicted, 2 incomplete, 3 unreadable."""
    way = next(way for way in ways() if way.exit == code)
    evidence, policy = tmp_path / "file", tmp_path / "policy"
    evidence.write_bytes(way.raw)
    policy.write_text(way.policy_text(), encoding="utf-8")
    assert code == verifier.main([str(evidence), "--policy", str(policy)])
    first = capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        command_line(["verify", str(evidence), "--policy", str(policy)])
    assert (code, first) == (ended.value.code, capsys.readouterr())


@pytest.mark.parametrize(
    "wrong",
    [
        ["verify"],
        ["verify", "a-file"],
        ["verify", "a-file", "--policy", "no-such-file"],
        ["verify", "no-such-file", "--policy", "."],
        ["verify", "a-file", "--policy", "p", "--lang", "de"],
        ["verify", "a-file", "--policy", "p", "--unknown"],
    ],
)
def test_wrong_use_is_no_verdict(wrong: list[str], capsys) -> None:
    """Called wrongly, or on what is not there, both end with 3 and say why: 2 would mean "incomplete"."""
    with pytest.raises(SystemExit) as ended:
        command_line(wrong)
    assert 3 == ended.value.code
    assert capsys.readouterr().err
    try:
        code = verifier.main(wrong[1:])
    except SystemExit as error:
        code = error.code
    assert 3 == code
    assert capsys.readouterr().err


def test_help_is_no_error(capsys) -> None:
    """Asked for help it ends with 0."""
    with pytest.raises(SystemExit) as ended:
        verifier.main(["--help"])
    assert 0 == ended.value.code
    assert "--policy" in capsys.readouterr().out


def test_json_is_the_report(files, capsys) -> None:
    """With --json the canonical report is printed."""
    assert 0 == verifier.main([str(files[0]), "--policy", str(files[1]), "--json"])
    assert verifier.check_file(*files).encoded().decode() + "\n" == capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_four_languages(files, capsys, language: str) -> None:
    """The lines come in the language asked for."""
    assert 0 == verifier.main([str(files[0]), "--policy", str(files[1]), "--lang", language])
    assert {"vi": "ĐÃ CHỨNG MINH", "zh": "已证明", "en": "PROVED", "fr": "PROUVÉ"}[language] in capsys.readouterr().out


def test_a_hostile_name_cannot_move_the_cursor() -> None:
    """Control characters and turns of the reading direction in a file are not printed."""
    report = verifier.verify(Story().raw(), verifier.parse_policy(policy_text().encode()))
    spoilt = replace(report.recorded[0], actor="\x1b[2J\u202ecustoms")
    told = "\n".join(verifier.told(replace(report, recorded=(spoilt,)), "en"))
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "\ufffd[2J\ufffdcustoms" in told
