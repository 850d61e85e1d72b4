"""A plan overlay from ledgers: service times, shares and arrivals as they were, each with its evidence.

:func:`calibrate` reads the ledgers of one post or of both and returns an :class:`Overlay`: a scenario
whose overrides hold the fitted numbers, ready to be written as YAML and applied by
:func:`gatepair.plan.loading.apply_scenario`, and beside it every figure with its count, interval and
goodness of fit, also of what was not fitted and why.  What a ledger can tell is said in
:mod:`gatepair.twin.ledgers.observed`, how a family is chosen in :mod:`gatepair.twin.ledgers.fitting`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec

from gatepair.base.time import SECOND_MS
from gatepair.plan.model import (
    FigureKind,
    Plan,
    Provenance,
    Scenario,
    ServiceTime,
    Shape,
    Source,
    Text,
)
from gatepair.plan.rules import exit_post
from gatepair.twin.ledgers.counted import (
    DEPTH,
    WHOLE,
    FlowFit,
    LedgerRead,
    ShareFit,
    StageSeen,
    apportioned,
    flow_fits,
    laboratory_remarks,
    read_ledger,
    share_fits,
    stages_seen,
)
from gatepair.twin.ledgers.fitting import Bounds, Family, Fit, choose
from gatepair.twin.ledgers.observed import Ledger, Service, Trust, local_day

IMPOSSIBLE_PERMILLE: Final = 10
"""Above this share of services that ended before they can have begun a station's times are not used."""
POOR: Final = 0.01
"""Below this p-value no family fits well, and the remark says so."""


@dataclass(frozen=True, slots=True)
class ServiceFit:
    """The times of one station and selector: how many are known how well, the fit, and what the plan said."""

    path: str
    post: str
    station: str
    selector: str
    trusted: Mapping[Trust, int]
    fit: Fit | None
    planned: ServiceTime
    fitted: ServiceTime | None
    """What the overlay sets; None where it sets nothing."""
    why: str = ""
    """Why nothing is set."""

    def covers(self) -> tuple[bool, bool] | None:
        """Tell whether the plan's mean and cv lie in the intervals; None where nothing was fitted."""
        if self.fit is None:
            return None
        mean_s, cv = planned_moments(self.planned)
        # The plan's numbers are whole seconds and permille: an interval narrower than that is met by rounding.
        return _near(self.fit.mean_bounds, mean_s, 0.5), _near(self.fit.cv_bounds, cv, 0.0005)


@dataclass(frozen=True, slots=True)
class Overlay:
    """The overlay and its evidence; ``remarks`` are sentences for whoever is to use it."""

    scenario: Scenario
    services: tuple[ServiceFit, ...]
    shares: tuple[ShareFit, ...]
    flows: tuple[FlowFit, ...]
    stages: tuple[StageSeen, ...]
    remarks: tuple[str, ...]

    def coverage(self) -> tuple[int, int]:
        """Return how many of how many intervals of service times hold the plan's own numbers."""
        told = [one.covers() for one in self.services]
        flat = [each for one in told if one is not None for each in one]
        return sum(flat), len(flat)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form: the scenario, and the evidence as plain tables."""
        wire: dict[str, Any] = {"scenario": msgspec.to_builtins(self.scenario), "remarks": list(self.remarks)}
        wire["services"] = [_service_wire(one) for one in self.services]
        wire["shares"] = [
            {
                "path": one.path,
                "what": one.what,
                "count": one.seen.count,
                "trials": one.seen.trials,
                "permille": one.seen.permille,
                "permille_low": one.seen.bounds.low * WHOLE,
                "permille_high": one.seen.bounds.high * WHOLE,
                "planned_permille": one.planned_permille,
                "used": one.used,
            }
            for one in self.shares
        ]
        wire["flows"] = [msgspec.to_builtins(one) for one in self.flows]
        wire["stages"] = [msgspec.to_builtins(one) for one in self.stages]
        wire["covered"], wire["intervals"] = self.coverage()
        return wire


def calibrate(
    plan: Plan,
    ledgers: Sequence[Ledger],
    *,
    id_: str = "calibrated",
    first_ms: int | None = None,
    until_ms: int | None = None,
) -> Overlay:
    """Return the overlay of ``plan`` that the ledgers of one or both of its posts bear out.

    Arrivals, shares and stock are those of the window ``first_ms`` to ``until_ms`` (whole local days
    of the ledgers when not given); service times are those that ended in it.  Deterministic.

    Raises:
        ValueError: there is no ledger, or one without crossings.
    """
    if not ledgers or any(all(not fact.crossing for fact in one.facts) for one in ledgers):
        raise ValueError("calibration needs ledgers that hold crossings")
    seen = [read_ledger(plan, one, first_ms=first_ms, until_ms=until_ms) for one in ledgers]
    fits = [one for each in seen for one in _service_fits(each)]
    shares = [one for each in seen for one in share_fits(each)]
    flows = [one for each in seen for one in flow_fits(each)]
    stages = [one for each in seen for one in stages_seen(each)]
    overrides: dict[str, Any] = {}
    for fitted in fits:
        if fitted.fitted is not None:
            wire: dict[str, Any] = msgspec.to_builtins(fitted.fitted)
            overrides[fitted.path] = {key: value for key, value in wire.items() if value != 0}
    for each in seen:
        overrides |= _channel_overrides(each, shares)
        overrides |= _flow_overrides(each, flows, shares)
    for one in shares:
        if one.used and not one.path.startswith(("channels.", "demand.flows.")):
            overrides[one.path] = one.seen.permille
    if "demand.refuse_permille" in overrides or any(key.startswith("demand.sample") for key in overrides):
        overrides["demand.provenance"] = _provenance(seen[0], "Shares sampled and refused as the ledgers have them.")
    scenario = _scenario(plan, seen, overrides, id_=id_)
    remarks = tuple(_remarks(fits, shares, seen))
    return Overlay(scenario, tuple(fits), tuple(shares), tuple(flows), tuple(stages), remarks)


def planned_moments(service: ServiceTime) -> tuple[float, float]:
    """Return mean in seconds and cv of a plan's service time."""
    match service.shape:
        case Shape.UNIFORM:
            mean = (service.low_s + service.high_s) / 2
            return mean, (service.high_s - service.low_s) / math.sqrt(12) / mean if mean else 0.0
        case Shape.EXPONENTIAL:
            return float(service.mean_s), 1.0
        case Shape.DETERMINISTIC:
            return float(service.mean_s), 0.0
        case Shape.LOGNORMAL:
            return float(service.mean_s), service.cv_permille / WHOLE


def _near(bounds: Bounds, value: float, rounding: float) -> bool:
    return bounds.low - rounding <= value <= bounds.high + rounding


# --- service times ---------------------------------------------------------------------------------


def _service_fits(seen: LedgerRead) -> Iterator[ServiceFit]:
    for key, station in seen.plan.stations.items():
        if station.post != seen.post:
            continue
        rows = [one for one in seen.services.get(key, []) if (one.ended_ms or seen.until_ms) >= seen.first_ms]
        impossible = sum(1 for one in rows if one.trust is Trust.IMPOSSIBLE)
        wrong = impossible * WHOLE > len(rows) * IMPOSSIBLE_PERMILLE
        for selector, planned in station.service.items():
            chosen = [one for one in rows if one.selector == selector]
            yield _service_fit(seen, (key, selector), chosen, planned=planned, wrong=wrong)


def _service_fit(
    seen: LedgerRead, named: tuple[str, str], rows: Sequence[Service], *, planned: ServiceTime, wrong: bool
) -> ServiceFit:
    key, selector = named
    trusted = Counter(one.trust for one in rows)
    fit = choose(_lasted_s(rows, Trust.EXACT), censored_s=_lasted_s(rows, Trust.UNENDED), prefer=Family(planned.shape))
    why = ""
    if key not in seen.services:
        why = "nothing is recorded at this station"
    elif wrong:
        why = "too many services ended before they can have begun: check its places and hours in the plan"
    elif fit is None:
        why = f"only {trusted[Trust.EXACT]} services whose begin and end are known"
    return ServiceFit(
        path=f"stations.{key}.service.{selector}",
        post=seen.post,
        station=key,
        selector=selector,
        trusted=dict(trusted),
        fit=fit,
        planned=planned,
        fitted=None if why or fit is None else _service_time(seen, fit),
        why=why,
    )


def _lasted_s(rows: Iterable[Service], trust: Trust) -> list[float]:
    return [one.lasted_ms / SECOND_MS for one in rows if one.trust is trust and one.lasted_ms is not None]


def _service_time(seen: LedgerRead, fit: Fit) -> ServiceTime:
    """Return the fit as a plan holds it; a gamma as the lognormal of the same mean and cv."""
    note = fit_note(fit)
    provenance = Provenance(kind=FigureKind.COMPUTED, source=seen.source, note=note)
    match fit.family:
        case Family.UNIFORM:
            low, high = round(fit.first), round(fit.second)
            return ServiceTime(Shape.UNIFORM, provenance, low_s=low, high_s=max(high, low + 1))
        case Family.EXPONENTIAL:
            return ServiceTime(Shape.EXPONENTIAL, provenance, mean_s=max(1, round(fit.mean_s)))
        case Family.DETERMINISTIC:
            return ServiceTime(Shape.DETERMINISTIC, provenance, mean_s=max(1, round(fit.mean_s)))
        case Family.LOGNORMAL | Family.GAMMA:
            cv_permille = max(1, round(fit.cv * WHOLE))
            return ServiceTime(Shape.LOGNORMAL, provenance, mean_s=max(1, round(fit.mean_s)), cv_permille=cv_permille)


def fit_note(fit: Fit) -> str:
    """Return the evidence of a fit in one sentence."""
    low, high = fit.mean_bounds.low, fit.mean_bounds.high
    parts = [
        f"{fit.count} services" + (f" and {fit.censored} not ended" if fit.censored else ""),
        f"{fit.family.value}, mean {fit.mean_s:.1f} s (95 %: {low:.1f} to {high:.1f})",
        f"cv {fit.cv:.3f} ({fit.cv_bounds.low:.3f} to {fit.cv_bounds.high:.3f})",
    ]
    if fit.p_value is not None:
        parts.append(f"Anderson-Darling {fit.statistic:.2f}, p {fit.p_value:.2f}")
    if fit.family is Family.GAMMA:
        parts.append("written as the lognormal of that mean and cv")
    if fit.small:
        parts.append("a small sample")
    return "; ".join(parts) + "."


# --- the overlay -----------------------------------------------------------------------------------


def _provenance(seen: LedgerRead, note: str) -> dict[str, Any]:
    made = Provenance(kind=FigureKind.COMPUTED, source=seen.source, note=note)
    wire: dict[str, Any] = msgspec.to_builtins(made)
    return wire


def _channel_overrides(seen: LedgerRead, shares: Sequence[ShareFit]) -> dict[str, Any]:
    overrides: dict[str, Any] = {}
    for index, profile in enumerate(seen.plan.channels):
        counts: list[str] = []
        for selector in profile.shares_permille if profile.post == seen.post else ():
            path = f"channels.{index}.shares_permille.{selector}"
            found = [one for one in shares if one.path == path]
            if len(found) == len(DEPTH) and all(one.used for one in found):
                order = [str(depth) for depth in range(len(DEPTH))]
                parts = apportioned(
                    Counter({name: one.seen.count for name, one in zip(order, found, strict=True)}),
                )
                overrides[path] = [parts.get(name, 0) for name in order]
                counts.append(f"{found[0].seen.trials} of {selector}")
        if counts:
            note = f"Channels as drawn: {', '.join(counts)}."
            overrides[f"channels.{index}.provenance"] = _provenance(seen, note)
    return overrides


def _flow_overrides(seen: LedgerRead, flows: Sequence[FlowFit], shares: Sequence[ShareFit]) -> dict[str, Any]:
    overrides: dict[str, Any] = {}
    for one in flows:
        if exit_post(seen.plan, one.direction) != seen.post or not one.arrivals:
            continue
        path = one.path
        overrides[f"{path}.arrivals"] = one.arrivals
        overrides[f"{path}.stock"] = one.stock
        if sum(one.profile):
            overrides[f"{path}.profile"] = list(one.profile)
        if one.mix:
            overrides[f"{path}.mix_permille"] = dict(one.mix)
        used = [each for each in shares if each.used and each.path.startswith(f"{path}.")]
        overrides |= {each.path: each.seen.permille for each in used}
        low, high = one.arrivals_bounds.low, one.arrivals_bounds.high
        note = (
            f"{one.arrivals} a day over {one.days} {'day' if one.days == 1 else 'days'} "
            f"(95 % for a Poisson mean: {low:.0f} to {high:.0f}); "
            "hours, groups and papers as counted; the stock is what stood at the beginning."
        )
        overrides[f"{path}.provenance"] = _provenance(seen, note)
    return overrides


def _scenario(plan: Plan, seen: Sequence[LedgerRead], overrides: dict[str, Any], *, id_: str) -> Scenario:
    zone = plan.sides[plan.home].timezone
    first, until = min(one.first_ms for one in seen), max(one.until_ms for one in seen)
    day = local_day(first, zone)
    days = max(1, (local_day(until - 1, zone) - day) // timedelta(days=1) + 1)
    posts = ", ".join(one.post for one in seen)
    return Scenario(
        scenario=1,
        id=id_,
        plan=plan.id,
        name=Text(
            vi=f"Hiệu chỉnh theo sổ {posts}",
            zh=f"按{posts}台账校准",
            en=f"Calibrated on the ledger of {posts}",
            fr=f"Étalonné sur le registre de {posts}",
        ),
        date=day.isoformat(),
        days=days,
        summary=Text(
            vi="Thời gian phục vụ, tỷ lệ và lượt đến như sổ ghi.",
            zh="服务时间、比例与到达量取自台账。",
            en="Service times, shares and arrivals as the ledgers have them.",
            fr="Temps de service, parts et arrivées tels que les registres les donnent.",
        ),
        overrides=overrides,
        sources={one.source: Source(title=one.title, date=day.isoformat()) for one in seen},
    )


def _remarks(fits: Sequence[ServiceFit], shares: Sequence[ShareFit], seen: Sequence[LedgerRead]) -> Iterator[str]:
    for one in fits:
        if one.why:
            yield f"{one.path}: {one.why}; the plan's time stays."
        elif one.fit is not None and one.fit.p_value is not None and one.fit.p_value < POOR:
            yield f"{one.path}: no family fits well (p {one.fit.p_value:.3f}); look at the times themselves."
    thin = sum(1 for one in shares if not one.used)
    if thin:
        yield f"{thin} of {len(shares)} shares agree with the plan or were seen too seldom to move it; they are shown only."
    for each in seen:
        yield from laboratory_remarks(each)


def _service_wire(one: ServiceFit) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "path": one.path,
        "station": one.station,
        "selector": one.selector,
        "known": {trust.value: count for trust, count in one.trusted.items()},
        "why": one.why,
    }
    wire["planned_mean_s"], wire["planned_cv"] = planned_moments(one.planned)
    if one.fit is not None:
        wire |= {
            "family": one.fit.family.value,
            "mean_s": one.fit.mean_s,
            "mean_s_low": one.fit.mean_bounds.low,
            "mean_s_high": one.fit.mean_bounds.high,
            "cv": one.fit.cv,
            "cv_low": one.fit.cv_bounds.low,
            "cv_high": one.fit.cv_bounds.high,
            "p_value": one.fit.p_value,
            "set": one.fitted is not None,
        }
    return wire
