"""The plain engine's draws: the table of distributions read as lists."""

from __future__ import annotations

import math

from gatepair.twin.distributions import to_ticks, value_at
from gatepair.twin.draws import Word, mirrored, run_key, unit, word
from gatepair.twin.program import Draw, Program
from gatepair.twin.units import NEVER


class Chance:
    """The draws of one replication."""

    def __init__(self, program: Program, /, *, seed: int, replication: int, antithetic: bool) -> None:
        self._key = run_key(seed, replication)
        self._antithetic = antithetic
        self._dists = program.dists.tolist()
        self._reals = program.dist_reals.tolist()
        quantiles = program.quantiles.tolist()
        self._tables = [quantiles[offset : offset + length] for _, offset, length, *_ in self._dists]
        self._recorded = program.recorded.tolist()

    def lanes(self, entity: int, activity: int, lap: int, /) -> Word:
        """Return both lanes of the draw, mirrored in an antithetic run."""
        one, other = word(self._key, entity, activity, lap)
        return (mirrored(one), mirrored(other)) if self._antithetic else (one, other)

    def unit(self, entity: int, activity: int, lap: int, /, *, lane: int = 0) -> float:
        """Return the number between 0 and 1 of one lane."""
        return unit(self.lanes(entity, activity, lap)[lane])

    def ticks(self, dist: int, lane: int, /, *, row: int) -> int:
        """Return the ticks that distribution ``dist`` gives for ``lane``; ``row`` is the entity's recorded row."""
        kind, _, _, cells, _, column = self._dists[dist]
        if kind == Draw.RECORDED:
            return int(self._recorded[row][column]) if row >= 0 else 0
        p0, p1, shift = self._reals[dist]
        return to_ticks(value_at(Draw(kind), unit(lane), reals=(p0, p1, shift), table=self._tables[dist], cells=cells))


class RateClock:
    """The arrivals of one source whose rate varies, by exact inversion of its cumulated rate.

    Source: E. Cinlar, "Introduction to Stochastic Processes" (1975), section 4.7: unit exponentials, taken back
    through the cumulated rate.
    """

    def __init__(self, segments: list[list[float]], period: int, /) -> None:
        self._segments = segments
        self._period = period
        self._base = 0
        self._at = 0.0
        self._segment = 0

    def next(self, u: float, /) -> int:
        """Return the tick of the next arrival for a draw ``u``, or NEVER."""
        need = -math.log(1 - u)
        while True:
            if self._segment == len(self._segments):
                if not self._period:
                    return NEVER
                self._base += self._period
                self._at = 0.0
                self._segment = 0
            end, rate = self._segments[self._segment]
            if rate > 0:
                room = (end - self._at) * rate
                if need <= room:
                    self._at += need / rate
                    return self._base + math.floor(self._at)
                need -= room
            self._at = end
            self._segment += 1


class WorkingHours:
    """The calendars of a program: when so much working time has passed."""

    def __init__(self, program: Program, /) -> None:
        self._calendars = program.calendars.tolist()
        self._spans = program.spans.tolist()

    def end(self, calendar: int, now: int, work: int, /) -> int:
        """Return the tick at which ``work`` ticks of working time from ``now`` are over, or NEVER.

        No work ends now if it is open, and at the next opening otherwise.
        """
        first, count, period, total = self._calendars[calendar]
        spans = self._spans[first : first + count]
        cycle, within = divmod(now, period) if period else (0, now)
        if work == 0:
            for opens, closes, _ in spans:
                if within < closes:
                    return int(cycle * period + max(within, opens))
            return (cycle + 1) * int(period) + int(spans[0][0]) if period else NEVER
        target = work + sum(min(max(within - opens, 0), closes - opens) for opens, closes, _ in spans)
        if period:
            more, target = divmod(target - 1, total)
            cycle, target = cycle + more, target + 1
        for opens, closes, before in spans:
            if target <= before + closes - opens:
                return int(cycle * period + opens + target - before)
        return NEVER
