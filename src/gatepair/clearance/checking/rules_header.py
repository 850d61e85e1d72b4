"""Rules of the header: what no declaration can do without.

Source: WCO Data Model 3.6, class Declaration, and the words of its classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import Case, Line
from gatepair.clearance.checking.rule import Rule
from gatepair.clearance.declaration.amending import Intent, intent_of

_REQUESTS: Final = frozenset({"COR", "INV", "GPR"})
"""Types of documents that are about a declaration that customs has. Source: as :func:`intent_of` tells them."""


class ReferenceMissing(Rule):
    """A declaration has a number by which its declarant or customs knows it."""

    kind = fi.REFERENCE_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if not case.declaration.functional_reference_id and not case.declaration.id:
            yield self.kind.at("functional_reference_id")


class TypeMissing(Rule):
    """A declaration of goods says by its type or by its procedures what is asked for."""

    kind = fi.TYPE_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.lines and not case.declaration.type_code and not any(map(_has_procedure, case.lines)):
            yield self.kind.at("type_code")


class FunctionMissing(Rule):
    """What looks like a request about a declaration has the function code that makes it one.

    A declaration without the code is taken as an original: tables and our own JSON have no need of it.
    """

    kind = fi.FUNCTION_MISSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        kind = case.declaration.type_code
        if kind in _REQUESTS and not case.declaration.function_code:
            yield self.kind.at("function_code", type=kind)


class NothingDeclared(Rule):
    """A declaration is about goods, or about a vehicle that crosses without them."""

    kind = fi.NOTHING_DECLARED

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        whole = case.declaration
        about = (whole.goods_shipment, whole.border_transport_means, whole.consignment)
        if all(each is None for each in about) and intent_of(whole) is not Intent.PRESENTATION:
            yield self.kind.at("goods_shipment")


def _has_procedure(line: Line) -> bool:
    return any(each.current_code for each in line.item.government_procedure)
