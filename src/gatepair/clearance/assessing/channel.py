"""The channel that customs' own profile would give an assessed declaration; for customs alone to ask."""

from __future__ import annotations

from collections.abc import Iterable

from gatepair.clearance.assessing.model import Assessed, Papers
from gatepair.clearance.channel.budget import LocalHour
from gatepair.clearance.channel.choosing import Chosen, choose
from gatepair.clearance.channel.profile import Profile, Subject, SubjectItem
from gatepair.plan.model import CommodityGroup, Regime, Role


def channel_of(
    assessed: Assessed, papers: Papers, profiles: Iterable[Profile], *, reference: str, hour: int, salt: str
) -> Chosen | None:
    """Return the channel of ``assessed`` in the local ``hour`` of its day; None where no profile is in force.

    The draw is that of ``reference`` under ``salt``, so whoever knows both can repeat it.  The papers name the gate
    and the load; without them no profile of a post can be asked, and the answer is None.
    """
    load = papers.load
    if papers.gate is None or load is None:
        return None
    group = load.goods[0] if len(set(load.goods)) == 1 else CommodityGroup.OTHER
    found = [*assessed.findings, *(assessed.permits.findings if assessed.permits else ())]
    subject = Subject(
        crossing=reference,
        post=papers.gate,
        role=Role.ENTRY,
        load=load.load,
        regime=assessed.regime or Regime.ORDINARY,
        items=tuple(SubjectItem(hs=each.hs, commodity=group, origin=each.origin or "") for each in assessed.items),
        gross_mass_kg=load.gross_mass_kg,
        documents=("test_report",) if papers.tests else (),
        findings=tuple(dict.fromkeys(each.code for each in found)),
    )
    return choose(subject, profiles, when=LocalHour(assessed.on, hour), salt=salt)
