"""An export is checked by whoever holds the file: what was recorded holds, and no change of it goes unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepair.base.duties import Duty
from gatepair.base.errors import Malformed
from gatepair.cli.ledger import ledger
from gatepair.exchange import note as notes
from gatepair.exchange.signer import Algorithm
from gatepair.node.audit_check import check_export
from web.console.desks import Desk, desk_at

FIRST, LAST = 3, 12


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("exported")) as found:
        found.arrived(1)
        yield found


@pytest.fixture(scope="module")
def lines(desk) -> list[bytes]:
    """Return an export from the middle of a ledger, as the auditor loads it down."""
    with desk.client() as client:
        desk.enter(client, Duty.AUDITOR)
        return client.get(f"/audit/entries.jsonl?first={FIRST}&last={LAST}").content.splitlines(keepends=True)


def changed(line: bytes, **values) -> bytes:
    return json.dumps({**json.loads(line), **values}, ensure_ascii=False).encode() + b"\n"


def test_what_was_recorded_holds(lines):
    """Every entry, its place, and the key of the post; those without names are counted."""
    found = check_export(lines)
    assert (FIRST, LAST, ()) == (found.first, found.last, found.wrong)
    assert found.signer == json.loads(lines[0])["key"].split("+")[0]
    assert 0 < found.masked < LAST - FIRST + 1


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_change_of_a_byte_goes_unseen(lines, data):
    """Whatever is altered in an entry that lacks no name, or in the tree, is found or cannot be read at all."""
    whole = [at for at, line in enumerate(lines) if at and not json.loads(line).get("masked")]
    at = data.draw(st.sampled_from(whole))
    spot = data.draw(st.integers(0, len(lines[at]) - 2))
    byte = data.draw(st.integers(0x20, 0x7E).filter(lambda one: one != lines[at][spot]))
    altered = lines[at][:spot] + bytes([byte]) + lines[at][spot + 1 :]
    try:
        same = json.loads(altered) == json.loads(lines[at])
    except ValueError:
        same = False
    try:
        found = check_export([*lines[:at], altered, *lines[at + 1 :]])
    except Malformed:
        return
    assert same or found.wrong


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda lines: lines[:-1], "promises"),
        (lambda lines: [*lines, lines[-1]], "promises"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "is due"),
        (lambda lines: [changed(lines[0], tree=[]), *lines[1:]], "root"),
        (lambda lines: [changed(lines[0], size=10**15), *lines[1:]], "root"),
        (lambda lines: [changed(lines[0], first=-1), *lines[1:]], "promises"),
    ],
)
def test_what_was_left_out_moved_or_put_in_is_told(lines, spoil, why):
    """The sentence says what does not fit."""
    assert any(why in one.why for one in check_export(spoil(lines)).wrong)


def test_a_file_that_is_no_export_is_refused_with_its_line(lines):
    """Nothing at all, another format, half a line, a line without end."""
    spoilt = (
        [],
        [b"{}\n"],
        [lines[0], b'{"header"'],
        [lines[0], b" " * (5 << 20)],
        [changed(lines[0], key="no key")],
        [changed(lines[0], format="v9")],
    )
    for given_lines in spoilt:
        with pytest.raises(Malformed) as caught:
            check_export(given_lines)
        assert caught.value.fields["path"] in {"1", "2", "key"}


def test_the_command_line_says_it(lines, tmp_path):
    """Zero for what holds, one for what does not or what another's key did not sign."""
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"".join(lines))
    call = CliRunner().invoke
    key = json.loads(lines[0])["key"]
    done = call(ledger, ["check-export", str(file), "--key", key])
    assert (0, True) == (done.exit_code, "  verified" in done.output), done.output
    assert "give --key" in call(ledger, ["check-export", str(file)]).output
    file.write_bytes(b"".join(lines[:-1]))
    done = call(ledger, ["check-export", str(file), "--key", key])
    assert (1, True) == (done.exit_code, "NOT VERIFIED" in done.output)


def test_another_ledgers_key_did_not_sign_it(lines):
    """Held against a key of the same name that somebody else made, the signature is missing, whatever the file brings."""
    name = json.loads(lines[0])["key"].split("+")[0]
    public = Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key().public_bytes_raw()
    key = notes.to_vkey(name, notes.log_kind(Algorithm.ED25519), public)
    assert ["the checkpoint is not signed by this key"] == [one.why for one in check_export(lines, key=key).wrong]
