"""Routes: the readable way to write what an entity does, recorded once and never run in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Literal, Self, TypedDict, Unpack

from gatepair.twin.distributions import Constant, Distribution
from gatepair.twin.network.blocks import Batch, Block, Hours, Label, Resource, Terms
from gatepair.twin.program import Attribute, Op

Time = Distribution | int
"""A distribution, or that many ticks always."""


class TermsGiven(TypedDict, total=False):
    """On what terms an entity waits, as :meth:`Route.seize` takes them."""

    patience: Time | None
    on_renege: Label | None
    promote: tuple[Time, int] | None
    ordered: bool
    preempt: bool
    at_once: bool
    aged: bool


class Route:
    """What entities do, block by block, in the order in which it is written.

    Labels are words; they may be used before they are set.  A target that is no label of this route is looked up
    as the name of a route, then as ``route.label``.  Going back makes a new lap by itself: the same activity then
    draws anew.  A route that is not ended goes out under the outcome ``out``.

    ``name`` of a block is the name of the station in results and of its draws (common random numbers): blocks of one
    name draw the same for the same entity and lap, as copies of one station on several ways should.  Without a name
    the draws are named after the route and the resource, each block for itself.
    """

    def __init__(self, name: str, /) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.labels: dict[Label, int] = {}
        self.repeated_labels: list[Label] = []
        self._names: Counter[str] = Counter()

    # Resources ---------------------------------------------------------------------------------

    def use(self, resource: Resource, dist: Time, /, *, name: str | None = None, **terms: Unpack[TermsGiven]) -> Route:
        """Take one unit, pass ``dist``, give it back: one fused block.  For ``terms`` see :meth:`seize`."""
        block = self._add(Op.VISIT, name, resource.name)
        block.resource, block.dist, block.under, block.terms = resource, time_of(dist), resource, terms_of(terms)
        return self

    def seize(
        self, resource: Resource, units: int = 1, /, *, name: str | None = None, **terms: Unpack[TermsGiven]
    ) -> Route:
        """Take ``units`` of ``resource``, or wait for them.

        Terms, all by name: ``patience`` (a time) and ``on_renege`` (a label); ``promote=(time, level)``: after that
        wait the entity moves to that level, with ``aged=True`` that long after its birth; ``ordered=True``: by ticket
        within its level; ``preempt=True``: suspend lower-priority services if none is free; ``at_once=True``: do not
        wait, go to ``on_renege`` instead.
        """
        block = self._add(Op.SEIZE, name, resource.name)
        block.resource, block.units, block.terms = resource, units, terms_of(terms)
        return self

    def seize_all(
        self, members: Sequence[tuple[Resource, int]], /, *, name: str | None = None, **terms: Unpack[TermsGiven]
    ) -> Route:
        """Take units of several resources at once, waiting at the first.  Terms as in :meth:`seize`, no pre-emption."""
        first = members[0][0]
        block = self._add(Op.SEIZE_SET, name, first.name)
        block.resource, block.members, block.terms = first, tuple(members), terms_of(terms)
        return self

    def release(self, resource: Resource, units: int = 1, /) -> Route:
        """Give ``units`` back."""
        return self._on(Op.RELEASE, resource, units)

    def spend(self, resource: Resource, units: int = 1, /) -> Route:
        """Spend ``units`` that are held: they come back at the quota's next refill."""
        return self._on(Op.SPEND, resource, units)

    def take(self, resource: Resource, units: int = 1, /) -> Route:
        """Take ``units`` though they may not be free."""
        return self._on(Op.TAKE, resource, units)

    # Time --------------------------------------------------------------------------------------

    def delay(
        self, dist: Time, /, *, name: str | None = None, under: Resource | Literal["auto"] | None = "auto"
    ) -> Route:
        """Pass ``dist``.

        ``under`` is the resource whose pause or pre-emption freezes the time; ``auto`` is the last one held that
        pauses or is pre-empted, if any.
        """
        block = self._add(Op.DELAY, name, "delay")
        block.dist, block.under = time_of(dist), under
        return self

    def work(self, hours: Hours, dist: Time, /, *, name: str | None = None) -> Route:
        """Pass ``dist`` of the working time of ``hours``."""
        block = self._add(Op.WORK, name, hours.name)
        block.hours, block.dist = hours, time_of(dist)
        return self

    def wait_open(self, hours: Hours, /, *, name: str | None = None) -> Route:
        """Wait until ``hours`` is open."""
        self._add(Op.WORK, name, hours.name).hours = hours
        return self

    # Ways --------------------------------------------------------------------------------------

    def label(self, name: Label, /) -> Route:
        """Name the place before the next block."""
        if name in self.labels:
            self.repeated_labels.append(name)
        self.labels[name] = len(self.blocks)
        return self

    def branch(self, ways: Mapping[str, tuple[float, Label | None]], /, *, name: str | None = None) -> Route:
        """Go one of the ``ways`` by chance: name of the way to (share, label); None is the next block.

        Without a name, right after :meth:`use` or :meth:`delay`, it takes the second lane of that block's draw.
        """
        block = self._add(Op.BRANCH, name, "branch")
        block.shares = tuple(share for share, _ in ways.values())
        block.targets = tuple(label for _, label in ways.values())
        block.fused = name is None
        return self

    def choose(self, name: str | None = None, /, **shares: float) -> Choice:
        """Branch with the ways written in blocks of their own: ``with way("green"): ...``; they meet again after."""
        return Choice(self, name, shares)

    def switch(self, ways: Mapping[str, Label | None], /) -> Route:
        """Go by class; a class that is not named goes on with the next block."""
        block = self._add(Op.SWITCH, None, "switch")
        block.cases, block.targets = tuple(ways), tuple(ways.values())
        return self

    def goto(self, label: Label, /) -> Route:
        """Go to ``label``."""
        self._add(Op.GOTO, None, "goto").targets = (label,)
        return self

    def if_free(self, resource: Resource, units: int, label: Label, /) -> Route:
        """Go to ``label`` when ``units`` could be had now and nobody waits."""
        self._on(Op.IF_FREE, resource, units).blocks[-1].targets = (label,)
        return self

    def if_queue(self, resource: Resource, count: int, label: Label, /) -> Route:
        """Go to ``label`` when ``count`` or more wait at ``resource``."""
        self._on(Op.IF_QUEUE, resource, count).blocks[-1].targets = (label,)
        return self

    def shortest(self, ways: Sequence[tuple[Resource, Label | None]], /) -> Route:
        """Go where the fewest wait or are served beyond the free units; ties to the first."""
        block = self._add(Op.SHORTEST, None, "shortest")
        block.queues, block.targets = tuple(queue for queue, _ in ways), tuple(label for _, label in ways)
        return self

    # Others ------------------------------------------------------------------------------------

    def spawn(self, label: Label, /) -> Route:
        """Send a new entity to ``label``; what it gives back there, it takes over from this one."""
        self._add(Op.SPAWN, None, f"spawn {label}").targets = (label,)
        return self

    def fork(self, label: Label, /) -> Route:
        """Send a child to ``label``; :meth:`join` waits for it to end."""
        self._add(Op.FORK, None, f"fork {label}").targets = (label,)
        return self

    def join(self, *, name: str | None = None) -> Route:
        """Wait until every child has ended."""
        self._add(Op.JOIN, name, "join")
        return self

    def gather(self, batch: Batch, /, *, name: str | None = None) -> Route:
        """Wait for the others of a batch; the first then goes on for all, until :meth:`scatter`."""
        self._add(Op.GATHER, name, batch.name).batch = batch
        return self

    def scatter(self) -> Route:
        """Part: each goes on for itself, in order."""
        self._add(Op.SCATTER, None, "scatter")
        return self

    # Marks -------------------------------------------------------------------------------------

    def set_priority(self, level: int, /) -> Route:
        """Wait at ``level`` from now on: 1 is served first, 15 last."""
        return self._set(Attribute.PRIORITY, level)

    def set_class(self, cls: str, /) -> Route:
        """Belong to ``cls`` from now on."""
        self._set(Attribute.CLASS, 0).blocks[-1].word = cls
        return self

    def take_ticket(self) -> Route:
        """Take the next number: what ``ordered`` waits go by."""
        return self._set(Attribute.TICKET, 0)

    def born_now(self) -> Route:
        """Count the sojourn from now."""
        return self._set(Attribute.BORN, 0)

    def lap(self) -> Route:
        """Draw anew from here on."""
        return self._set(Attribute.LAP, 0)

    def watch(self, name: str, /) -> Route:
        """Start the stopwatch ``name``; a network has four."""
        self._add(Op.WATCH, None, name).word = name
        return self

    def read(self, tally: str, /, *, since: str | None = None, limit: int = 2**62) -> Route:
        """Record in ``tally`` the time since the stopwatch ``since`` (None: since birth); count those over ``limit``."""
        block = self._add(Op.READ, None, tally)
        block.word, block.since, block.number = tally, since, limit
        return self

    def count(self, counter: str, /) -> Route:
        """Count one in ``counter``."""
        self._add(Op.COUNT, None, counter).word = counter
        return self

    def exit(self, outcome: str = "out", /) -> Route:
        """End under ``outcome``."""
        self._add(Op.EXIT, None, outcome).word = outcome
        return self

    # ---------------------------------------------------------------------------------------------

    def _on(self, op: Op, resource: Resource, units: int) -> Route:
        block = self._add(op, None, resource.name)
        block.resource, block.units = resource, units
        return self

    def _set(self, attribute: Attribute, number: int) -> Route:
        block = self._add(Op.SET, None, attribute.name.lower())
        block.attribute, block.number = attribute, number
        return self

    def _add(self, op: Op, name: str | None, otherwise: str) -> Block:
        activity = name if name is not None else f"{self.name}.{otherwise}"
        self._names[activity] += 1
        if name is None and self._names[activity] > 1:
            activity = f"{activity}#{self._names[activity]}"
        block = Block(op, name if name is not None else otherwise, activity)
        self.blocks.append(block)
        return block


class Choice:
    """The ways of one :meth:`Route.choose`; a way that is not written goes on where all meet."""

    def __init__(self, route: Route, name: str | None, shares: Mapping[str, float], /) -> None:
        self._route = route
        self._stem = f"{name or 'choice'}@{len(route.blocks)}"
        self._written: set[str] = set()
        self._ways = list(shares)
        route.branch({way: (share, f"{self._stem}.{way}") for way, share in shares.items()}, name=name)

    def __enter__(self) -> Self:
        return self

    @contextmanager
    def __call__(self, way: str, /) -> Iterator[Route]:
        """Write the blocks of ``way``; raises KeyError for a way without a share."""
        if way not in self._ways:
            raise KeyError(way)
        self._written.add(way)
        self._route.label(f"{self._stem}.{way}")
        yield self._route
        self._route.goto(f"{self._stem}.end")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        for way in self._ways:
            if way not in self._written:
                self._route.label(f"{self._stem}.{way}")
        self._route.label(f"{self._stem}.end")


def time_of(dist: Time) -> Distribution:
    """Return ``dist``, a number of ticks as a constant."""
    return dist if isinstance(dist, Distribution) else Constant(dist)


def terms_of(given: TermsGiven, /) -> Terms:
    """Return the terms given by name."""
    patience, promote = given.get("patience"), given.get("promote")
    return Terms(
        patience=None if patience is None else time_of(patience),
        on_renege=given.get("on_renege"),
        promote=None if promote is None else (time_of(promote[0]), promote[1]),
        ordered=given.get("ordered", False),
        preempt=given.get("preempt", False),
        at_once=given.get("at_once", False),
        aged=given.get("aged", False),
    )
