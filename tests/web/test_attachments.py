"""Attachments over the interface: who brings, who reads, and what the partner may fetch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.adapters.attachments import AttachmentFolder
from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.pump import LinkPump
from gatepair.base.duties import Duty
from gatepair.base.errors import PartnerUnreachable
from gatepair.base.time import SteppedClock
from gatepair.exchange.asking import HEADER
from gatepair.exchange.attachments import ATTACHMENT_BYTES_MAX, PATH
from gatepair.web.app import create_app
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.routes.attachments import BRINGERS, READERS, attachment_routes
from gatepair.web.runtime import WriterRuntime
from node import pair

CONTENT = b"<script>SYNTHETIC</script>"
DIGEST = sha256(CONTENT).hexdigest()
MINE = f"/v1/attachments/{DIGEST}"


class House:
    """A served post with a folder, and its partner."""

    def __init__(self, directory: Path) -> None:
        clock = SteppedClock(pair.OPENING)
        self.post = pair.post_on(MemoryLedger(), pair.HOME, clock=clock)
        self.partner = pair.post_on(MemoryLedger(), pair.OTHER, clock=clock)
        self.folder = AttachmentFolder(directory, spared_bytes=0)
        self.over_there: dict[str, bytes] = {}
        self.cut = False
        self.client: TestClient[Any] = TestClient(
            create_app(
                self.post,
                runtime=WriterRuntime(self.post, clock=clock),
                partner_routes=partner_routes(self.post, is_cut=lambda: self.cut, attachments=self.folder),
                more_routes=attachment_routes(self.folder, fetch=self.fetch),
            )
        )
        self._keys: dict[Duty, dict[str, str]] = {}

    async def fetch(self, digest: str) -> bytes:
        """Give what the partner has."""
        if digest not in self.over_there:
            raise PartnerUnreachable("there is none")
        return self.over_there[digest]

    def key(self, duty: Duty) -> dict[str, str]:
        if duty not in self._keys:

            def create(unit: Any) -> str:
                name = duty.value.replace("_", "-")
                return self.post.accounts.create_key(unit, name, duty=duty, by="setup", now_ms=self.post.now())

            self._keys[duty] = {"Authorization": f"Bearer {self.post.transact(create)}"}
        return self._keys[duty]

    def asked_by_partner(self, digest: str = DIGEST) -> Any:
        """Return the answer to the partner's signed request."""
        path = PATH.format(sha256=digest)
        return self.client.get(path, headers={HEADER: self.partner.link.ask("GET", path, now_ms=self.partner.now())})

    def tell(self, digest: str = DIGEST) -> None:
        """Send the partner a message that names the attachment."""
        documents = [{"kind": "phyto", "number": "1", "sha256": digest}]
        with self.post.ledger.begin() as unit:
            self.post.link.enqueue(
                unit,
                kind="crossing.announced/1",
                subject="X1",
                sections={"documents": documents},
                now_ms=self.post.now(),
            )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    with house.client:
        yield house


def test_what_is_brought_can_be_read_by_those_who_decide(house: House) -> None:
    """The bytes as they were, as a file that no browser runs."""
    answer = house.client.put(MINE, content=CONTENT, headers=house.key(Duty.TRADER))
    assert (200, {"sha256": DIGEST, "bytes": len(CONTENT)}) == (answer.status_code, answer.json())
    answer = house.client.get(MINE, headers=house.key(Duty.CUSTOMS))
    assert (200, CONTENT) == (answer.status_code, answer.content)
    assert ("application/octet-stream", "attachment", "nosniff") == tuple(
        answer.headers[name] for name in ("content-type", "content-disposition", "x-content-type-options")
    )


def test_duties_at_the_door(house: House) -> None:
    """Who may attach brings, who decides or audits reads; a trader does not read what others brought."""
    assert (True, False) == (Duty.TRADER in BRINGERS, Duty.TRADER in READERS)
    assert 403 == house.client.get(MINE, headers=house.key(Duty.TRADER)).status_code
    assert 403 == house.client.put(MINE, content=CONTENT, headers=house.key(Duty.AUDITOR)).status_code
    assert 401 == house.client.get(MINE).status_code


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        (MINE, CONTENT + b"!", 400),
        ("/v1/attachments/x", CONTENT, 400),
        ("/v1/attachments/" + "0" * 64, b"", 400),
        (MINE, bytes(ATTACHMENT_BYTES_MAX + 1), 413),
    ],
)
def test_what_is_not_what_its_digest_names_is_refused(house: House, path: str, content: bytes, status: int) -> None:
    """Each with its status, and nothing is kept."""
    assert status == house.client.put(path, content=content, headers=house.key(Duty.TRADER)).status_code
    assert None is house.folder.get(DIGEST)


def test_the_partner_fetches_what_it_was_told_of(house: House) -> None:
    """Before a message named it, it is not there for the partner; afterwards it is."""
    house.folder.put(DIGEST, CONTENT)
    assert 404 == house.asked_by_partner().status_code
    house.tell()
    answer = house.asked_by_partner()
    assert (200, CONTENT) == (answer.status_code, answer.content)


def test_what_the_agreement_does_not_list_tells_of_nothing(house: House) -> None:
    """A section that stays here names no attachment to the partner."""
    house.folder.put(DIGEST, CONTENT)
    with house.post.ledger.begin() as unit:
        house.post.link.enqueue(unit, kind="crossing.accepted/1", subject="X1", sections={}, now_ms=house.post.now())
    assert 404 == house.asked_by_partner().status_code


def test_nobody_else_fetches(house: House) -> None:
    """Neither a stranger, nor a person of this post, nor the partner without its signature or over a cut line."""
    house.folder.put(DIGEST, CONTENT)
    house.tell()
    path = PATH.format(sha256=DIGEST)
    assert 401 == house.client.get(path).status_code
    assert 401 == house.client.get(path, headers={HEADER: "x"}).status_code
    assert 403 == house.client.get(path, headers=house.key(Duty.COMMAND_CENTRE)).status_code
    house.cut = True
    assert 502 == house.asked_by_partner().status_code


def test_what_only_the_partner_has_is_brought_over(house: House) -> None:
    """It is verified and kept; what nobody has is not found, and what is false is not kept."""
    assert 404 == house.client.get(MINE, headers=house.key(Duty.CUSTOMS)).status_code
    house.over_there[DIGEST] = CONTENT
    assert CONTENT == house.client.get(MINE, headers=house.key(Duty.CUSTOMS)).content
    assert CONTENT == house.folder.get(DIGEST)
    false = "0" * 64
    house.over_there[false] = CONTENT
    assert 400 == house.client.get(f"/v1/attachments/{false}", headers=house.key(Duty.CUSTOMS)).status_code
    assert None is house.folder.get(false)


class Line:
    """The partner's line to the house."""

    def __init__(self, house: House, *, spoils: bool = False) -> None:
        self._house = house
        self._spoils = spoils

    async def attachment(self, digest: str, proof: str) -> bytes:
        answer = self._house.client.get(PATH.format(sha256=digest), headers={HEADER: proof})
        if answer.status_code != 200:
            raise PartnerUnreachable(answer.text)
        return answer.content + (b"!" if self._spoils else b"")


def test_the_pump_asks_by_signature_and_verifies(house: House) -> None:
    """What the partner's pump brings over is what the digest names, or nothing."""
    house.folder.put(DIGEST, CONTENT)
    house.tell()
    assert CONTENT == asyncio.run(LinkPump(house.partner, Line(house)).attachment(DIGEST))  # type: ignore[arg-type]
    with pytest.raises(PartnerUnreachable):
        asyncio.run(LinkPump(house.partner, Line(house, spoils=True)).attachment(DIGEST))  # type: ignore[arg-type]
    with pytest.raises(PartnerUnreachable):
        asyncio.run(LinkPump(house.partner, Line(house)).attachment("0" * 64))  # type: ignore[arg-type]
