"""Accounts, keys and sessions: what is kept, what is recorded, who is locked out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.errors import (
    Conflict,
    Malformed,
    NotFound,
    NotPermitted,
    RateLimited,
    Unauthenticated,
)
from gatepair.base.time import Instant
from gatepair.node.accounts import (
    CACHE_MS,
    LOCK_MS,
    LOGIN_FAILURES_MAX,
    SESSION_MS,
    WATCHED_LOGINS_MAX,
    Accounts,
)
from web.stand_in import CHEAP, START_MS, CountedEntropy

PASSWORD = "correct horse battery"


class Desk:
    """Accounts over a ledger in memory."""

    def __init__(self):
        self.ledger = MemoryLedger()
        self.accounts = Accounts(self.ledger, post="huu-nghi", entropy=CountedEntropy(), hasher=CHEAP)

    def write(self, work):
        with self.ledger.begin() as unit:
            return work(unit)

    def account(self, login="officer.7", duty=Duty.CUSTOMS, now_ms=START_MS):
        hashed = self.accounts.hash_password(PASSWORD)
        return self.write(
            lambda unit: self.accounts.create_account(
                unit, login, duty=duty, password_hash=hashed, by="chief", now_ms=now_ms
            )
        )

    def key(self, name="yard-1", duty=Duty.YARD, now_ms=START_MS):
        return self.write(lambda unit: self.accounts.create_key(unit, name, duty=duty, by="chief", now_ms=now_ms))

    def session(self, now_ms=START_MS):
        account = self.accounts.check_password("officer.7", PASSWORD, now_ms)
        return self.write(lambda unit: self.accounts.open_session(unit, account, now_ms))[0]

    def kept(self):
        """Return everything the ledger keeps, as one text."""
        with self.ledger.read() as reader:
            states = [value for prefix in ("account/", "key/", "session/") for value in reader.states(prefix)]
            return repr(states) + repr(reader.entries(after=0, limit=100))


@pytest.fixture
def desk():
    return Desk()


def test_no_secret_is_kept(desk):
    """Neither password, key secret nor session token can be read out of the ledger."""
    desk.account()
    key, session = desk.key(), desk.session()
    for secret in (PASSWORD, key, key.split("_")[2], session, session.split("_")[1]):
        assert secret not in desk.kept()


def test_a_licence_is_a_drivers_and_stands_in_the_account_alone(desk):
    """It ties him to the crossings that name it, is in no entry of the ledger, and nobody else has one."""

    def make(login: str, duty: Duty) -> None:
        hashed = desk.accounts.hash_password(PASSWORD)
        desk.write(
            lambda unit: desk.accounts.create_account(
                unit, login, duty=duty, password_hash=hashed, by="chief", now_ms=START_MS, licence="SYN-0007"
            )
        )

    make("driver.7", Duty.DRIVER)
    account = desk.accounts.check_password("driver.7", PASSWORD, START_MS)
    token, _ = desk.write(lambda unit: desk.accounts.open_session(unit, account, START_MS))
    assert "SYN-0007" == desk.accounts.actor_of(token, START_MS).licence
    with desk.ledger.read() as reader:
        assert not [entry for entry in reader.entries(after=0, limit=100) if b"SYN-0007" in entry.payload]
    with pytest.raises(Malformed):
        make("yard.7", Duty.YARD)


def test_making_and_disabling_is_recorded(desk):
    """The audit stream names who made which account and key, and who disabled them, without a hash."""
    desk.account()
    desk.key()
    desk.write(lambda unit: desk.accounts.disable_key(unit, "yard-1", by="chief", now_ms=START_MS))
    desk.write(lambda unit: desk.accounts.disable_account(unit, "officer.7", by="chief", now_ms=START_MS))
    with desk.ledger.read() as reader:
        entries = reader.stream("audit/huu-nghi")
    assert ["AccountCreated/1", "KeyCreated/1", "KeyDisabled/1", "AccountDisabled/1"] == [e.type for e in entries]
    assert {"chief"} == {entry.actor for entry in entries}
    assert not [entry for entry in entries if b"argon2" in entry.payload or b"digest" in entry.payload]


def test_a_key_names_its_actor(desk):
    """A key stands for one duty at one post."""
    actor = desk.accounts.actor_of(desk.key(), START_MS)
    assert ("yard-1", Duty.YARD, "huu-nghi", False) == (actor.id, actor.duty, actor.post, actor.drill)


@pytest.mark.parametrize("duty", [Duty.NODE, Duty.PUBLIC])
def test_some_duties_have_no_credential(desk, duty):
    """Nobody outside can be the post's own clockwork, and the public needs no key."""
    with pytest.raises(NotPermitted):
        desk.key(duty=duty)


@pytest.mark.parametrize("name", ["", "A", "a_b", "../x", "a" * 60, "a b", "ключ"])
def test_a_name_of_another_form(desk, name):
    """A name that could be mistaken for another part of a token or a state is refused."""
    with pytest.raises(Malformed):
        desk.key(name)


def test_a_name_is_given_once(desk):
    """A second account or key of one name would take over the first one's history."""
    desk.key()
    desk.account()
    with pytest.raises(Conflict):
        desk.key()
    with pytest.raises(Conflict):
        desk.account()


@pytest.mark.parametrize("password", ["short", "x" * 201, ""])
def test_a_password_has_a_length(desk, password):
    """Too short is guessed, too long is work for nothing."""
    with pytest.raises(Malformed):
        desk.accounts.hash_password(password)


def test_a_wrong_password_and_an_unknown_login_are_told_alike(desk):
    """The answer does not tell which logins exist."""
    desk.account()
    told = []
    for login in ("officer.7", "nobody", "../../x", "\N{SNOWMAN}"):
        with pytest.raises(Unauthenticated) as caught:
            desk.accounts.check_password(login, "wrong password", START_MS)
        told.append(caught.value.message)
    assert 1 == len(set(told))


def test_too_many_failures_lock_the_login(desk):
    """After five wrong passwords even the right one must wait; then it opens again."""
    desk.account()
    for _ in range(LOGIN_FAILURES_MAX):
        with pytest.raises(Unauthenticated):
            desk.accounts.check_password("officer.7", "wrong password", START_MS)
    with pytest.raises(RateLimited) as caught:
        desk.accounts.check_password("officer.7", PASSWORD, START_MS)
    assert LOCK_MS // 1000 == caught.value.fields["retry_after_s"]
    with pytest.raises(RateLimited):
        desk.accounts.check_password("officer.7", PASSWORD, Instant(START_MS + LOCK_MS - 1))
    assert "officer.7" == desk.accounts.check_password("officer.7", PASSWORD, Instant(START_MS + LOCK_MS)).login


def test_a_success_forgets_the_failures(desk):
    """Only failures in a row count."""
    desk.account()
    for _ in range(3):
        for _ in range(LOGIN_FAILURES_MAX - 1):
            with pytest.raises(Unauthenticated):
                desk.accounts.check_password("officer.7", "wrong password", START_MS)
        desk.accounts.check_password("officer.7", PASSWORD, START_MS)


def test_guessing_many_logins_fills_no_memory(desk):
    """The number of watched logins has a bound."""
    for number in range(WATCHED_LOGINS_MAX + 50):
        desk.accounts._count_failure(f"login-{number}", START_MS)
    assert WATCHED_LOGINS_MAX == len(desk.accounts._failures)


def test_a_session_ends_on_its_hour(desk):
    """A session holds up to its end and not at it."""
    desk.account()
    token = desk.session()
    assert Duty.CUSTOMS is desk.accounts.actor_of(token, Instant(START_MS + SESSION_MS - 1)).duty
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(token, Instant(START_MS + SESSION_MS))


def test_what_is_believed_never_outlives_the_session(desk):
    """A session read a moment before its end is not believed after it."""
    desk.account()
    token = desk.session()
    desk.accounts.actor_of(token, Instant(START_MS + SESSION_MS - CACHE_MS // 2))
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(token, Instant(START_MS + SESSION_MS))


def test_a_session_that_is_being_closed_is_not_believed_again(desk):
    """A request between the order and its being durable reads the session as it was, and must not keep it alive."""
    desk.account()
    token = desk.session()

    def close(unit):
        desk.accounts.close_session(unit, token)
        with pytest.raises(Unauthenticated):
            desk.accounts.actor_of(token, START_MS)

    desk.write(close)
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(token, START_MS)


def test_disabling_ends_everything_at_once(desk):
    """A disabled account logs in no more and its open sessions are closed; a closed session too."""
    desk.account()
    first, second = desk.session(), desk.session()
    desk.accounts.actor_of(first, START_MS)
    desk.write(lambda unit: desk.accounts.close_session(unit, second))
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(second, START_MS)
    desk.write(lambda unit: desk.accounts.disable_account(unit, "officer.7", by="chief", now_ms=START_MS))
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(first, START_MS)
    with pytest.raises(Unauthenticated):
        desk.accounts.check_password("officer.7", PASSWORD, START_MS)


def test_a_key_disabled_elsewhere_is_believed_a_few_seconds_at_most(desk):
    """Another worker of the post that disabled a key is heard within the cache's time."""
    token = desk.key()
    desk.accounts.actor_of(token, START_MS)
    other = Accounts(desk.ledger, post="huu-nghi", entropy=CountedEntropy(), hasher=CHEAP)
    desk.write(lambda unit: other.disable_key(unit, "yard-1", by="chief", now_ms=START_MS))
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(token, Instant(START_MS + CACHE_MS))


def test_what_is_not_there_cannot_be_disabled(desk):
    """A mistyped name is told, not passed over."""
    with pytest.raises(NotFound):
        desk.write(lambda unit: desk.accounts.disable_key(unit, "nobody", by="chief", now_ms=START_MS))
    with pytest.raises(NotFound):
        desk.write(lambda unit: desk.accounts.disable_account(unit, "nobody", by="chief", now_ms=START_MS))


def test_old_sessions_are_swept(desk):
    """A login forgets sessions that have ended, so that they do not pile up."""
    desk.account()
    desk.session()
    desk.session(Instant(START_MS + SESSION_MS))
    with desk.ledger.read() as reader:
        assert 1 == len(reader.states("session/"))


@given(token=st.text(max_size=80))
def test_no_other_text_is_a_credential(token):
    """Whatever is sent as a token is refused in one way, never by an error of another kind."""
    desk = Desk()
    desk.key()
    with pytest.raises(Unauthenticated):
        desk.accounts.actor_of(token, START_MS)
