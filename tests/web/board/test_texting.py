"""A driver's place as a text message: one message, to one number that nobody keeps, no oftener than is fair."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from litestar.testing import TestClient

from gatepair import wiring
from gatepair.adapters import texting
from gatepair.adapters.texting import MessageSettings, SpoolSender, sender_of
from gatepair.base.errors import MessageUnsent, RateLimited, SettingInvalid
from gatepair.base.findings import LANGUAGES
from gatepair.web.app import create_app
from gatepair.web.limits import TextLimits
from gatepair.web.place_text import GSM, GSM_LENGTH_MAX, UCS2_LENGTH_MAX, number_of, place_text, to_gsm
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import WebSettings
from gatepair.web.texts import TEXTS
from web.stand_in import START_MS, StandInPost, board

NUMBER = "+84912345678"
LIMITS = WebSettings(public_address="https://gate.example")


@contextmanager
def served(sender, settings: WebSettings = LIMITS):
    """Serve a post that sends its messages by ``sender``."""
    post = StandInPost()
    app = create_app(post, runtime=WriterRuntime(post, clock=post.clock), settings=settings, sender=sender)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.post_behind = post
        yield client


def asked(client, number: str = NUMBER, *, place: str = "P123", language: str = "vi", **more):
    form = {"token": place, "number": number, "lang": language}
    return client.post("/board/text", data=form, follow_redirects=False, **more)


def told(answer) -> str:
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"].rpartition("told=")[2]


def messages(folder: Path) -> list[dict[str, str]]:
    return [json.loads(one.read_text("utf-8")) for one in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_goes_into_one_message(language, tmp_path):
    """In each language the message holds number, state and wait, and is no longer than one message may be."""
    with served(SpoolSender(tmp_path / "spool")) as client:
        assert "sent" == told(asked(client, language=language))
    (found,) = messages(tmp_path / "spool")
    assert NUMBER == found["to"]
    assert "12" in found["text"]
    assert "40" in found["text"]
    if language == "zh":
        assert len(found["text"]) <= UCS2_LENGTH_MAX
    else:
        assert len(found["text"]) <= GSM_LENGTH_MAX
        assert set(found["text"]) <= GSM
        assert found["text"].endswith("https://gate.example/board?token=P123")
        assert to_gsm(TEXTS["state.waiting"][language]) in found["text"]


def test_no_message_leads_where_a_stranger_says(tmp_path):
    """The host of a request is its sender's word: without an address of our own a message has no link."""
    with served(SpoolSender(tmp_path / "spool"), WebSettings()) as client:
        assert "sent" == told(asked(client, headers={"host": "evil.example"}))
    (found,) = messages(tmp_path / "spool")
    assert "http" not in found["text"]
    assert found["text"] == found["text"].strip()


def test_nobody_keeps_the_number(tmp_path, caplog):
    """Neither the ledger nor the log holds the number, sent or not."""
    caplog.set_level(logging.DEBUG)

    class Broken:
        async def send(self, text: str, to: str) -> None:
            raise MessageUnsent("the gateway of messages gave no answer")

    for sender, result in ((SpoolSender(tmp_path), "sent"), (Broken(), "unsent")):
        with served(sender) as client:
            assert result == told(asked(client))
            with client.post_behind.ledger.read() as reader:
                kept = b"".join(entry.payload for entry in reader.entries(after=0, limit=100))
        assert NUMBER.encode() not in kept
    assert NUMBER[1:] not in caplog.text
    assert "was not sent" in caplog.text


def test_without_a_sender_there_is_no_such_thing():
    """The form is not shown, and its address is not there."""
    with served(None) as client:
        client.post_behind.figures = board()
        assert 404 == asked(client).status_code
        assert "/board/text" not in client.get("/board?token=P123").text


def test_the_board_offers_it_and_says_what_became_of_it(tmp_path):
    """The form stands beside the place, with a word on the number; each outcome is said in words."""
    with served(SpoolSender(tmp_path)) as client:
        client.post_behind.figures = board()
        page = client.get("/board?lang=en&token=P123").text
        assert 'action="/board/text" method="post"' in page
        assert TEXTS["text.kept"]["en"] in page
        for outcome in ("sent", "unsent", "number", "often"):
            assert (
                TEXTS[f"text.{outcome}"]["en"].replace("'", "&#39;")
                in client.get(f"/board?lang=en&token=P123&told={outcome}").text
            )
        assert 'role="status"' not in client.get("/board?lang=en&token=P123&told=x").text


@pytest.mark.parametrize("number", ["", "12", "1" * 16, "drop table", "0912 345 67x"])
def test_what_is_no_number_is_told(number, tmp_path):
    """Nothing is sent to what cannot be a number."""
    with served(SpoolSender(tmp_path)) as client:
        assert "number" == told(asked(client, number))
    assert [] == messages(tmp_path)


def test_a_number_may_be_written_as_people_write_it():
    """Blanks, dots, hyphens and brackets fall away."""
    assert "+84912345678" == number_of("+84 (912) 345-678")
    assert "0912345678" == number_of("0912.345.678")


def test_a_wrong_token_sends_nothing(tmp_path):
    """Without a place there is nothing to tell; the board then says that no place has the token."""
    with served(SpoolSender(tmp_path)) as client:
        answer = asked(client, place="P9")
        assert "told" not in answer.headers["location"]
    assert [] == messages(tmp_path)


def test_a_page_of_another_site_sends_nothing(tmp_path):
    """A form that another site sent is refused."""
    with served(SpoolSender(tmp_path)) as client:
        assert 403 == asked(client, headers={"sec-fetch-site": "cross-site"}).status_code
    assert [] == messages(tmp_path)


def test_no_more_than_is_fair(tmp_path):
    """After the hour's share of a place the person is told to wait, and nothing is sent."""
    with served(SpoolSender(tmp_path), WebSettings(texts_per_place=2)) as client:
        spelled = ("P123", "p123", "P123")
        told_so = [told(asked(client, f"+8491234567{at}", place=place)) for at, place in enumerate(spelled)]
        assert ["sent", "sent", "often"] == told_so
    assert 2 == len(messages(tmp_path))


@pytest.mark.parametrize("shared", ["address", "place", "number", None])
def test_each_limit_holds_by_itself(shared):
    """One address, one place, one number, and the whole post have each their share of an hour."""
    settings = WebSettings(texts_per_address=2, texts_per_place=2, texts_per_hour=2 if shared is None else 100)
    limits = TextLimits.of(settings)
    for at in range(2):
        limits.take(**{name: "same" if name == shared else f"{name}-{at}" for name in ("address", "place", "number")})
    with pytest.raises(RateLimited) as refused:
        limits.take(**{name: "same" if name == shared else f"{name}-9" for name in ("address", "place", "number")})
    assert 60 < refused.value.fields["retry_after_s"] <= 1_800


def test_a_full_folder_takes_no_more(tmp_path, monkeypatch):
    """A daemon that has stopped does not fill the disk."""
    monkeypatch.setattr(texting, "SPOOL_MAX", 1)
    with served(SpoolSender(tmp_path)) as client:
        assert ["sent", "unsent"] == [told(asked(client)), told(asked(client))]


class Gateway(BaseHTTPRequestHandler):
    """Takes what it is sent, or does not."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.headers["x-key"], self.headers["content-type"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def gateway(status: int = 200):
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    server.got, server.status = [], status
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}/send"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("form", [False, True])
def test_a_gateway_is_given_what_it_asks_for(form, tmp_path, monkeypatch):
    """Fields, header and secret are those of the settings; the text arrives as it was written."""
    monkeypatch.setenv("GATEWAY_KEY", "s3cret")
    with gateway() as (server, url):
        fields = {"msisdn": "{to}", "body": "{text}", "from": "GATE"}
        settings = MessageSettings(
            sender="gateway", url=url, fields=fields, form=form, header="X-Key", secret="env:GATEWAY_KEY"
        )
        with served(sender_of(settings, tmp_path)) as client:
            assert "sent" == told(asked(client))
    ((secret, media_type, body),) = server.got
    assert "s3cret" == secret
    assert ("urlencoded" in media_type) is form
    if not form:
        given = json.loads(body)
        assert (NUMBER, "GATE") == (given["msisdn"], given["from"])
        expected = place_text(board(), StandInPost().place("P123"), "vi", link="https://gate.example/board?token=P123")
        assert expected == given["body"]


def test_a_gateway_that_refuses_is_told(tmp_path):
    """An answer outside the 200s, or none, is no message sent."""
    with gateway(503) as (_, url), served(sender_of(MessageSettings(sender="gateway", url=url), tmp_path)) as client:
        assert "unsent" == told(asked(client))
    with served(sender_of(MessageSettings(sender="gateway", url=url), tmp_path)) as client:
        assert "unsent" == told(asked(client))


@pytest.mark.parametrize(
    "settings",
    [
        MessageSettings(sender="gateway"),
        MessageSettings(sender="gateway", url="http://127.0.0.1/", fields={"text": "{text}"}),
        MessageSettings(sender="gateway", url="http://127.0.0.1/", secret="file:nothing-here"),
        MessageSettings(sender="gateway", url="http://127.0.0.1/", secret="env:NOT_SET_ANYWHERE"),
    ],
)
def test_a_sender_that_could_not_send_stops_the_start(settings, tmp_path):
    """A post does not offer what it cannot do."""
    with pytest.raises(SettingInvalid):
        sender_of(settings, tmp_path)


def test_a_secret_may_stand_in_a_file(tmp_path):
    """The file is read once, without its line end; the settings hold its place only."""
    (tmp_path / "key").write_text("abc\n", "utf-8")
    settings = MessageSettings(sender="gateway", url="http://127.0.0.1:1/", secret="file:key")
    assert {"Authorization": "abc"} == sender_of(settings, tmp_path)._headers


def test_a_post_takes_its_sender_from_its_settings(tmp_path):
    """``messages`` in ``post.json`` is what an opened post sends by; without it, it has none."""
    settings = wiring.Settings(
        post="huu-nghi", clock="stepped", start_ms=START_MS, messages=MessageSettings(sender="file")
    )
    plan = wiring.load_plan_for("huu-nghi-youyiguan")
    me = wiring.make_post(tmp_path / "p", plan, settings)
    wiring.agree(tmp_path / "p", plan, (me, wiring.absent_party(plan, plan.partner_of("huu-nghi"))), wiring.Mode.ALONE)
    opened = wiring.open_post(tmp_path / "p")
    assert isinstance(opened.sender, SpoolSender)
    opened.post.ledger.close()


def test_vietnamese_keeps_its_letters_without_their_marks():
    """No letter of a Vietnamese word becomes a question mark."""
    assert "da goi: hay den ngay" == to_gsm(TEXTS["state.called"]["vi"])
    assert "?" not in "".join(to_gsm(texts["vi"].replace("{days}", "")) for texts in TEXTS.values())
