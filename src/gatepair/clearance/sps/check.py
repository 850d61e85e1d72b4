"""Whether a shipment has what it needs to enter: sites, allowed goods and gates, certificates, tests.

Pure: the tables and the day are arguments.  A result names each rule that was applied, its source, and the premises
under which it holds; what no table says is told as open and never as fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from gatepair.base.findings import Finding, Severity
from gatepair.clearance.sps import findings as say
from gatepair.clearance.sps.certificates import check_certificate, kinds_for
from gatepair.clearance.sps.links import OfficialHost
from gatepair.clearance.sps.lists import NOT_KNOWN, Allowed, AllowedList, lists_for
from gatepair.clearance.sps.model import Shipment, SiteKind, SpsItem, TestReport
from gatepair.clearance.sps.register import ANY, FORMS, Register, Site, SiteState, kind_of, registers_in_force
from gatepair.clearance.sps.rules import Need, Premise, Renewal, Rule, RuleSet, rules_in_force
from gatepair.clearance.tracing import Step, findings_of

SPS_CHAPTERS: Final = range(1, 25)
"""Chapters of plants, animals and food. Source: Harmonized System, Sections I to IV."""
_SITE_NEEDS: Final = {
    Need.ORCHARD: (SiteKind.ORCHARD, say.ORCHARD_MISSING),
    Need.PACKING_HOUSE: (SiteKind.PACKING_HOUSE, say.PACKING_HOUSE_MISSING),
    Need.PRODUCER: (SiteKind.PRODUCER, say.PRODUCER_MISSING),
}
_PREMISES: Final = {
    Premise.CODES_ARE_OURS: say.PREMISE_CODES,
    Premise.CATALOGUE_UNREAD: say.PREMISE_CATALOGUE,
    Premise.TERM_OVER: say.PREMISE_TERM,
    Premise.TESTS_AS_REPORTED: say.PREMISE_TESTS,
    Premise.SYNTHETIC: say.PREMISE_SYNTHETIC,
}


class Standing(StrEnum):
    """What came of the check."""

    CLEAR = "clear"
    OPEN = "open"
    """Nothing is wrong, and something has to be looked at or waited for."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Book:
    """The tables a check rests on."""

    rules: tuple[RuleSet, ...] = ()
    lists: tuple[AllowedList, ...] = ()
    registers: tuple[Register, ...] = ()
    hosts: tuple[OfficialHost, ...] = ()


@dataclass(frozen=True, slots=True)
class SpsResult:
    """What was found, step by step, and what it rests on."""

    standing: Standing
    steps: tuple[Step, ...]
    premises: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be mended or looked at."""
        return findings_of(self.steps)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "premises": [finding.to_wire() for finding in self.premises],
            "standing": self.standing.value,
            "steps": [step.to_wire() for step in self.steps],
        }


def check_shipment(shipment: Shipment, book: Book, *, on: date) -> SpsResult:
    """Return whether ``shipment`` may enter on the day ``on``, with the whole working."""
    asked = _Asked(shipment, book, on.isoformat())
    steps = tuple(asked.steps())
    weights = {step.finding.severity for step in steps}
    standing = Standing.CLEAR
    if Severity.ERROR in weights:
        standing = Standing.REFUSED
    elif Severity.WARNING in weights:
        standing = Standing.OPEN
    premises = {finding.code + str(finding.params): finding for finding in asked.premises}
    return SpsResult(standing, steps, tuple(premises.values()))


@dataclass(slots=True)
class _Asked:
    """One check under way."""

    shipment: Shipment
    book: Book
    day: str
    premises: list[Finding] = field(default_factory=list)
    rules: tuple[RuleSet, ...] = ()
    registers: tuple[Register, ...] = ()

    def steps(self) -> Iterator[Step]:
        """Yield the steps of all items, then those of certificates and tests."""
        shipment = self.shipment
        self.rules = rules_in_force(
            self.book.rules, importer=shipment.importer, exporter=shipment.exporter, day=self.day
        )
        self.registers = registers_in_force(self.book.registers, day=self.day)
        needed: dict[str, RuleSet] = {}
        for index, item in enumerate(shipment.items):
            path = f"items.{index}"
            applied = [(each, rule) for each in self.rules if (rule := each.rule_for(item.hs)) is not None]
            listed = tuple(self._listed(item, path))
            yield from listed
            yield from self._silent(item, path, applied, listed=bool(listed))
            for rules, rule in applied:
                yield Step(
                    rules.name, rules.source, say.RULES_HOLD.at(path, rules=rules.name, hs=rule.hs, day=self.day)
                )
                self._note(rules)
                yield from self._needs(item, path, rules, rule)
                for need in rule.needs_on(self.day):
                    needed.setdefault(need, rules)
            yield from self._sites(item, path, applied)
        yield from self._certificates(needed)
        yield from self._tests(needed)

    def _note(self, rules: RuleSet) -> None:
        self.premises += [_PREMISES[premise].at("", rules=rules.name) for premise in rules.premises_on(self.day)]

    def _silent(
        self, item: SpsItem, path: str, applied: Sequence[tuple[RuleSet, Rule]], *, listed: bool
    ) -> Iterator[Step]:
        """Say so where no rule speaks: goods outside food, plants and animals are no matter of quarantine here."""
        if applied:
            return
        if int(item.hs[:2]) not in SPS_CHAPTERS and not listed:
            yield Step("scope", "", say.NOT_CONCERNED.at(f"{path}.hs", hs=item.hs))
        else:
            words = {"hs": item.hs, "importer": self.shipment.importer, "day": self.day}
            yield Step("scope", "", say.RULES_SILENT.at(f"{path}.hs", **words))

    # --- allowed goods and gates -----------------------------------------------------------

    def _listed(self, item: SpsItem, path: str) -> Iterator[Step]:
        shipment = self.shipment
        for each in lists_for(self.book.lists, importer=shipment.importer, exporter=shipment.exporter):
            if each.covers_code(item.hs):
                if each.synthetic:
                    self.premises.append(say.PREMISE_SYNTHETIC.at("", rules=each.name))
                yield Step(each.name, each.source, self._on_list(each, item, path))

    def _on_list(self, allowed: AllowedList, item: SpsItem, path: str) -> Finding:
        rows = allowed.rows_for(item.hs)
        words = {"hs": item.hs, "product": item.product or "?", "importer": allowed.importer}
        if item.product is not None:
            rows = tuple(row for row in rows if row.product in {ANY, item.product})
        elif rows and all(row.product != ANY for row in rows):
            return say.PRODUCT_UNNAMED.at(f"{path}.product", **words)
        if not rows:
            return say.PRODUCT_NOT_ALLOWED.at(f"{path}.hs", **words)
        in_force = [row for row in rows if row.in_force(self.day)]
        if not in_force:
            later = [row.valid_from for row in rows if self.day < row.valid_from]
            if later:
                return say.PRODUCT_NOT_YET.at(f"{path}.hs", **words, day=min(later))
            return say.PRODUCT_NO_MORE.at(f"{path}.hs", **words, day=max(row.valid_until for row in rows))
        return self._at_gate(in_force, path, words)

    def _at_gate(self, rows: Sequence[Allowed], path: str, words: dict[str, str]) -> Finding:
        gates = [gate for row in rows for gate in row.gates]
        gate = self.shipment.gate
        if ANY in gates or gate in gates:
            return say.PRODUCT_ALLOWED.at(f"{path}.hs", **words, gate=gate)
        if NOT_KNOWN in gates:
            self.premises.append(say.PREMISE_GATES.at("gate", gate=gate))
            return say.PRODUCT_ALLOWED.at(f"{path}.hs", **words, gate=gate)
        return say.GATE_NOT_ALLOWED.at("gate", **words, gate=gate, gates=", ".join(gates))

    # --- sites -----------------------------------------------------------------------------

    def _needs(self, item: SpsItem, path: str, rules: RuleSet, rule: Rule) -> Iterator[Step]:
        kinds = {kind_of(code) for code in item.sites}
        needs = rule.needs_on(self.day)
        for need, (kind, missing) in _SITE_NEEDS.items():
            if need in needs and kind not in kinds:
                yield Step(rules.name, rules.source, missing.at(f"{path}.sites", hs=item.hs))
        if Need.RECOMMENDED in needs:
            yield from self._recommended(item, path, rules)

    def _recommended(self, item: SpsItem, path: str, rules: RuleSet) -> Iterator[Step]:
        for index, code in enumerate(item.sites):
            rows = [row for row in self._rows(code) if row.serves(item.product, item.hs)]
            if rows and rows[0].kind is SiteKind.PRODUCER and not any(row.recommended for row in rows):
                found = say.RECOMMENDATION_MISSING.at(f"{path}.sites.{index}", code=code, hs=item.hs)
                yield Step(rules.name, rules.source, found)

    def _rows(self, code: str) -> tuple[Site, ...]:
        return tuple(row for register in self.registers for row in register.sites.get(code, ()))

    def _sites(self, item: SpsItem, path: str, applied: Sequence[tuple[RuleSet, Rule]]) -> Iterator[Step]:
        for index, code in enumerate(item.sites):
            place = f"{path}.sites.{index}"
            kind = kind_of(code)
            if kind is None:
                forms = ", ".join(sorted(each.value for each in FORMS))
                yield Step("site-code", "", say.SITE_CODE_FORM.at(place, code=code, kinds=forms))
                continue
            renewal = next(
                (rules.renewal for rules, rule in applied if kind.value in rule.needs_on(self.day)),
                Renewal.ON_APPLICATION,
            )
            yield self._site(item, place, code, renewal)

    def _site(self, item: SpsItem, place: str, code: str, renewal: Renewal) -> Step:
        holders = [register for register in self.registers if code in register.sites]
        if not holders:
            return Step("register", "", say.SITE_UNKNOWN.at(place, code=code, day=self.day))
        source = "; ".join(register.source for register in holders)
        for register in holders:
            if register.synthetic:
                self.premises.append(say.PREMISE_SYNTHETIC.at("", rules=register.name))
        rows = [row for row in self._rows(code) if row.serves(item.product, item.hs)]
        return Step("register", source, self._standing(rows, place, code, renewal))

    def _standing(self, rows: Sequence[Site], place: str, code: str, renewal: Renewal) -> Finding:
        if not rows:
            return say.SITE_OTHER_PRODUCT.at(place, code=code)
        begun = [row for row in rows if row.valid_from <= self.day]
        if not begun:
            return say.SITE_NOT_YET.at(place, code=code, day=min(row.valid_from for row in rows))
        row = max(begun, key=lambda each: each.valid_from)
        if row.state is not SiteState.ACTIVE:
            return say.SITE_STOPPED.at(place, code=code, state=row.state.value)
        if row.valid_until and row.valid_until < self.day:
            late = say.SITE_RENEWED if renewal is Renewal.BY_ITSELF else say.SITE_OVER
            return late.at(place, code=code, day=row.valid_until)
        return say.SITE_HOLDS.at(place, code=code)

    # --- certificates and tests ------------------------------------------------------------

    def _certificates(self, needed: dict[str, RuleSet]) -> Iterator[Step]:
        shipment = self.shipment
        for index, certificate in enumerate(shipment.certificates):
            found = check_certificate(
                certificate, self.book.hosts, exporter=shipment.exporter, day=self.day, path=f"certificates.{index}"
            )
            yield from (Step("certificate", "", finding) for finding in found)
        shown = {certificate.kind for certificate in shipment.certificates}
        for need, missing in ((Need.PHYTO, say.PHYTO_MISSING), (Need.HEALTH, say.HEALTH_MISSING)):
            rules = needed.get(need)
            if rules is not None and not shown & kinds_for(need):
                yield Step(rules.name, rules.source, missing.at("certificates"))

    def _tests(self, needed: dict[str, RuleSet]) -> Iterator[Step]:
        for need in sorted(each for each in needed if each.startswith("test:")):
            rules, substance = needed[need], need.removeprefix("test:")
            reports = [
                (index, report) for index, report in enumerate(self.shipment.tests) if report.substance == substance
            ]
            if not reports:
                yield Step(rules.name, rules.source, say.TEST_MISSING.at("tests", substance=substance))
            for index, report in reports:
                yield Step(rules.name, rules.source, self._test(report, f"tests.{index}"))

    def _test(self, report: TestReport, path: str) -> Finding:
        words = {"number": report.number, "substance": report.substance, "laboratory": report.laboratory}
        rows = self._rows(report.laboratory)
        held = any(
            row.kind is SiteKind.LABORATORY
            and row.state is SiteState.ACTIVE
            and row.valid_from <= report.taken.isoformat() <= (row.valid_until or "9999")
            and row.product in {ANY, report.substance}
            for row in rows
        )
        if not held:
            return say.LABORATORY_UNKNOWN.at(f"{path}.laboratory", **words)
        if report.taken.isoformat() > self.day:
            return say.TEST_LATER.at(f"{path}.taken", **words)
        if report.passed is None:
            return say.TEST_AWAITED.at(f"{path}.passed", **words)
        return (say.TEST_PASSED if report.passed else say.TEST_FAILED).at(f"{path}.passed", **words)
