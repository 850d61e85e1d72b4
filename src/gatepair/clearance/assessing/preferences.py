"""Preferences asked for one item: origin by the bill of materials or by the proof, and whether the proof may be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from gatepair.base.findings import Finding
from gatepair.clearance.assessing import findings as say
from gatepair.clearance.assessing.model import ItemPapers, Preference
from gatepair.clearance.assessing.values import Value
from gatepair.clearance.duty.assess import Claim
from gatepair.clearance.origin import judge
from gatepair.clearance.origin.model import Bill, Treaty
from gatepair.clearance.origin.proofs import Proof, check_proof, proof_waived
from gatepair.clearance.origin.table import RuleTable


@dataclass(frozen=True, slots=True)
class Good:
    """What of an item its preferences are held against."""

    path: str
    hs: str
    origin: str | None
    value: Value
    importing: str
    on: date


@dataclass(slots=True)
class Asked:
    """What came of the preferences asked for an item."""

    preferences: list[Preference] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    premises: list[Finding] = field(default_factory=list)


def preferences_of(good: Good, papers: ItemPapers, rules: Sequence[RuleTable]) -> Asked:
    """Return the preferences that ``papers`` ask for ``good``, each judged."""
    asked = Asked()
    wanted = {each.treaty for each in papers.proofs} | ({papers.bill.treaty} if papers.bill else set())
    for treaty in Treaty:
        if treaty in wanted:
            _judge(treaty, good, papers, rules=rules, asked=asked)
    return asked


def table_of(rules: Sequence[RuleTable], treaty: Treaty, on: date) -> RuleTable | None:
    """Return the table of ``treaty`` that holds on the day ``on``; None when there is none yet."""
    held = [each for each in rules if each.treaty is treaty and each.valid_from <= on.isoformat()]
    return max(held, key=lambda each: each.valid_from, default=None)


def _judge(treaty: Treaty, good: Good, papers: ItemPapers, *, rules: Sequence[RuleTable], asked: Asked) -> None:
    proofs = [each for each in papers.proofs if each.treaty is treaty]
    if len(proofs) > 1:
        asked.findings.append(say.PROOF_TWICE.at(good.path, treaty=treaty.value))
    proof = proofs[0] if proofs else None
    checked = check_proof(proof, good.on) if proof else None
    bill = papers.bill if papers.bill is not None and papers.bill.treaty is treaty else None
    verdict = _verdict(bill, good, rules, asked) if bill else None
    waived = proof is None and _waived(papers, good)
    if waived:
        asked.premises.append(say.PROOF_WAIVED.at(good.path, treaty=treaty.value))
    if bill is None and proof is not None and checked is not None and checked.valid:
        asked.premises.append(say.ORIGIN_BY_PROOF.at(good.path, treaty=treaty.value, number=proof.number))
    origin_holds = _origin_holds(bill, verdict, proof, good=good, asked=asked)
    proof_holds = waived or (checked is not None and checked.valid)
    asked.preferences.append(Preference(treaty.value, verdict, proof, checked, holds=origin_holds and proof_holds))
    country = _country(treaty, bill, verdict, proof)
    asked.claims.append(Claim(treaty, origin_holds=origin_holds, proof_holds=proof_holds, country=country))


def _verdict(bill: Bill, good: Good, rules: Sequence[RuleTable], asked: Asked) -> judge.Verdict | None:
    """Return the verdict on a bill that is about this good; another bill proves nothing."""
    told = (("HS", bill.product.hs[:6], good.hs[:6]), ("import", bill.importing_party, good.importing))
    for name, said, declared in told:
        if said != declared:
            asked.findings.append(say.BILL_OTHER.at(good.path, field=name, told=said, declared=declared))
            return None
    table = table_of(rules, bill.treaty, good.on)
    if table is None:
        asked.findings.append(say.NO_RULES.at(good.path, treaty=bill.treaty.value, day=good.on.isoformat()))
        return None
    return judge.assess(bill, table)


def _origin_holds(
    bill: Bill | None, verdict: judge.Verdict | None, proof: Proof | None, *, good: Good, asked: Asked
) -> bool:
    if bill is not None:
        return verdict is not None and verdict.preference is judge.Preference.ELIGIBLE
    if proof is None:
        return False
    country = _proved_country(proof)
    if proof.treaty is Treaty.ACFTA and good.origin is not None and country != good.origin:
        words = {"number": proof.number, "issuer": country, "origin": good.origin}
        asked.findings.append(say.PROOF_OTHER.at(good.path, **words))
        return False
    return True


def _country(treaty: Treaty, bill: Bill | None, verdict: judge.Verdict | None, proof: Proof | None) -> str | None:
    if treaty is Treaty.RCEP:
        if verdict is not None:
            return verdict.country.country if verdict.country else None
        return proof.country if proof is not None else None
    if bill is not None:
        return bill.exporting_party
    return _proved_country(proof) if proof is not None else None


def _proved_country(proof: Proof) -> str:
    """Return the Party whose goods the proof is about: of a back-to-back proof, that of its original."""
    return proof.back_to_back.country if proof.back_to_back is not None else proof.issuer


def _waived(papers: ItemPapers, good: Good) -> bool:
    value = good.value
    return value.minor is not None and proof_waived(value.minor, value.currency, split=papers.split)
