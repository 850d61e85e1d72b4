"""The twin's own draws for an oracle: then both must agree on every truck, not only on the mean."""

from __future__ import annotations

from collections.abc import Mapping

from gatepair.twin.distributions import Distribution, Exponential, Lognormal, to_ticks, value_at
from gatepair.twin.draws import child_key, entity_key, name_hash, run_key, unit, word
from gatepair.twin.units import minutes
from twin.oracles.gate_facts import SERVICE_CV


class SharedChance:
    """The draws of one entity, by the names of its activities."""

    def __init__(self, run: int, key: int) -> None:
        self.run = run
        self.key = key
        self.lap = 0

    @classmethod
    def of(cls, source: str, ordinal: int, *, seed: int, replication: int) -> SharedChance:
        """Return the draws of the entity number ``ordinal`` of a source in one replication."""
        return cls(run_key(seed, replication), entity_key(name_hash(source), ordinal))

    def _unit(self, activity: str) -> float:
        return unit(word(self.run, self.key, name_hash(activity), self.lap)[0])

    def _drawn(self, activity: str, law: Distribution) -> int:
        form = law.form()
        reals = (form.p0, form.p1, form.shift)
        return to_ticks(value_at(form.kind, self._unit(activity), reals=reals, table=form.quantiles, cells=form.cells))

    def service(self, activity: str, mean: float) -> int:
        return self._drawn(activity, Lognormal(minutes(mean), SERVICE_CV))

    def exponential(self, activity: str, mean: float) -> int:
        return self._drawn(activity, Exponential(minutes(mean)))

    def way(self, activity: str, shares: Mapping[str, float]) -> str:
        place, upto = self._unit(activity), 0.0
        for name, share in shares.items():
            upto += share
            if place < upto:
                return name
        return name

    def child(self, activity: str) -> SharedChance:
        return SharedChance(self.run, child_key(self.key, name_hash(activity), self.lap))

    def again(self) -> None:
        self.lap += 1
