"""The command that gives and takes away access, and what comes of it over HTTP."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from gatepair import wiring
from gatepair.cli import group
from gatepair.cli.serve import application
from web.real import POST, opened_post

PASSWORD = "correct horse battery"


def run(*args, stdin=None):
    """Run the command line and return its output; it must end well."""
    result = CliRunner().invoke(group, ["access", *map(str, args)], input=stdin, catch_exceptions=False)
    assert 0 == result.exit_code, result.output
    return result.output


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    place = tmp_path_factory.mktemp("access") / POST
    with opened_post(place):
        pass
    return place


def test_access_is_given_and_taken_away(directory):
    """A key and an account made on the machine open the interface, and no longer once disabled."""
    token = run("key", directory, "yard-7", "--duty", "yard").strip()
    run("person", directory, "officer.7", "--duty", "customs", "--password-stdin", stdin=PASSWORD + "\n")
    run("key", directory, "old", "--duty", "yard")
    run("disable", directory, "key", "old")
    opened = wiring.open_post(directory)
    try:
        with TestClient(application(opened)) as client:
            key = {"Authorization": f"Bearer {token}"}
            assert 200 == client.get("/v1/worklist", headers=key).status_code
            login = client.post("/v1/session", json={"login": "officer.7", "password": PASSWORD})
            assert "customs" == login.json()["duty"]
    finally:
        opened.post.ledger.close()
    listed = run("list", directory)
    assert token not in listed
    assert ["officer.7", "old", "yard-7"] == sorted(line.split()[1] for line in listed.splitlines())
    assert 1 == listed.count("disabled")


@pytest.mark.parametrize(
    ("args", "stdin"),
    [
        (("person", "officer.8", "--duty", "customs", "--password-stdin"), "short\n"),
        (("key", "Not A Name", "--duty", "yard"), None),
        (("disable", "key", "nobody"), None),
    ],
)
def test_a_mistake_is_told_in_one_line(directory, args, stdin):
    """A weak password, a name of another form, a name that is not there: refused with a sentence."""
    result = CliRunner().invoke(group, ["access", args[0], str(directory), *args[1:]], input=stdin)
    assert result.exception is not None
    assert getattr(result.exception, "message", "")


def test_a_duty_that_is_not_given_out(directory):
    """The post's own clockwork and the public have no key."""
    for duty in ("node", "public", "king"):
        result = CliRunner().invoke(group, ["access", "key", str(directory), "x-1", "--duty", duty])
        assert 2 == result.exit_code
