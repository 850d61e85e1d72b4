"""The line under mutual TLS with pinned keys: two real processes, and strangers that are turned away."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec import structs

from gatepair import wiring
from gatepair.adapters.peer.http import HttpPeerTransport
from gatepair.adapters.planfiles import shipped_plan
from gatepair.adapters.tls import Tls, TlsSettings, days_left, make_certificate, pins_in
from gatepair.base.errors import PartnerUnreachable, SettingInvalid
from gatepair.cli import group
from gatepair.exchange.agreement import Mode
from gatepair.exchange.calls import Call
from gatepair.wiring import Settings
from system.served import free_port, serving

HOME, OTHER = "huu-nghi", "youyiguan"
START_MS = 1_762_819_200_000


def keys(*arguments: object) -> str:
    """Run ``gatepair keys`` and return what it prints."""
    ran = CliRunner().invoke(group, ["keys", *map(str, arguments)], catch_exceptions=False)
    assert 0 == ran.exit_code, ran.output
    return ran.output


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Path]:
    """Return two posts whose agreement pins the certificate of each."""
    plan = shipped_plan("huu-nghi-youyiguan")
    ports = {post: free_port() for post in plan.posts}
    places = {post: tmp_path / post for post in plan.posts}
    parties = []
    for post, place in places.items():
        partner = f"https://127.0.0.1:{ports[plan.partner_of(post)]}"
        settings = Settings(
            post=post, port=ports[post], partner_url=partner, clock="stepped", start_ms=START_MS, tls=TlsSettings()
        )
        party = wiring.make_post(place, plan, settings)
        keys("tls", place)
        parties.append(structs.replace(party, tls_pins=pins_in((place / "keys/tls.crt").read_bytes())))
    for post, place in places.items():
        wiring.agree(place, plan, (parties[0], parties[1]), Mode.PAIRED, signers=tuple(places.values()))
        (place / "keys/partner.crt").write_bytes((places[plan.partner_of(post)] / "keys/tls.crt").read_bytes())
        wiring.add_access(place)
    return places


def context_for(place: Path) -> ssl.SSLContext:
    """Return how a person calls the post in ``place``: believing its certificate, showing none."""
    return ssl.create_default_context(cafile=str(place / "keys/tls.crt"))


def test_two_posts_exchange_over_mutual_tls(pair: dict[str, Path]) -> None:
    """Both know one another by their pins; people call without a certificate of their own."""
    with serving(pair[HOME], context_for(pair[HOME])) as home, serving(pair[OTHER], context_for(pair[OTHER])):
        status, pushed = home.call("POST", "/v1/link/flush", {}, duty="drill")
        assert (200, True) == (status, pushed["reachable"])


def test_a_certificate_that_is_not_pinned_is_no_partner(pair: dict[str, Path], tmp_path: Path) -> None:
    """A stranger who calls is turned away in the handshake, and told what for."""
    stranger = tmp_path / "stranger"
    (stranger / "keys").mkdir(parents=True)
    certificate, key = make_certificate(("127.0.0.1",), now=datetime.now(UTC))
    (stranger / "keys/tls.crt").write_bytes(certificate)
    (stranger / "keys/tls.key").write_bytes(key)
    (stranger / "keys/partner.crt").write_bytes((pair[HOME] / "keys/tls.crt").read_bytes())
    with serving(pair[HOME], context_for(pair[HOME])) as home:
        with pytest.raises(PartnerUnreachable, match="does not accept our certificate"):
            ask(home.access["url"], Tls(TlsSettings(), stranger))
        with pytest.raises(PartnerUnreachable, match="shows a certificate that is not held here"):
            ask(home.access["url"], Tls(TlsSettings(partner="keys/tls.crt"), stranger))


def ask(url: str, tls: Tls) -> bytes:
    """Ask the post at ``url`` for its state, as a partner would."""

    async def state() -> bytes:
        line = HttpPeerTransport(url, tls=tls.client_context())
        try:
            return await line.send("urgent", Call.ENTRIES, b"{}")
        finally:
            await line.close()

    return asyncio.run(state())


@pytest.mark.parametrize(("file", "whose"), [("partner.crt", "the partner"), ("tls.crt", "this post")])
def test_a_post_does_not_start_with_a_certificate_that_is_not_pinned(
    pair: dict[str, Path], file: str, whose: str
) -> None:
    """A wrong file is told at the start, with the pin it has and what to do."""
    keys("tls", pair[OTHER], "--again")
    (pair[HOME] / "keys" / file).write_bytes((pair[OTHER] / "keys/tls.crt").read_bytes())
    with pytest.raises(SettingInvalid, match=f"{file}: .* not pinned for {whose}.*keys announce --use tls"):
        wiring.open_post(pair[HOME])


def test_a_new_pin_is_announced_by_the_root(pair: dict[str, Path], tmp_path: Path) -> None:
    """Re-pinning: a new certificate, a statement of the root at both posts, and the line runs again."""
    keys("tls", pair[OTHER], "--again")
    statement = tmp_path / "pin.note"
    keys("announce", pair[OTHER], "--use", "tls", "--root", pair[OTHER] / "root", "-o", statement)
    with pytest.raises(SettingInvalid):
        wiring.open_post(pair[OTHER])
    for place in pair.values():
        keys("take", place, statement)
    (pair[HOME] / "keys/partner.crt").write_bytes((pair[OTHER] / "keys/tls.crt").read_bytes())
    for place in pair.values():
        wiring.open_post(place).post.ledger.close()


def test_certificates_end() -> None:
    """Ninety days from when it was made; the pin is of the key, whatever names stand beside it."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate, _ = make_certificate(("gate.example", "10.0.0.1"), now=now)
    assert 90 == days_left(certificate, now)
    assert 1 == len(pins_in(certificate))
    with pytest.raises(SettingInvalid):
        pins_in(b"no certificate")
