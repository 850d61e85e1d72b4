"""Runs seeds: ``python -m exchange.sim.run --seeds 0:1000``, in the folder of the tests.

A seed decides everything, so that the one that failed can be run again alone.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Final

from exchange.pair import NORTH, SOUTH
from exchange.sim.disk import Fate
from exchange.sim.parameters import TICK_MS, Parameters
from exchange.sim.posts import KINDS, SimPost, settings
from exchange.sim.referee import Broken
from exchange.sim.world import World

PORTION: Final = 50
"""Seeds that a process runs before it reports."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What one seed came to."""

    seed: int
    entries: int
    rounds: int


class Failed(AssertionError):
    """A run found something; the text says how to see it again."""


def run(seed: int) -> Summary:
    """Run ``seed``: a stretch of trouble, in which nothing unsafe may happen, then the way back together.

    Raises:
        Failed: a guarantee does not hold, or the product raised what it does not document.
    """
    world = settled(seed)
    return Summary(seed, world.entries, world.rounds)


def settled(seed: int) -> World:
    """Return the world of ``seed`` when both sides have come together. Raises Failed as :func:`run` does."""
    world = World(Parameters.drawn(seed))
    try:
        with settings(recent_trees=world.parameters.recent_trees):
            trouble(world)
            world.heal()
            world.come_together()
    except Exception as error:
        raise Failed(report(world, error)) from error
    return world


def trouble(world: World) -> None:
    """Let the seed's faults happen, tick by tick."""
    chance = world.parameters
    dice = random.Random(chance.seed + 1)
    for post in world.posts.values():
        post.beat_ms = chance.beat_ticks * TICK_MS
        post.clock.skew_ms = dice.randint(-chance.skew_ms_max, chance.skew_ms_max)
        post.clock.drift_ppm = dice.randint(-chance.drift_ppm_max, chance.drift_ppm_max)
        post.clock.wobble_ms = chance.wobble_ms_max
    folk = random.Random(chance.seed + 2)
    for _ in range(chance.ticks):
        for post in world.posts.values():
            _talk(world, post.name, dice)
            _trouble_post(world, post, dice)
            _trouble_line(world, post.name, dice)
            _people(world, post.name, folk)
        world.pass_time()


def _talk(world: World, name: str, dice: random.Random) -> None:
    chance, lanes = world.parameters, list(KINDS)
    if dice.random() < chance.talk:
        lane = lanes[chance.seed % len(lanes)] if dice.random() < chance.one_lane else dice.choice(lanes)
        world.say(name, lane, dice.randint(1, chance.burst_max))
    if dice.random() < chance.odd:
        world.say_oddly(name, dice.choice(lanes), dice.randrange(1_000))
    if dice.random() < chance.odd / 2:
        world.say_again(name, dice)
    if dice.random() < chance.intrude:
        world.intrude(name, dice.choice(lanes))
    if dice.random() < chance.fork:
        world.fork(name, dice.choice(lanes))
    if dice.random() < chance.erase:
        world.erase(name, dice)


def _trouble_post(world: World, post: SimPost, dice: random.Random) -> None:
    chance, name = world.parameters, post.name
    if dice.random() < chance.crash:
        post.sleep_ms = dice.randint(0, chance.down_ticks_max) * TICK_MS
        world.doom(name, Fate.LOST if dice.random() < chance.crash_unsynced else Fate.KEPT)
    if dice.random() < chance.full:
        world.fill(name, full=True)
    elif post.disk.full and dice.random() < 1 / chance.full_ticks_max:
        world.fill(name, full=False)
    if dice.random() < chance.back_up:
        world.back_up(name)
    if dice.random() < chance.rot:
        world.rot(name, dice)
    if dice.random() < chance.restore:
        # When both second media are lost, nobody may know any more what was signed: then people must look.
        forgets = name == forgetful(chance)
        lost = dice.random() < chance.marks_lost and forgets
        declared = dice.random() < chance.declare and forgets and not lost
        world.restore(name, dice.randrange(100), marks_lost=lost, declared=declared)
    if post.damaged and dice.random() < 0.3:
        world.mend(name)
    if dice.random() < chance.marks_full:
        post.marks.full = not post.marks.full
    if dice.random() < chance.step:
        post.clock.step(dice.randint(-60_000, 60_000))


def _people(world: World, name: str, dice: random.Random) -> None:
    chance = world.parameters
    if dice.random() < chance.courier:
        spoilt = dice if dice.random() < chance.garble else None
        world.send_courier(name, dice.randint(1, chance.courier_ticks_max) * TICK_MS, spoilt)
    if dice.random() < chance.freeze:
        world.freeze(name, dice.choice(list(KINDS)))
    if dice.random() < 2 * chance.freeze:
        for lane in KINDS:
            world.unfreeze(name, lane)


def forgetful(chance: Parameters) -> str:
    """Return the one post that may lose its second medium."""
    return (NORTH, SOUTH)[chance.seed % 2]


def _trouble_line(world: World, sender: str, dice: random.Random) -> None:
    chance, line = world.parameters, world.line
    if dice.random() < chance.cut:
        line.cut_until[sender] = world.now_ms + dice.randint(1, chance.cut_ticks_max) * TICK_MS
    if dice.random() < chance.clog:
        line.clogged_until[sender] = world.now_ms + dice.randint(1, 5) * TICK_MS


def report(world: World, error: Exception) -> str:
    """Return what a person needs to see the failure again."""
    where = "" if isinstance(error, Broken) else "".join(traceback.format_exception(error)[-6:])
    happened = "\n".join("  " + " ".join(map(str, each)) for each in world.trace)
    return (
        f"{type(error).__name__}: {error}\n{where}{world.parameters.described()}\n{happened}\n"
        f"again: python -m exchange.sim.run --seeds {world.parameters.seed}"
    )


def run_portion(seeds: range) -> tuple[range, int, str]:
    """Run ``seeds``; return them, the entries written, and the report of the first failure, empty when there is none."""
    entries = 0
    for seed in seeds:
        try:
            entries += run(seed).entries
        except Failed as failed:
            return seeds, entries, str(failed)
    return seeds, entries, ""


def main() -> int:
    """Run the seeds asked for and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0:1000", help="one seed, or FIRST:END")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop when so many are over")
    parser.add_argument("--kept", type=Path, help="file that keeps how far a run came, from where the next goes on")
    asked = parser.parse_args()
    first, _, end = asked.seeds.partition(":")
    start, stop = int(first), int(end or int(first) + 1)
    if asked.kept is not None and asked.kept.exists():
        start = max(start, int(asked.kept.read_text()))
    portions = [range(begin, min(begin + PORTION, stop)) for begin in range(start, stop, PORTION)]
    began, entries, done = time.monotonic(), 0, 0
    with Pool(asked.jobs) as pool:
        for seeds, written, failure in pool.imap(run_portion, portions):
            if failure:
                print(failure)
                return 1
            entries, done = entries + written, done + len(seeds)
            if asked.kept is not None:
                asked.kept.parent.mkdir(parents=True, exist_ok=True)
                asked.kept.write_text(str(seeds.stop))
            if time.monotonic() - began > asked.minutes * 60:
                break
    rate = done / (time.monotonic() - began)
    print(f"seeds {start} to {start + done - 1}: {entries} entries, no violation, {rate:.0f} seeds a second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
