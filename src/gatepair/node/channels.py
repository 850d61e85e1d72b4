"""Customs' own profiles at a post: the choice, its record for the auditor, the salt of each day and its commitment.

Where customs keeps no profile for a role, the plan's public shares decide (:mod:`gatepair.clearance.channel.of_plan`).
What a profile chose and why stands in the audit stream alone, which the feed shows to auditors and nobody else; the
event of the crossing holds the channel, the version, the draw and the reason, and only customs and auditors are shown
more of it than the channel.  Nothing of either is in a message to the partner.
"""

from __future__ import annotations

import dataclasses
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.entries import Entry
from gatepair.base.errors import NotFound
from gatepair.base.time import Instant, to_datetime
from gatepair.clearance import checks
from gatepair.clearance.channel.auditing import Recorded, ShadowChoice, record
from gatepair.clearance.channel.budget import BayHour, Booked, LocalHour, book
from gatepair.clearance.channel.choosing import Chosen, choose
from gatepair.clearance.channel.draw import commitment
from gatepair.clearance.channel.profile import Subject, subject_of
from gatepair.clearance.sheets import is_date
from gatepair.crossing.commands import AssignChannel
from gatepair.crossing.context import ChannelDraw, Context
from gatepair.crossing.state import Crossing
from gatepair.node import audit
from gatepair.node.ports import Reader, Row, Stamp, Unit

if TYPE_CHECKING:
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder

MODEL: Final = "head"
KEY: Final = "channel"
_CHOSEN: Final = audit.WIRE_NAMES[audit.ChannelChosen]
_COMMITTED: Final = audit.WIRE_NAMES[audit.ChannelSaltCommitted]
_DAYS_KEPT: Final = 2
"""Days back for which bookings are kept: acts that a restore lost are given again with their own times."""


class BayCount(Struct, frozen=True):
    """How many inspections one bay has in one hour."""

    day: date
    hour: int
    bay: str
    count: int


class ChannelHead(Struct, frozen=True, omit_defaults=True):
    """What a start needs to go on: bookings by hour and bay, and the last period that was committed to."""

    booked: tuple[BayCount, ...] = ()
    committed: str = ""

    def bookings(self) -> Booked:
        """Return the bookings by bay and hour."""
        return {BayHour(LocalHour(each.day, each.hour), each.bay): each.count for each in self.booked}


def salt_of(secret: bytes, period: str) -> str:
    """Return the salt (hex) of the local date ``period``; of other days it tells nothing."""
    return hmac.digest(secret, b"channel:" + period.encode(), "sha256")[:16].hex()


@dataclass(frozen=True, slots=True)
class Made:
    """A choice with what it was made from."""

    chosen: Chosen
    record: Recorded


def chosen_for(post: Post, unit: Unit, command: Struct, crossing: Crossing | None, *, now_ms: int) -> Made | None:
    """Return what the profiles in force choose for ``crossing``, when ``command`` asks for its channel.

    None for every other command, and where customs keeps no profile for it.
    """
    if not isinstance(command, AssignChannel) or crossing is None or not post.profiles:
        return None
    when, subject = _local_hour(post, now_ms), _subject(post, crossing)
    salt, booked = post.period_salt(when.day.isoformat()), _head(unit).bookings()
    chosen = choose(subject, post.profiles, when=when, salt=salt, booked=booked)
    return None if chosen is None else Made(chosen, record(chosen.choice, subject, when))


def with_choice(context: Context, made: Made | None) -> Context:
    """Return ``context`` with the choice as the crossing takes it."""
    if made is None:
        return context
    choice = made.chosen.choice
    draw = ChannelDraw(choice.channel, choice.version, choice.draw_permille, choice.reason)
    return dataclasses.replace(context, channel=draw)


def note(post: Post, recorder: Recorder, made: Made | None, *, now_ms: int, stamp: Stamp) -> None:
    """Record for the auditor what was chosen, from what, and what each shadow would have chosen."""
    if made is None:
        return
    commit(post, recorder)
    shadows = tuple(ShadowChoice(each.profile, each.version, each.channel, each.reason) for each in made.chosen.shadows)
    event = audit.ChannelChosen(at_ms=now_ms, record=made.record, shadows=shadows)
    recorder.audit([audit.draft(post.key, event)], stamp)


def commit(post: Post, recorder: Recorder) -> None:
    """Record the commitments to the salts of today and tomorrow, each once, where customs keeps profiles.

    So every period but the first of a post is committed to on the day before it.
    """
    if not post.profiles:
        return
    known = _head(recorder.unit).committed
    today = post.today()
    for day in (today, today + timedelta(days=1)):
        period = day.isoformat()
        if known < period:
            digest = commitment(post.period_salt(period), post=post.key, period=period)
            event = audit.ChannelSaltCommitted(at_ms=post.now(), commitment=digest, period=period)
            recorder.audit([audit.draft(post.key, event)], audit.stamp(event, actor=post.me.id))


def salt_shown(post: Post, period: str) -> dict[str, str]:
    """Return the salt of a ``period`` that is over, with its commitment.

    Raises:
        NotFound: the period is not over yet; a salt that is known beforehand lets anybody work out draws to come.
    """
    if not is_date(period) or date.fromisoformat(period) >= post.today():
        raise NotFound("the salt of a period is shown after it, by its local date", period=period[:10])
    salt = post.period_salt(period)
    return {"commitment": commitment(salt, post=post.key, period=period), "period": period, "salt": salt}


def keep(unit: Unit, entry: Entry) -> None:
    """Take one entry of the audit stream into the row from which a start goes on."""
    if entry.type == _COMMITTED:
        event = msgspec.json.decode(entry.payload, type=audit.ChannelSaltCommitted)
        _put(unit, msgspec.structs.replace(_head(unit), committed=event.period))
    elif entry.type == _CHOSEN:
        made = msgspec.json.decode(entry.payload, type=audit.ChannelChosen).record
        if made.bay and made.bay_day is not None:
            taken = BayHour(LocalHour(made.bay_day, made.bay_hour), made.bay)
            _put(unit, _booked(_head(unit), taken, since=made.day - timedelta(days=_DAYS_KEPT)))


def _booked(head: ChannelHead, taken: BayHour, *, since: date) -> ChannelHead:
    bookings = book(head.bookings(), taken)
    kept = (
        BayCount(each.when.day, each.when.hour, each.bay, bookings[each])
        for each in sorted(bookings)
        if each.when.day >= since
    )
    return msgspec.structs.replace(head, booked=tuple(kept))


def _head(reader: Reader) -> ChannelHead:
    row = reader.row(MODEL, KEY)
    return ChannelHead() if row is None else msgspec.json.decode(row.document, type=ChannelHead)


def _put(unit: Unit, head: ChannelHead) -> None:
    unit.put_row(MODEL, Row(key=KEY, sort=0, document=encode(head)))


def _subject(post: Post, crossing: Crossing) -> Subject:
    """Return what profiles may know of ``crossing``, with what the checks found in it and in what was lodged for it."""
    found = checks.check_declaration(crossing.declaration, crossing.binding, load=crossing.load)
    codes = [finding.code for finding in found]
    codes += [finding.code for lodged in crossing.lodged for finding in lodged.findings]
    return subject_of(crossing, post=post.key, findings=codes)


def _local_hour(post: Post, now_ms: int) -> LocalHour:
    local = to_datetime(Instant(now_ms)).astimezone(ZoneInfo(post.plan.timezone_of(post.key)))
    return LocalHour(local.date(), local.hour)
