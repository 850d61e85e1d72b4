"""The page about the interface: every example on it runs, and the committed description is the served one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from litestar.testing import TestClient

from gatepair.cli.serve import application
from gatepair.web.app import ROUTES
from gatepair.web.console.areas import supplied_routes
from gatepair.web.courier_routes import courier_routes
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.openapi import describe
from gatepair.web.routes.assessments import assessment_routes
from gatepair.web.routes.attachments import attachment_routes
from gatepair.web.routes.declarations import declaration_routes
from web.real import POST, keys_of, opened_post

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def fits(shown, got, found):
    """Tell whether ``got`` is what the page shows; `…` stands for anything, `<name>` is remembered in ``found``."""
    if shown == "…":
        return True
    if isinstance(shown, str) and re.fullmatch(r"<\w+>", shown):
        return got == found.setdefault(shown, got)
    if isinstance(shown, dict):
        whole = "…" in shown or shown.keys() == got.keys()
        return whole and all(key in got and fits(value, got[key], found) for key, value in shown.items() if key != "…")
    if isinstance(shown, list):
        return len(shown) == len(got) and all(fits(one, two, found) for one, two in zip(shown, got, strict=True))
    return shown == got


def test_every_example_runs(tmp_path):
    """Each request of the page gets the answer that the page shows."""
    page = (REFERENCE / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```http\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    assert 0 == len(blocks) % 2
    found: dict[str, str] = {}
    with opened_post(tmp_path / POST) as opened:
        for duty, header in keys_of(opened).items():
            if header:
                found[f"<{duty.value}>"] = header["Authorization"].removeprefix("Bearer ")
        with TestClient(application(opened)) as client:
            for asked, told in zip(blocks[::2], blocks[1::2], strict=True):
                for name, value in found.items():
                    asked = asked.replace(name, value)  # noqa: PLW2901 - filled in step by step
                head, _, body = asked.partition("\n\n")
                first, *lines = head.strip().splitlines()
                method, path = first.split(" ")
                headers = dict(line.split(": ", 1) for line in lines)
                answer = client.request(method, path, headers=headers, content=body.encode() or None)
                status, _, shown = told.partition("\n\n")
                assert int(status.split()[1]) == answer.status_code, (first, answer.text)
                assert fits(json.loads(shown), answer.json(), found), (first, answer.text)


def test_the_committed_description_is_the_served_one():
    """`openapi.json` in the documents is made from the handlers that stand in the code now."""
    committed = json.loads((REFERENCE / "openapi.json").read_text(encoding="utf-8"))
    everything = (
        *ROUTES,
        *partner_routes(None),
        *attachment_routes(None),
        *assessment_routes(None, None),
        *declaration_routes(None),
        *supplied_routes(None, None, None),
        *courier_routes(None),
    )
    served = json.loads(json.dumps(describe(everything)))
    assert served == committed, "run: make docs"
