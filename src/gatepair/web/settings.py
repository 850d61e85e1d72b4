"""Settings of the web layer, each documented in ``docs/reference/settings.md``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from gatepair.base.errors import SettingInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Limits of the interface; the defaults suit one gate behind one proxy or none."""

    body_bytes_max: int = 1 << 20
    """Largest request body in bytes."""
    commands_max: int = 200
    """Most commands in one batch."""
    request_timeout_s: int = 30
    """A request that is not answered by then gets ``overloaded``; streams are exempt."""
    principal_per_s: int = 50
    """Requests a second that one account or key may make in the long run."""
    principal_burst: int = 200
    """Requests that one account or key may make at once."""
    address_per_s: int = 20
    """Requests a second without credential from one address in the long run."""
    address_burst: int = 100
    """Requests without credential from one address at once."""
    login_per_min: int = 10
    """Login attempts a minute from one address; failures by login are counted besides."""
    buckets_max: int = 20_000
    """Callers whose rate is remembered; beyond it the one longest unheard is forgotten."""
    followers_max: int = 128
    """Event streams of desks, walls and the feed open at once. Assumed: twice the desks of a large gate."""
    followers_per_person: int = 16
    """Of these and of phones, those that one account or key may have open. Assumed: a desk's tabs and a wall."""
    phones_max: int = 500
    """Drivers' phones that are told of changes at once; one beyond it asks by itself four times a minute. So many were measured by ``bench/screens.py``."""
    follow_heartbeat_s: int = 15
    """Silence in an event stream after which a comment is sent, so that proxies keep it open."""
    password_checks_max: int = 2
    """Passwords checked at once; each takes about 64 MiB of memory for some tens of milliseconds."""
    https: bool = False
    """Whether callers reach this post over HTTPS; then HSTS is sent."""
    trusted_proxy: str = ""
    """Address of the proxy whose ``X-Forwarded-For`` is believed; empty believes nobody."""
    board_refresh_s: int = 60
    """How often the public page asks again."""
    texts_per_place: int = 3
    """Text messages an hour about one place, and to one number."""
    texts_per_address: int = 10
    """Text messages an hour that one address may ask for."""
    texts_per_hour: int = 300
    """Text messages an hour in all: each costs money."""
    public_address: str = ""
    """Address at which drivers reach the public page, for the QR code on a slip; empty takes the one asked, and puts no link into text messages."""


def settings_from(given: Mapping[str, int | str]) -> WebSettings:
    """Return the defaults with what ``given`` (``web`` of ``post.json``) sets otherwise.

    Raises:
        SettingInvalid: an unknown name, a value of another kind, or a limit below 1.
    """
    known = {field.name: type(field.default) for field in fields(WebSettings)}
    for name, value in given.items():
        if name not in known:
            raise SettingInvalid(f"post.json: web has no setting {name}; it has {', '.join(known)}", setting=name)
        # A truth value is an int to Python, so the types are compared and not asked for kinship.
        if type(value) is not known[name]:
            raise SettingInvalid(f"post.json: web.{name} must be a {known[name].__name__}", setting=name)
        if isinstance(value, int) and not isinstance(value, bool) and value < 1:
            raise SettingInvalid(f"post.json: web.{name} must be 1 or more", setting=name)
    return WebSettings(**given)  # type: ignore[arg-type]  # compared above
