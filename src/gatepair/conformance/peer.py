"""The kit as a peer: it sends batches to the post under test, hears what the post sends, and checks what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import msgspec

from gatepair.base.errors import BadInput, Contradiction, EnvelopeRejected, ScenarioFailed, ScenarioNotRun
from gatepair.base.time import Clock, Entropy
from gatepair.conformance.door import Door
from gatepair.conformance.hearing import BATCH_TYPE, REPLY_TYPE, STATE_PATH, Ear
from gatepair.conformance.logs import STRAIGHT, Author, OutLog, Row, Twist, make_batch
from gatepair.conformance.trial import Trial
from gatepair.exchange import asking
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import Lane
from gatepair.exchange.sender import LogSource, Receipt, check_receipt
from gatepair.exchange.signer import SigningKey
from gatepair.exchange.wire import HTTP_STATUS, REPLY_BYTES_MAX, Outcome, Reply, decode_reply, encode_batch

ANSWER_S: Final = 60.0
"""Longest wait for an answer of the post."""
RATE_TRIES_MAX: Final = 30
"""How often a request that is put off for its rate is made again."""
PATIENCE_S: Final = 30.0
"""How long the kit waits for something the post does by itself, such as bringing an outcome."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request."""

    status: int
    media_type: str
    body: bytes
    reply: Reply | None
    """None when it is no reply of the exchange."""

    def told(self) -> str:
        """Return it in a few words."""
        if self.reply is None:
            return f"HTTP {self.status} {self.media_type or 'without media type'}, which is no reply"
        code = f" {self.reply.code}" if self.reply.code else ""
        return f"HTTP {self.status} {self.reply.outcome.value}{code}"


class Peer:
    """One side of a trial."""

    def __init__(
        self, trial: Trial, url: str, *, clock: Clock, entropy: Entropy, patience_s: float = PATIENCE_S
    ) -> None:
        """Play ``trial`` with the post at ``url``; wait ``patience_s`` for what the post does by itself."""
        self.trial = trial
        self.url = url
        self.clock = clock
        self.entropy = entropy
        self.terms = Terms.of(trial.agreement)
        self.author = Author(self.terms, trial.kit.post, entropy, clock.now())
        self.logs = {lane: OutLog(trial.agreement.origin(trial.kit.post, lane, FIRST_EPOCH)) for lane in Lane}
        self.ear = Ear(trial, clock, lambda lane: self.logs[lane].size)
        self.ring = KeyRing.of((trial.agreement,))
        """Whose keys count, by the statements that the kit has made."""
        self.log_key = trial.keys["log"]
        self.more_log_keys: tuple[SigningKey, ...] = ()
        """What signs checkpoints beside it while one key follows another."""
        self.listens = False
        self.patience_s = patience_s
        self._door = Door(self.ear.answer)
        self._client = httpx2.AsyncClient(base_url=url, timeout=ANSWER_S, trust_env=False, follow_redirects=False)

    async def open(self, host: str, port: int) -> int:
        """Begin to listen and return the port; without it what the post sends is not heard."""
        self.listens = True
        return await self._door.open(host, port)

    async def close(self) -> None:
        """Stop listening and close connections."""
        await self._door.close()
        await self._client.aclose()

    # --- requests -------------------------------------------------------------------------

    async def request(
        self, method: str, path: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Make one request; one that the post puts off for its rate (429) is made again when it says.

        Raises:
            ScenarioFailed: no answer of HTTP came.
        """
        for _ in range(RATE_TRIES_MAX):
            try:
                response = await self._client.request(method, path, content=content, headers=dict(headers or {}))
            except httpx2.HTTPError as error:
                raise ScenarioFailed(f"no answer came: {type(error).__name__} {error}".strip()) from error
            if response.status_code != httpx2.codes.TOO_MANY_REQUESTS:
                return _answer(response)
            await asyncio.sleep(min(10.0, float(response.headers.get("retry-after", "1"))))
        raise ScenarioNotRun("the post kept putting the request off for its rate (429)")

    def proof(self, method: str, path: str, *, at_ms: int | None = None, key: str = "log") -> dict[str, str]:
        """Return the header by which the kit proves that it asks."""
        kit = self.trial.kit
        asked = asking.Asked(method, path, kit.post, self.trial.node.post, self.now() if at_ms is None else at_ms)
        name = asking.request_name(kit.side, kit.post)
        signer = self.log_key if key == "log" else self.trial.keys[key]
        return {asking.HEADER: asking.signed_request(asked, name=name, key=signer)}

    async def state(self) -> dict[str, Any]:
        """Return what the post shows of the exchange."""
        answer = await self.request("GET", STATE_PATH, headers=self.proof("GET", STATE_PATH))
        if answer.status != httpx2.codes.OK:
            raise ScenarioFailed(f"GET {STATE_PATH} by a signed request gave {answer.told()}")
        try:
            shown: dict[str, Any] = msgspec.json.decode(answer.body, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise ScenarioFailed(f"the state is no JSON object: {error}") from error
        return shown

    async def mirrored(self, lane: Lane) -> int:
        """Return how many of the kit's entries the post says it holds in ``lane``."""
        shown = await self.state()
        for entry in shown.get("lanes", ()):
            if entry.get("lane") == lane.value:
                return int(entry["mirror_size"])
        raise ScenarioFailed(f"the state does not show the lane {lane.value}")

    # --- batches --------------------------------------------------------------------------

    def now(self) -> int:
        """Return the present instant in milliseconds."""
        return self.clock.now()

    def entry(self, lane: Lane = Lane.NORMAL, **more: Any) -> Row:
        """Return a new entry of ``lane``."""
        return self.author.entry(lane, now_ms=self.now(), **more)

    def entries(self, count: int, lane: Lane = Lane.NORMAL) -> list[Row]:
        """Return ``count`` new entries of ``lane``."""
        return [self.entry(lane) for _ in range(count)]

    def raw(
        self,
        rows: Sequence[Row],
        lane: Lane = Lane.NORMAL,
        *,
        start: int | None = None,
        after: Sequence[Row] = (),
        log: OutLog | None = None,
        twist: Twist = STRAIGHT,
    ) -> bytes:
        """Return the bytes of a batch of ``rows`` that follows what the post holds and ``after``, or begins at ``start``.

        ``log`` is another log than the present one of ``lane``.
        """
        log = (log or self.logs[lane]).plus(after)
        begin = log.size if start is None else start
        cosigned = self.ear.cosigned(lane)
        more = self.more_log_keys
        batch = make_batch(log, rows, start=begin, key=self.log_key, more=more, cosigned=cosigned, twist=twist)
        return encode_batch(batch)

    async def post(self, raw: bytes, lane: str = Lane.NORMAL.value, **headers: str) -> Answer:
        """Send bytes as a batch."""
        sent = {"content-type": BATCH_TYPE, **headers}
        return await self.request("POST", f"/x/1/{lane}/entries", content=raw, headers=sent)

    async def give(self, rows: Sequence[Row], lane: Lane = Lane.NORMAL) -> Receipt:
        """Send ``rows`` as the next batch and return the receipt; they are then part of the kit's log.

        Raises:
            ScenarioFailed: the post does not receive them.
        """
        answer = await self.post(self.raw(rows, lane), lane.value)
        expect(answer, Outcome.RECEIVED)
        self.logs[lane].keep(rows)
        return self.receipt(answer, lane)

    def receipt(self, answer: Answer, lane: Lane = Lane.NORMAL) -> Receipt:
        """Return the receipt in ``answer``, which must be over all that the post was given in ``lane``.

        Raises:
            ScenarioFailed: it does not verify, or is over less or more.
        """
        reply = expect(answer, Outcome.RECEIVED)
        log = self.logs[lane]
        source = LogSource(log.origin, self.log_key, log.size, ring=self.ring)
        try:
            found = check_receipt(reply.note, source=source, partner=self.trial.node, root_at=log.root_at)
        except (EnvelopeRejected, Contradiction) as error:
            raise ScenarioFailed(f"the receipt does not verify: {error.message}") from error
        if found.size != log.size:
            raise ScenarioFailed(f"the receipt is over {found.size} entries; the post was given {log.size}")
        return found

    async def refuses(self, raw: bytes, lane: Lane = Lane.NORMAL, *, outcome: Outcome = Outcome.REJECTED) -> Reply:
        """Send bytes that are to be answered with ``outcome``, and see that the post holds no more than before."""
        reply = expect(await self.post(raw, lane.value), outcome)
        await self.still(lane)
        return reply

    async def still(self, lane: Lane = Lane.NORMAL) -> None:
        """See that the lane works: a heartbeat is receipted, over exactly what the post was given."""
        self.receipt(await self.post(self.raw((), lane), lane.value), lane)

    async def outcome_of(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """Return verdict and codes of the post's answer to ``row``, once it comes.

        Raises:
            ScenarioNotRun: nothing listens for it.
            ScenarioFailed: none came.
        """
        if not self.listens:
            raise ScenarioNotRun("outcomes are heard only with --listen, at the address the post knows the kit by")
        await self.ear.until(
            lambda: bool(self.ear.answers_to(row.leaf)),
            within_s=self.patience_s,
            what="the post to answer with an outcome",
        )
        section = self.ear.answers_to(row.leaf)[0].sections.get("outcome", {})
        return str(section.get("verdict")), tuple(section.get("codes", ()))

    # --- raw lines ------------------------------------------------------------------------

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a bare connection to the post."""
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        try:
            return await asyncio.open_connection(parts.hostname, port, ssl=secure or None)
        except OSError as error:
            raise ScenarioFailed(f"the post takes no connection: {error}") from error

    def head(self, length: int, lane: Lane = Lane.NORMAL) -> bytes:
        """Return the head of a request that announces a batch of ``length`` bytes."""
        host = urlsplit(self.url).netloc
        return (
            f"POST /x/1/{lane.value}/entries HTTP/1.1\r\nhost: {host}\r\ncontent-type: {BATCH_TYPE}\r\n"
            f"content-length: {length}\r\n\r\n"
        ).encode()


def expect(answer: Answer, *outcomes: Outcome) -> Reply:
    """Return the reply in ``answer``, which must be one of ``outcomes`` under its status.

    Raises:
        ScenarioFailed: it is another.
    """
    reply = answer.reply
    wanted = " or ".join(f"HTTP {HTTP_STATUS[outcome]} {outcome.value}" for outcome in outcomes)
    if reply is None or reply.outcome not in outcomes:
        raise ScenarioFailed(f"expected {wanted}, and got {answer.told()}")
    if answer.status != HTTP_STATUS[reply.outcome]:
        raise ScenarioFailed(f"{reply.outcome.value} goes out under {HTTP_STATUS[reply.outcome]}, not {answer.status}")
    return reply


def _answer(response: httpx2.Response) -> Answer:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip()
    reply = None
    if media_type == REPLY_TYPE and len(response.content) <= REPLY_BYTES_MAX:
        try:
            reply = decode_reply(response.content)
        except BadInput:
            reply = None
    return Answer(response.status_code, media_type, response.content, reply)
