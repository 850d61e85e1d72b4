"""What the documents tell people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from gatepair import cli
from meta.pages import pages
from meta.tidy import ROOT

REFERENCE = ROOT / "docs" / "reference"
PAGES = {str(path.relative_to(ROOT)): path for path in pages() if path.parent != REFERENCE}


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder where ``no`` is a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no").write_text("a file where a directory would have to be")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["keys", "ceremony", "no/such"], 1),
        (["verify", "--page", "no/such/page.html"], 3),
        (["verify", "no/such", "--policy", "no/such"], 3),
    ],
)
@pytest.mark.usefixtures("in_a_folder")
def test_a_place_that_cannot_be_used_is_one_sentence(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the place, and ends with the code that the command documents; nobody is shown a traceback."""
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert code == caught.value.code
    told = capsys.readouterr().err
    assert told.startswith("gatepair: no/such")
    assert 1 == told.count("\n")


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """Follow ``words`` through the groups; return the command reached and the words left."""
    command: click.Command = cli.group
    while words and isinstance(command, click.Group):
        below = command.get_command(click.Context(command), words[0])
        if below is None:
            break
        command, words = below, words[1:]
    return command, words


def faults(line: str) -> list[str]:
    """Return what is wrong with a line that calls gatepair, without its comment."""
    words = line.split("#", maxsplit=1)[0].split()
    command, rest = find(words)
    if isinstance(command, click.Group) and rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        return [f"there is no command `{' '.join(words)}`"]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h", "--version"}
    return [f"`{line}` has no {word}" for word in rest if word.startswith("--") and word.partition("=")[0] not in known]


def called(path: Path) -> list[str]:
    """Return every call of gatepair in code and literals of a page, and the arguments given to `make demo`."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"(?:^|`|/)gatepair ((?:[a-z]|--)[^`\n]*)", text, flags=re.MULTILINE)
    found += [f"demo {arguments}" for arguments in re.findall(r'make demo ARGS="([^"]*)"', text)]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_calls_exists(name: str) -> None:
    """Each command and option that a page tells people to type is one of the command line."""
    assert [] == [fault for line in called(PAGES[name]) for fault in faults(line)]


def test_a_call_of_nothing_is_found() -> None:
    """A command or an option that does not exist is seen."""
    assert 1 == len(faults("nonsense DIR"))
    assert 1 == len(faults("serve DIR --nonsense"))
    assert [] == faults("serve DIR --port 8000  # a comment")


def test_every_command_has_help() -> None:
    """Each command and each of its options explains itself to a newcomer."""

    def silent(path: str, command: click.Command) -> list[str]:
        found = [] if command.help else [path]
        options = [one for one in command.params if isinstance(one, click.Option)]
        found += [f"{path} {one.opts[0]}" for one in options if not one.help and not one.hidden]
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                found += silent(f"{path} {name}", below)
        return found

    assert [] == silent("gatepair", cli.group)
