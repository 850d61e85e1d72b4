"""``gatepair queue``: what anyone types to check an order, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from gatepair.adapters.planfiles import shipped_plan
from gatepair.cli import main
from gatepair.cli.queue import queue
from gatepair.exchange import note as notes
from gatepair.exchange.signer import Ed25519Key
from operations.scene import FRUIT, Scene, facts, rewritten

PLAN = "huu-nghi-youyiguan"
ROAD = "r1119-1120"
KEY = Ed25519Key(bytes(range(32)))
VKEY = notes.to_vkey("vn/huu-nghi/ledger", notes.SignatureKind.ED25519, KEY.public)


def at_huu_nghi() -> Scene:
    """Return a morning at a shipped plan's post with three places and one call."""
    scene = Scene(shipped_plan(PLAN), "huu-nghi")
    road = ROAD
    for one in (facts(route=road), facts(FRUIT, route=road), facts(FRUIT, tested=True, route=road)):
        scene.take(one)
    line = scene.book.lines()[0]
    assert [3] == scene.call(1, line)
    return scene


def signed(lines: list[bytes]) -> list[bytes]:
    """Return the export with a checkpoint that the test's key signed."""
    header = json.loads(lines[0])
    text = header["checkpoint"].split("\n\n")[0] + "\n"
    header["checkpoint"] = notes.Note(text, (notes.sign(text, name="vn/huu-nghi/ledger", key=KEY),)).to_text()
    return [json.dumps(header, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n", *lines[1:]]


def write(path: Path, lines: list[bytes]) -> str:
    path.write_bytes(b"".join(lines))
    return str(path)


def run(*words: str) -> Result:
    return CliRunner().invoke(queue, list(words))


def test_an_order_that_holds_says_so(tmp_path: Path) -> None:
    """Exit 0 and one sentence with the counts and whether the signature was checked."""
    order = write(tmp_path / "ORDER.jsonl", signed(at_huu_nghi().export()))
    result = run("verify", order, "--plan", PLAN, "--key", VKEY)
    assert 0 == result.exit_code, result.output
    assert result.output.startswith("The order holds: 4 records, 3 places, 1 calls")
    assert "signature verifies" in result.output


def test_a_bought_place_is_named_and_exit_is_one(tmp_path: Path) -> None:
    """Exit 1; the first line after the verdict names the place and whose turn it was."""
    scene = at_huu_nghi()
    road = ROAD
    bought = scene.take(facts(route=road))
    scene.force(bought)
    result = run("verify", write(tmp_path / "ORDER.jsonl", scene.export()), "--plan", PLAN)
    assert 1 == result.exit_code
    assert "call of number 4: number 1 should have come. [order.call_unexplained]" in result.output
    asked = run("verify", str(tmp_path / "ORDER.jsonl"), "--plan", PLAN, "--lang", "vi")
    assert "lẽ ra phải là số 1" in asked.output


def test_json_holds_the_report(tmp_path: Path) -> None:
    """With --json the whole report is one object."""
    result = run("verify", write(tmp_path / "ORDER.jsonl", at_huu_nghi().export()), "--plan", PLAN, "--json")
    report = json.loads(result.output)
    assert (True, False, 4, 1) == (report["ok"], report["signed"], report["records"], report["calls"])


def test_a_false_signature_is_found(tmp_path: Path) -> None:
    """Another key's signature, or none, does not verify."""
    scene = at_huu_nghi()
    other = notes.to_vkey("vn/huu-nghi/ledger", notes.SignatureKind.ED25519, Ed25519Key(bytes(32)).public)
    order = write(tmp_path / "ORDER.jsonl", signed(scene.export()))
    assert 1 == run("verify", order, "--plan", PLAN, "--key", other).exit_code
    unsigned = write(tmp_path / "unsigned.jsonl", scene.export())
    keys = tmp_path / "post.keys"
    keys.write_text(f"# the post's key\n{VKEY}\n")
    assert "order.signature" in run("verify", unsigned, "--plan", PLAN, "--key", str(keys)).output
    assert 0 == run("verify", order, "--plan", PLAN, "--key", str(keys)).exit_code


def test_an_earlier_export_a_checkpoint_and_a_receipt_are_taken(tmp_path: Path) -> None:
    """The truck that was dropped is found by whichever of the three somebody kept."""
    scene = at_huu_nghi()
    earlier = write(tmp_path / "OLD.jsonl", scene.export())
    checkpoint = tmp_path / "OLD.note"
    checkpoint.write_text(json.loads(scene.export()[0])["checkpoint"])
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(msgspec.json.encode(scene.receipts[2]))
    again = Scene(scene.plan, "huu-nghi")
    again.take(scene.records[0].facts)
    order = write(tmp_path / "ORDER.jsonl", again.export())
    for option, path in (("--earlier", earlier), ("--earlier", str(checkpoint)), ("--receipt", str(receipt))):
        result = run("verify", order, "--plan", PLAN, option, path)
        assert 1 == result.exit_code, result.output
        assert ("order.shrunk" if option == "--earlier" else "order.receipt_missing") in result.output


def test_show_lists_who_waits_in_the_order_of_the_rule(tmp_path: Path) -> None:
    """The list is the published order of those not yet called, with class and goods."""
    scene = at_huu_nghi()
    order = write(tmp_path / "ORDER.jsonl", scene.export())
    rows = json.loads(run("show", order, "--plan", PLAN, "--json").output)
    assert [1, 2] == [row["number"] for row in rows]
    table = run("show", order, "--plan", PLAN)
    assert (0, True) == (table.exit_code, "2 waiting" in table.output)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ORDER.jsonl", b"", ["show", "{path}", "--plan", PLAN]),
        ("ORDER.jsonl", b"x" * 40_000, ["show", "{path}", "--plan", PLAN]),
        ("receipt.json", b"{}", ["verify", "{order}", "--plan", PLAN, "--receipt", "{path}"]),
        ("post.keys", b"# nothing\n", ["verify", "{order}", "--plan", PLAN, "--key", "{path}"]),
        ("post.keys", b"\xff\xfe", ["verify", "{order}", "--plan", PLAN, "--key", "{path}"]),
        ("plan.yaml", b"nonsense", ["verify", "{order}", "--plan", "{path}"]),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, name: str, content: bytes, words: list[str]
) -> None:
    """Wrong files end in one sentence and exit 1, never in a traceback."""
    order = write(tmp_path / "good.jsonl", at_huu_nghi().export())
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SystemExit) as left:
        main(["queue", *(word.format(path=path, order=order) for word in words)])
    assert 1 == left.value.code
    assert capsys.readouterr().err.startswith("gatepair: ")


def test_a_forged_record_is_named_by_its_line(tmp_path: Path) -> None:
    """The report names the record, so that anyone can look it up in the file."""
    scene = at_huu_nghi()
    scene.records[2] = rewritten(scene.records[2], {"class_key": "live-seafood"})
    result = run("verify", write(tmp_path / "ORDER.jsonl", scene.export()), "--plan", PLAN)
    assert "records.2: Number 3 was put in class live-seafood" in result.output
