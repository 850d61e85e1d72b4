"""Accounts of persons and keys of systems: who may call this post, and as what.

Persons log in with a password (argon2id) and get a session token; systems hold an API key.
Neither a password, a key's secret nor a session token is kept: only the argon2 hash, and SHA-256
of random secrets, which need no slow hash because they cannot be guessed.

Kept as named states of the ledger: ``account/<login>``, ``key/<id>``, ``session/<digest>``.
Creating and disabling is recorded in ``audit/<post>``.

Token forms: ``gpk_<id>_<secret>`` for keys, ``gps_<secret>`` for sessions.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.errors import Conflict, Malformed, NotFound, NotPermitted, RateLimited, Unauthenticated
from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS, Entropy, Instant
from gatepair.node.audit import (
    AccountCreated,
    AccountDisabled,
    AuditEvent,
    KeyCreated,
    KeyDisabled,
    Recorder,
    recorder,
    stamp,
)
from gatepair.node.ports import Ledger, Reader, Unit
from gatepair.node.requests import Actor

SESSION_MS: Final = 10 * HOUR_MS
"""How long a login holds: one shift with its handing over (assumed; no source prescribes it)."""
PASSWORD_LENGTH_MIN: Final = 12
"""Least length of a password. NIST SP 800-63B asks for 8 at least; 12 is the house's choice."""
PASSWORD_LENGTH_MAX: Final = 200
"""Longer ones are refused before the slow hash is worked out."""
LOGIN_FAILURES_MAX: Final = 5
"""Wrong passwords in a row before the login is locked (NIST SP 800-63B §5.2.2 allows up to 100)."""
LOCK_MS: Final = 15 * MINUTE_MS
"""How long a locked login stays so; a lock that never ended would let anyone shut officers out."""
WATCHED_LOGINS_MAX: Final = 10_000
"""Logins whose failures are remembered; beyond it the oldest is forgotten, so that guesses fill no memory."""
CACHE_MS: Final = 5 * MINUTE_MS
"""How long a credential once read is believed without reading again.

Taking one away takes effect at once in the process that does it; only a second process over the same
ledger may believe it for so long."""
CACHED_MAX: Final = 10_000
"""Credentials kept in memory."""
SECRET_BYTES: Final = 20
"""160 random bits: beyond guessing, 32 letters of base 32 to print."""

_KEY_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,47}")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9.@-]{1,63}")
_OUTSIDE: Final = frozenset(Duty) - {Duty.NODE, Duty.PUBLIC}
_NO_SUCH: Final = "the credential is not known, has expired or is disabled"


class Account(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A person's account. ``password`` is an argon2 hash in PHC form.

    ``licence`` is the driving licence of a driver: it stands here alone and in no audit event, so that it can be forgotten.
    """

    login: str
    duty: Duty
    post: str
    password: str
    created_at_ms: int
    drill: bool = False
    disabled: bool = False
    licence: str = ""


class ApiKey(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A system's key. ``digest`` is SHA-256 of its secret in hex."""

    id: str
    duty: Duty
    post: str
    digest: str
    created_at_ms: int
    drill: bool = False
    disabled: bool = False


class Session(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A login that holds until ``expires_at_ms``."""

    login: str
    expires_at_ms: int


@dataclass(slots=True)
class _Failures:
    count: int = 0
    locked_until_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Believed:
    actor: Actor
    until_ms: int


class Accounts:
    """Accounts, keys and sessions of one post.

    Methods that take a ``unit`` belong into the writer's transaction; the others may be called in
    any thread and open their own reader.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        post: str,
        entropy: Entropy,
        record: Recorder | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """Work on ``ledger``; ``record`` appends audit events, ``hasher`` defaults to RFC 9106's low-memory choice."""
        self._ledger = ledger
        self._post = post
        self._entropy = entropy
        self._record = record or recorder(post)
        self._hasher = hasher or PasswordHasher()
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._believed: OrderedDict[bytes, _Believed] = OrderedDict()
        self._ended: OrderedDict[bytes, None] = OrderedDict()
        self._decoy = ""

    # --- setting up -----------------------------------------------------------------------

    def hash_password(self, password: str) -> str:
        """Return the argon2id hash of ``password``; takes tens of milliseconds, so not in the writer's thread.

        Raises:
            Malformed: when the password is too short or too long.
        """
        if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
            raise Malformed(
                f"a password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters", field="password"
            )
        return self._hasher.hash(password)

    def create_account(
        self,
        unit: Unit,
        login: str,
        *,
        duty: Duty,
        password_hash: str,
        by: str,
        now_ms: Instant,
        drill: bool = False,
        licence: str = "",
    ) -> Account:
        """Keep a new account and record it; ``licence`` ties a driver to the crossings that name it.

        Raises:
            Malformed: when the login is not ``[a-z0-9.@-]``, or a licence is given to somebody who does not drive.
            NotPermitted: when the duty is the post's own or the public's.
            Conflict: when the login is taken.
        """
        _check_name(_LOGIN, login, duty=duty)
        if unit.state(f"account/{login}") is not None:
            raise Conflict(f"there is already an account {login}", login=login)
        if licence and duty is not Duty.DRIVER:
            raise Malformed("a driving licence belongs to the account of a driver", duty=duty.value)
        account = Account(
            login=login,
            duty=duty,
            post=self._post,
            password=password_hash,
            created_at_ms=now_ms,
            drill=drill,
            licence=licence,
        )
        unit.put_state(f"account/{login}", encode(account))
        self._note(unit, AccountCreated(at_ms=now_ms, login=login, duty=duty, drill=drill), by=by)
        return account

    def create_key(self, unit: Unit, key: str, *, duty: Duty, by: str, now_ms: Instant, drill: bool = False) -> str:
        """Keep a new key and return its token, which is shown this once.

        Raises:
            Malformed: when the id is not ``[a-z0-9-]``.
            NotPermitted: when the duty is the post's own or the public's.
            Conflict: when the id is taken.
        """
        _check_name(_KEY_ID, key, duty=duty)
        if unit.state(f"key/{key}") is not None:
            raise Conflict(f"there is already a key {key}", key=key)
        secret = self._secret()
        kept = ApiKey(
            id=key, duty=duty, post=self._post, digest=_digest(secret).hex(), created_at_ms=now_ms, drill=drill
        )
        unit.put_state(f"key/{key}", encode(kept))
        self._note(unit, KeyCreated(at_ms=now_ms, key=key, duty=duty, drill=drill), by=by)
        return f"gpk_{key}_{secret}"

    def disable_account(self, unit: Unit, login: str, *, by: str, now_ms: Instant) -> None:
        """Close an account and end its sessions.

        Raises:
            NotFound: when there is no such account.
        """
        account = self._account(unit, login)
        if account is None:
            raise NotFound(f"there is no account {login}", login=login)
        unit.put_state(f"account/{login}", encode(msgspec.structs.replace(account, disabled=True)))
        for name, raw in unit.states("session/"):
            if msgspec.json.decode(raw, type=Session).login == login:
                unit.put_state(name, None)
        self._note(unit, AccountDisabled(at_ms=now_ms, login=login), by=by)
        self._believed.clear()

    def disable_key(self, unit: Unit, key: str, *, by: str, now_ms: Instant) -> None:
        """Close a key.

        Raises:
            NotFound: when there is no such key.
        """
        raw = unit.state(f"key/{key}")
        if raw is None:
            raise NotFound(f"there is no key {key}", key=key)
        kept = msgspec.json.decode(raw, type=ApiKey)
        unit.put_state(f"key/{key}", encode(msgspec.structs.replace(kept, disabled=True)))
        self._note(unit, KeyDisabled(at_ms=now_ms, key=key), by=by)
        self._believed.clear()

    def listed(self) -> list[Account | ApiKey]:
        """Return all accounts, then all keys, each by name; hashes and digests are in them, so show fields one by one."""
        with self._ledger.read() as reader:
            accounts = [msgspec.json.decode(raw, type=Account) for _, raw in reader.states("account/")]
            keys = [msgspec.json.decode(raw, type=ApiKey) for _, raw in reader.states("key/")]
        return [*accounts, *keys]

    # --- logging in -----------------------------------------------------------------------

    def check_password(self, login: str, password: str, now_ms: Instant) -> Account:
        """Return the account when ``password`` is its own; slow on purpose, for a thread of its own.

        An unknown login takes as long as a known one, so that the time tells nothing.

        Raises:
            RateLimited: after too many failures in a row; ``retry_after_s`` says when to come back.
            Unauthenticated: when login and password do not belong together or the account is disabled.
        """
        self._refuse_locked(login, now_ms)
        with self._ledger.read() as reader:
            account = self._account(reader, login)
        right = self._matches(account, password)
        if account is None or account.disabled or not right:
            self._count_failure(login, now_ms)
            raise Unauthenticated("login and password do not belong together, or the account is disabled")
        self._failures.pop(login, None)
        return account

    def open_session(self, unit: Unit, account: Account, now_ms: Instant) -> tuple[str, Session]:
        """Keep a new session for ``account`` and return its token; forgets sessions that have expired."""
        for name, raw in unit.states("session/"):
            if msgspec.json.decode(raw, type=Session).expires_at_ms <= now_ms:
                unit.put_state(name, None)
        secret = self._secret()
        session = Session(login=account.login, expires_at_ms=now_ms + SESSION_MS)
        unit.put_state(f"session/{_digest(secret).hex()}", encode(session))
        return f"gps_{secret}", session

    def close_session(self, unit: Unit, token: str) -> None:
        """Forget the session of ``token``, if there is one."""
        unit.put_state(f"session/{_digest(token.removeprefix('gps_')).hex()}", None)
        # Until this is durable a request beside it still reads the session: it must not be believed again.
        self._ended[_digest(token)] = None
        self._believed.pop(_digest(token), None)
        while len(self._ended) > CACHED_MAX:
            self._ended.popitem(last=False)

    # --- calling --------------------------------------------------------------------------

    def actor_of(self, token: str, now_ms: Instant) -> Actor:
        """Return who calls with ``token``.

        Raises:
            Unauthenticated: when the token is unknown, expired or disabled; it does not say which.
        """
        name = _digest(token)
        if name in self._ended:
            raise Unauthenticated(_NO_SUCH)
        believed = self._believed.get(name)
        if believed is not None and now_ms < believed.until_ms:
            return believed.actor
        actor, until_ms = self._read_actor(token, now_ms)
        self._believed[name] = _Believed(actor, min(until_ms, now_ms + CACHE_MS))
        self._believed.move_to_end(name)
        while len(self._believed) > CACHED_MAX:
            self._believed.popitem(last=False)
        return actor

    def _read_actor(self, token: str, now_ms: Instant) -> tuple[Actor, int]:
        form, _, rest = token.partition("_")
        with self._ledger.read() as reader:
            if form == "gpk":
                return self._key_actor(reader, rest), now_ms + CACHE_MS
            if form == "gps":
                return self._session_actor(reader, rest, now_ms)
        raise Unauthenticated(_NO_SUCH)

    def _key_actor(self, reader: Reader, rest: str) -> Actor:
        key, _, secret = rest.partition("_")
        raw = reader.state(f"key/{key}") if _KEY_ID.fullmatch(key) else None
        if raw is None:
            raise Unauthenticated(_NO_SUCH)
        kept = msgspec.json.decode(raw, type=ApiKey)
        same = hmac.compare_digest(bytes.fromhex(kept.digest), _digest(secret))
        if not same or kept.disabled:
            raise Unauthenticated(_NO_SUCH)
        return Actor(kept.id, kept.duty, kept.post, kept.drill)

    def _session_actor(self, reader: Reader, secret: str, now_ms: Instant) -> tuple[Actor, int]:
        raw = reader.state(f"session/{_digest(secret).hex()}")
        if raw is None:
            raise Unauthenticated(_NO_SUCH)
        session = msgspec.json.decode(raw, type=Session)
        account = self._account(reader, session.login)
        if account is None or account.disabled or session.expires_at_ms <= now_ms:
            raise Unauthenticated(_NO_SUCH)
        actor = Actor(account.login, account.duty, account.post, account.drill, account.licence)
        return actor, session.expires_at_ms

    # --- inside ---------------------------------------------------------------------------

    @staticmethod
    def _account(reader: Reader, login: str) -> Account | None:
        raw = reader.state(f"account/{login}") if _LOGIN.fullmatch(login) else None
        return None if raw is None else msgspec.json.decode(raw, type=Account)

    def _matches(self, account: Account | None, password: str) -> bool:
        if not self._decoy:
            self._decoy = self._hasher.hash(self._secret())
        try:
            matched = self._hasher.verify(account.password if account else self._decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return account is not None and matched

    def _refuse_locked(self, login: str, now_ms: Instant) -> None:
        known = self._failures.get(login)
        if known is not None and now_ms < known.locked_until_ms:
            wait_s = -(-(known.locked_until_ms - now_ms) // SECOND_MS)
            raise RateLimited("too many wrong passwords; the login is locked for a while", retry_after_s=wait_s)

    def _count_failure(self, login: str, now_ms: Instant) -> None:
        known = self._failures.setdefault(login, _Failures())
        self._failures.move_to_end(login)
        known.count += 1
        if known.count >= LOGIN_FAILURES_MAX:
            known.count, known.locked_until_ms = 0, now_ms + LOCK_MS
        while len(self._failures) > WATCHED_LOGINS_MAX:
            self._failures.popitem(last=False)

    def _secret(self) -> str:
        return base64.b32encode(self._entropy.token(SECRET_BYTES)).decode().lower()

    def _note(self, unit: Unit, event: AuditEvent, *, by: str) -> None:
        self._record(unit, event, stamp(event, actor=by))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _check_name(form: re.Pattern[str], name: str, *, duty: Duty) -> None:
    if form.fullmatch(name) is None:
        raise Malformed(f"{name!r} is not a name for a login or key: small letters, digits and hyphens", name=name)
    if duty not in _OUTSIDE:
        raise NotPermitted(f"no account and no key may have the duty {duty.value}", duty=duty.value)
