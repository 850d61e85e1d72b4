"""Rules about numbers of containers, vehicles, firms and persons."""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import Case
from gatepair.clearance.checking.identifiers import (
    PERSONAL_NUMBERS_FROM,
    Number,
    container_digit,
    credit_digit,
    firm_vn_holds,
    is_container,
    is_plate,
    number_of,
    person_cn_holds,
    person_vn_holds,
)
from gatepair.clearance.checking.rule import Rule


class ContainerForm(Rule):
    """A unit of equipment is named by a container number."""

    kind = fi.CONTAINER_FORM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, unit in case.equipment:
            if unit.id and not is_container(unit.id):
                yield self.kind.at(f"{path}.id", number=unit.id)


class ContainerDigit(Rule):
    """The check digit of a container number is right."""

    kind = fi.CONTAINER_DIGIT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for path, unit in case.equipment:
            if unit.id and is_container(unit.id):
                expected = container_digit(unit.id)
                if expected != unit.id[10]:
                    yield self.kind.at(f"{path}.id", number=unit.id, expected=expected)


class ContainerTwice(Rule):
    """One part of a declaration names a container once; items may share one."""

    kind = fi.CONTAINER_TWICE

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if len(case.equipment) < 2:
            return
        seen: set[tuple[str, str]] = set()
        for path, unit in case.equipment:
            if unit.id:
                key = (path.rpartition(".")[0], unit.id)
                if key in seen:
                    yield self.kind.at(f"{path}.id", number=unit.id)
                seen.add(key)


class _Plate(Rule):
    """A plate has the form of the country in which the vehicle is registered."""

    country = ""

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        means = case.declaration.border_transport_means
        if means is None or not means.id or means.registration_nationality_code != self.country:
            return
        for plate in means.id.replace(";", "/").split("/"):
            if not is_plate(plate, self.country):
                yield self.kind.at("border_transport_means.id", plate=plate)


class PlateVn(_Plate):
    """A vehicle registered in Viet Nam has a plate of its form."""

    kind = fi.PLATE_VN
    country = "VN"


class PlateCn(_Plate):
    """A vehicle registered in China has a plate of its form."""

    kind = fi.PLATE_CN
    country = "CN"


def _numbers(case: Case, country: str) -> Iterator[tuple[str, str, str]]:
    """Return party, path and number of all parties seated in ``country``."""
    for name, path, party in case.parties:
        if party.id and party.address is not None and party.address.country_code == country:
            yield name, f"{path}.id", party.id


class VnTaxForm(Rule):
    """A party in Viet Nam is known by a tax number; twelve digits are one since July 2025, for persons before that not."""

    kind = fi.VN_TAX_FORM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "VN"):
            form = number_of(number, "VN")
            if form is Number.UNKNOWN or (form is Number.VN_PERSON and case.on < PERSONAL_NUMBERS_FROM):
                yield self.kind.at(path, number=number, party=party)


class VnTaxDigit(Rule):
    """The check digit of a tax number in Viet Nam is right."""

    kind = fi.VN_TAX_DIGIT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "VN"):
            if number_of(number, "VN") is Number.VN_FIRM and not firm_vn_holds(number):
                yield self.kind.at(path, number=number, party=party)


class VnPersonForm(Rule):
    """A personal number of twelve digits can be one."""

    kind = fi.VN_PERSON_FORM
    since = PERSONAL_NUMBERS_FROM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "VN"):
            if number_of(number, "VN") is Number.VN_PERSON and not person_vn_holds(number):
                yield self.kind.at(path, number=number, party=party)


class VnPersonOld(Rule):
    """A person's old tax number, ten digits that begin with 8, is no longer used."""

    kind = fi.VN_PERSON_OLD
    since = PERSONAL_NUMBERS_FROM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "VN"):
            if len(number) == 10 and number[0] == "8" and number_of(number, "VN") is Number.VN_FIRM:
                yield self.kind.at(path, number=number, party=party)


class CnNumberForm(Rule):
    """A party in China is known by a social credit code, an identity card or a customs registration."""

    kind = fi.CN_NUMBER_FORM

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "CN"):
            if number_of(number, "CN") is Number.UNKNOWN:
                yield self.kind.at(path, number=number, party=party)


class CnCreditDigit(Rule):
    """The check character of a social credit code is right."""

    kind = fi.CN_CREDIT_DIGIT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "CN"):
            if number_of(number, "CN") is Number.CN_CREDIT:
                expected = credit_digit(number)
                if expected != number[17]:
                    yield self.kind.at(path, number=number, party=party, expected=expected)


class CnPersonDigit(Rule):
    """The check character of an identity card is right."""

    kind = fi.CN_PERSON_DIGIT

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        for party, path, number in _numbers(case, "CN"):
            if number_of(number, "CN") is Number.CN_PERSON and not person_cn_holds(number):
                yield self.kind.at(path, number=number, party=party)
