"""``gatepair ledger``: what it prints and when it fails."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.entries import Entry
from gatepair.base.merkle import leaf_hash, root_of
from gatepair.cli.ledger import ledger as group
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.note import Note, sign
from gatepair.exchange.signer import Ed25519Key
from gatepair.node.ports import Unit
from ports.ledger_cases import append


def call(*words: str | Path) -> Result:
    """Run the command line with ``words``."""
    return CliRunner().invoke(group, [str(word) for word in words])


def wire(*words: str | Path) -> dict:
    """Run it and return the one JSON object printed."""
    return json.loads(call(*words, "--json").stdout)


def filled(directory: Path, count: int = 5) -> list[Entry]:
    """Make a ledger with ``count`` units of two entries."""
    made: list[Entry] = []
    ledger = SqliteLedger(directory)
    for number in range(count):
        with ledger.begin() as unit:
            made += append(unit, f"crossing/{number % 2}", 2)
    ledger.close()
    return made


def damage(directory: Path, *, position: int) -> None:
    """Change the payload at ``position`` behind the ledger's back, and leave no other trace."""
    with sqlite3.connect(directory / "ledger.sqlite") as connection:
        guard = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'entries_never_change'").fetchone()[0]
        connection.execute("DROP TRIGGER entries_never_change")
        connection.execute("UPDATE entries SET payload = x'7b7d' WHERE position = ?", (position,))
        connection.execute(guard)
    connection.close()


def receipt(unit: Unit, root: bytes, size: int) -> None:
    """Keep a receipt over ``root`` at ``size``."""
    text = Checkpoint(Origin("cn", "youyiguan", "gp-1", "normal"), size, root).to_text()
    line = sign(text, name="cn/youyiguan/gp-1/normal", key=Ed25519Key(bytes(32)))
    unit.put_receipt("normal", size, Note(text, (line,)).to_text().encode())


def test_a_sound_ledger(tmp_path: Path) -> None:
    """Verifying a sound ledger prints its positions, head and Merkle root and ends well."""
    made = filled(tmp_path)
    result = call("verify", tmp_path)
    assert 0 == result.exit_code
    assert "positions    1 to 10 in 2 streams" in result.stdout
    assert made[-1].leaf.hex() in result.stdout
    assert root_of(entry.leaf for entry in made).hex() in result.stdout
    assert "NOT VERIFIED" not in result.stdout


def test_beside_a_running_post(tmp_path: Path) -> None:
    """A ledger is verified while its post has it open."""
    filled(tmp_path)
    ledger = SqliteLedger(tmp_path)
    found = wire("verify", tmp_path)
    ledger.close()
    assert (True, 10) == (found["verified"], found["head"]["position"])


def test_an_empty_ledger(tmp_path: Path) -> None:
    """A ledger without entries verifies and says that it is empty."""
    SqliteLedger(tmp_path).close()
    result = call("verify", tmp_path)
    assert 0 == result.exit_code
    assert "empty" in result.stdout


@pytest.mark.parametrize("position", [1, 4, 10])
def test_the_first_bad_position(tmp_path: Path, position: int) -> None:
    """A changed entry makes it fail with exit code 1 and name the position."""
    filled(tmp_path)
    damage(tmp_path, position=position)
    result = call("verify", tmp_path)
    assert 1 == result.exit_code
    assert f"first bad position {position}" in result.stdout
    assert position == wire("verify", tmp_path)["bad_position"]


def test_several_ledgers(tmp_path: Path) -> None:
    """A directory of posts is verified post by post, and one bad ledger fails the whole."""
    for name in ("a", "b"):
        filled(tmp_path / name)
    assert 0 == call("verify", tmp_path).exit_code
    damage(tmp_path / "b", position=3)
    result = call("verify", tmp_path, "--json")
    assert 1 == result.exit_code
    assert [True, False] == [json.loads(line)["verified"] for line in result.stdout.splitlines()]


def test_no_ledger(tmp_path: Path) -> None:
    """A directory without a ledger is refused with what to do."""
    result = call("verify", tmp_path)
    assert result.exit_code != 0
    assert "gatepair init" in str(result.exception)


def test_no_database(tmp_path: Path) -> None:
    """A file that is no database fails with what to do, without a traceback."""
    (tmp_path / "ledger.sqlite").write_bytes(b"x" * 5000)
    result = call("verify", tmp_path)
    assert 1 == result.exit_code
    assert "backup" in result.stdout


def with_log(directory: Path, *, signed: int, cut: int = 0, header: bytes = b"h") -> None:
    """Make a ledger with a log of four entries less ``cut``, of whose first ``signed`` there is a receipt."""
    headers = [b"h%d" % number for number in range(4)]
    leaves = [leaf_hash(one) for one in headers]
    ledger = SqliteLedger(directory)
    with ledger.begin() as unit:
        append(unit, "crossing/A")
        for one, leaf in list(zip(headers, leaves, strict=True))[: 4 - cut]:
            unit.own_append("normal", one.replace(b"h3", b"h3" if header == b"h" else header), None, leaf)
        receipt(unit, root_of(leaves[:signed]), signed)
    ledger.close()


@pytest.mark.parametrize("signed", [0, 1, 3, 4])
def test_receipts(tmp_path: Path, signed: int) -> None:
    """A log that begins as the partner signed it is verified up to the receipt."""
    with_log(tmp_path, signed=signed)
    (_, normal, _) = wire("verify", tmp_path)["lanes"]
    assert {"lane": "normal", "mirror_size": 0, "own_size": 4, "receipted": signed, "rows": 4} == normal


def test_a_log_cut_behind_the_receipt(tmp_path: Path) -> None:
    """A log shorter than the partner signed for fails: its end was cut off."""
    with_log(tmp_path, signed=4, cut=1)
    found = wire("verify", tmp_path)
    assert (False, -1) == (found["verified"], found["lanes"][1]["receipted"])
    assert "exchange.receipt_false at own/normal#1/4" in found["faults"][0]


def test_a_changed_log_header(tmp_path: Path) -> None:
    """A header that does not hash to its leaf fails."""
    with_log(tmp_path, signed=1, header=b"x")
    assert "exchange.log_damaged at own/normal#1/3" in wire("verify", tmp_path)["faults"][0]


def test_a_receipt_that_says_otherwise(tmp_path: Path) -> None:
    """A receipt over another root, or one that cannot be read, is no receipt for this log."""
    for name, note in (("a", None), ("b", b"nonsense")):
        ledger = SqliteLedger(tmp_path / name)
        with ledger.begin() as unit:
            unit.own_append("normal", b"h", None, leaf_hash(b"h"))
            if note is None:
                receipt(unit, bytes(32), 1)
            else:
                unit.put_receipt("normal", 1, note)
        ledger.close()
        assert not wire("verify", tmp_path / name)["verified"]


def test_show(tmp_path: Path) -> None:
    """Showing pages by position and filters by stream, as lines of JSON or as a table."""
    made = filled(tmp_path)
    lines = [
        json.loads(line)
        for line in call("show", tmp_path, "--after", "3", "--limit", "4", "--json").stdout.splitlines()
    ]
    assert [4, 5, 6, 7] == [line["position"] for line in lines]
    assert made[3].leaf.hex() == lines[0]["leaf"]
    assert {"number": 1} == lines[0]["payload"]
    only = [json.loads(line) for line in call("show", tmp_path, "--stream", "crossing/1", "--json").stdout.splitlines()]
    assert [3, 4, 7, 8] == [line["position"] for line in only]
    table = call("show", tmp_path)
    assert 0 == table.exit_code
    assert "position" in table.stdout


def test_show_needs_one_ledger(tmp_path: Path) -> None:
    """Showing a directory with several ledgers asks which one."""
    for name in ("a", "b"):
        filled(tmp_path / name, 1)
    result = call("show", tmp_path)
    assert "name one of" in str(result.exception)
    assert 0 == call("show", tmp_path / "a").exit_code


def test_head(tmp_path: Path) -> None:
    """The head is the last position with its leaf."""
    made = filled(tmp_path)
    assert f"{tmp_path}  10  {made[-1].leaf.hex()}\n" == call("head", tmp_path).stdout
    assert {"directory": str(tmp_path), "leaf": made[-1].leaf.hex(), "position": 10} == wire("head", tmp_path)
