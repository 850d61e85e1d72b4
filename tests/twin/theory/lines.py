"""Random legal networks for properties: a line of stations with all that the front end can declare on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from gatepair.twin.distributions import Constant, Distribution, Exponential, Gamma, Lognormal, Uniform
from gatepair.twin.network.network import Network, Resource, Route

SECOND = 1_000_000
MINUTE = 60 * SECOND
HORIZON = 600 * MINUTE

KINDS = (
    "plain",
    "patient",
    "held",
    "together",
    "fork",
    "group",
    "branch",
    "spawn",
    "work",
    "quota",
    "shorter",
    "class",
    "delay",
    "try",
)


@dataclass(frozen=True)
class Stage:
    """One step of the line: its kind, its servers, the mean of its time in seconds and the law of that time."""

    kind: str
    servers: int
    seconds: int
    law: str
    pause: bool
    closed: tuple[int, int] | None
    broken: bool


@dataclass(frozen=True)
class Line:
    """A whole network as plain numbers, so that it can be built twice, in another order or under other names."""

    stages: tuple[Stage, ...]
    gaps: tuple[int, ...]
    """Seconds between arrivals."""
    poisson_gap: int
    """Mean seconds between the trucks of the second source; 0: none."""
    levels: tuple[int, ...]


def laws(stage: Stage) -> Distribution:
    """Return the time of a stage."""
    mean = stage.seconds * SECOND
    made: Mapping[str, Callable[[], Distribution]] = {
        "constant": lambda: Constant(mean),
        "exponential": lambda: Exponential(mean),
        "lognormal": lambda: Lognormal(mean, 0.7),
        "gamma": lambda: Gamma(mean, 0.5),
        "uniform": lambda: Uniform(0, 2 * mean),
    }
    return made[stage.law]()


def stages(kinds: Sequence[str] = KINDS) -> st.SearchStrategy[Stage]:
    """Draw a stage of one of ``kinds``."""
    closed = st.none() | st.tuples(st.integers(1, 200), st.integers(1, 100))
    return st.builds(
        Stage,
        kind=st.sampled_from(kinds),
        servers=st.integers(1, 4),
        seconds=st.integers(10, 600),
        law=st.sampled_from(("constant", "exponential", "lognormal", "gamma", "uniform")),
        pause=st.booleans(),
        closed=closed,
        broken=st.booleans(),
    )


def lines(kinds: Sequence[str] = KINDS, *, most: int = 4) -> st.SearchStrategy[Line]:
    """Draw a line of up to ``most`` stages."""
    return st.builds(
        Line,
        stages=st.lists(stages(kinds), min_size=1, max_size=most).map(tuple),
        gaps=st.lists(st.integers(1, 900), min_size=1, max_size=25).map(tuple),
        poisson_gap=st.sampled_from((0, 200, 1500)),
        levels=st.lists(st.integers(1, 4), min_size=2, max_size=2).map(tuple),
    )


class Builder:
    """Builds the network of a line; ``called`` gives every resource, batch and calendar its shown name."""

    def __init__(
        self, line: Line, *, called: Callable[[str], str] = lambda name: name, backwards: bool = False
    ) -> None:
        self.line = line
        self.called = called
        self.net = Network("line")
        self.net.classes("ordinary", "aeo")
        order = list(range(len(line.stages)))
        self.first: dict[int, Resource] = {}
        self.second: dict[int, Resource] = {}
        for number in reversed(order) if backwards else order:
            self._declare(number, line.stages[number])

    def _declare(self, number: int, stage: Stage) -> None:
        changes: list[tuple[int, int]] = []
        # No two stations change at one instant, so that no order of declaration decides who is served first.
        late = number * SECOND // 4
        if stage.closed is not None:
            start, span = stage.closed
            begin, end = start * MINUTE + late, (start + span) * MINUTE + late
            changes = [(begin, stage.servers - 1), (end, stage.servers)]
        name = self.called(f"station {number}")
        if stage.kind == "quota":
            refills = [minute * MINUTE + late for minute in range(30, 600, 30)]
            self.first[number] = self.net.quota(name, stage.servers + 2, refills=refills)
            return
        closing = "pause" if stage.pause else "finish"
        self.first[number] = self.net.resource(name, stage.servers, closing=closing, changes=changes)
        if stage.kind in {"together", "fork", "shorter", "spawn"}:
            self.second[number] = self.net.resource(self.called(f"second {number}"), stage.servers)
        if stage.broken and stage.kind == "plain":
            mode = "interrupt" if stage.pause else "finish"
            self.net.breakdown(self.first[number], up=Exponential(90 * MINUTE), down=Exponential(9 * MINUTE), mode=mode)

    def built(self) -> Network:
        """Return the network."""
        route = self.net.route("truck")
        for number, stage in enumerate(self.line.stages):
            getattr(self, f"_{stage.kind}")(route, number, stage)
        route.exit("done")
        tick, at = 0, []
        for gap in self.line.gaps:
            tick += gap * SECOND
            at.append(tick)
        self.net.arrivals("listed", route, at=at, cls="ordinary", priority=self.line.levels[0])
        if self.line.poisson_gap:
            rate = [(0, 1 / (self.line.poisson_gap * SECOND))]
            self.net.poisson("drawn", route, rate=rate, cls="aeo", priority=self.line.levels[1])
        return self.net

    def _plain(self, route: Route, number: int, stage: Stage) -> None:
        route.use(self.first[number], laws(stage), name=f"time {number}")

    def _patient(self, route: Route, number: int, stage: Stage) -> None:
        gone = f"gone {number}"
        route.use(
            self.first[number], laws(stage), name=f"time {number}", patience=Exponential(5 * MINUTE), on_renege=gone
        )
        route.label(gone)

    def _try(self, route: Route, number: int, stage: Stage) -> None:
        gone = f"gone {number}"
        route.use(self.first[number], laws(stage), name=f"time {number}", at_once=True, on_renege=gone)
        route.label(gone)

    def _held(self, route: Route, number: int, stage: Stage) -> None:
        route.seize(self.first[number], 1)
        route.delay(laws(stage), name=f"time {number}")
        route.release(self.first[number], 1)

    def _together(self, route: Route, number: int, stage: Stage) -> None:
        both = [(self.first[number], 1), (self.second[number], 1)]
        route.seize_all(both)
        route.delay(laws(stage), name=f"time {number}")
        route.release(self.second[number], 1)
        route.release(self.first[number], 1)

    def _fork(self, route: Route, number: int, stage: Stage) -> None:
        papers, on = f"papers {number}", f"on {number}"
        route.fork(papers)
        route.use(self.first[number], laws(stage), name=f"time {number}")
        route.join()
        route.goto(on)
        route.label(papers)
        route.use(self.second[number], Exponential(stage.seconds * SECOND), name=f"papers {number}")
        route.exit("filed")
        route.label(on)

    def _group(self, route: Route, number: int, stage: Stage) -> None:
        group = self.net.batch(self.called(f"group {number}"), 1 + stage.servers, max_wait=Constant(20 * MINUTE))
        route.gather(group)
        route.use(self.first[number], laws(stage), name=f"time {number}")
        route.scatter()

    def _branch(self, route: Route, number: int, stage: Stage) -> None:
        red, on = f"red {number}", f"on {number}"
        route.branch({"green": (0.6, on), "red": (0.4, red)}, name=f"colour {number}")
        route.label(red)
        route.use(self.first[number], laws(stage), name=f"time {number}")
        route.label(on)

    def _spawn(self, route: Route, number: int, stage: Stage) -> None:
        back, on = f"back {number}", f"on {number}"
        route.seize(self.second[number], 1)
        route.use(self.first[number], laws(stage), name=f"time {number}")
        route.spawn(back)
        route.goto(on)
        route.label(back)
        route.delay(Constant(stage.seconds * SECOND), name=f"return {number}")
        route.release(self.second[number], 1)
        route.exit("returned")
        route.label(on)

    def _work(self, route: Route, number: int, stage: Stage) -> None:
        spans = [(hour * 60 * MINUTE, (hour * 60 + 25) * MINUTE) for hour in range(200)]
        hours = self.net.calendar(self.called(f"hours {number}"), spans)
        route.work(hours, laws(stage), name=f"time {number}")

    def _quota(self, route: Route, number: int, _stage: Stage) -> None:
        route.seize(self.first[number], 1)
        route.spend(self.first[number], 1)

    def _shorter(self, route: Route, number: int, stage: Stage) -> None:
        names = [f"lane {number} {side}" for side in (0, 1)]
        on = f"on {number}"
        lanes = (self.first[number], self.second[number])
        route.shortest(list(zip(lanes, names, strict=True)))
        for name, lane in zip(names, lanes, strict=True):
            route.label(name)
            route.use(lane, laws(stage), name=f"time {number}")
            route.goto(on)
        route.label(on)

    def _class(self, route: Route, number: int, stage: Stage) -> None:
        slow, on = f"slow {number}", f"on {number}"
        route.switch({"ordinary": slow, "aeo": on})
        route.label(slow)
        route.use(self.first[number], laws(stage), name=f"time {number}", preempt=stage.pause)
        route.label(on)

    def _delay(self, route: Route, number: int, stage: Stage) -> None:
        route.delay(laws(stage), name=f"time {number}")
