"""The terms of each treaty that the verdict needs: parties, methods, tolerances, articles.

Sources: ACFTA by Viet Nam Circular 12/2019/TT-BCT, Articles 1 to 34; RCEP by the Agreement, Chapters 2
and 3, and Viet Nam Circular 32/2022/TT-BCT.  Where an article's text could not be read it is marked (u)
in ``docs/concepts/origin.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.origin.work import Operation

_ASEAN: Final = frozenset({"BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN"})


@dataclass(frozen=True, slots=True)
class Articles:
    """Where the treaty says it."""

    wholly_obtained: str
    exclusively: str
    product_rule: str
    change: str
    content: str
    content_build_up: str
    undetermined: str
    accumulation: str
    tolerance: str
    tolerance_textiles: str
    transport_packing: str
    retail_packing: str
    accessories: str
    indirect: str
    fungible: str
    carriage: str
    carriage_control: str
    carriage_evidence: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One treaty."""

    treaty: Treaty
    parties: frozenset[str]
    proof_words: tuple[str, ...]
    """Words, in lower case, of which the evidence for another Party's material holds one."""
    build_up: bool
    """Whether the build-up method of value content is open beside build-down."""
    minimal: Mapping[Operation, str]
    """Operations of little work, with their article."""
    minimal_overrides: bool
    """Whether work that is only minimal defeats a product rule met on paper."""
    codes: Mapping[str, str]
    """How the proof's box of the criterion names each way."""
    articles: Articles

    def is_party(self, country: str | None) -> bool:
        """Tell whether ``country`` is a Party."""
        return country in self.parties


_ACFTA: Final = Terms(
    treaty=Treaty.ACFTA,
    parties=_ASEAN | {"CN"},
    proof_words=("form e", "acfta"),
    build_up=False,
    minimal=MappingProxyType({
        Operation.PRESERVE: "12/2019 Art. 10",
        Operation.SHIP_HELP: "12/2019 Art. 10",
        Operation.PACK_DISPLAY: "12/2019 Art. 10",
    }),
    minimal_overrides=False,
    codes=MappingProxyType({"change": "CTH", "content": "RVC", "reaction": "PSR", "tolerance": "CTH"}),
    articles=Articles(
        wholly_obtained="12/2019 Art. 5(1), Art. 6(1)",
        exclusively="12/2019 Art. 5(2)",
        product_rule="12/2019 Art. 7(1)",
        change="12/2019 Art. 7(1)(b)",
        content="12/2019 Art. 7(1)(a),(b), Art. 8",
        content_build_up="",
        undetermined="12/2019 Art. 8(2)",
        accumulation="12/2019 Art. 9",
        tolerance="12/2019 Art. 12(1)",
        tolerance_textiles="12/2019 Art. 12(2)",
        transport_packing="12/2019 Art. 13(1)",
        retail_packing="12/2019 Art. 13(2)(a)",
        accessories="12/2019 Art. 14",
        indirect="12/2019 Art. 15",
        fungible="12/2019 Art. 16",
        carriage="12/2019 Art. 11",
        carriage_control="12/2019 Art. 11(2)(b)",
        carriage_evidence="12/2019 Art. 31",
    ),
)  # fmt: skip

_RCEP: Final = Terms(
    treaty=Treaty.RCEP,
    parties=_ASEAN | {"AU", "CN", "JP", "KR", "NZ"},
    proof_words=("rcep",),
    build_up=True,
    minimal=MappingProxyType({
        Operation.PRESERVE: "RCEP 3.6(a)",
        Operation.PACK_DISPLAY: "RCEP 3.6(b)",
        Operation.SHIP_HELP: "RCEP 3.6(b)",
        Operation.SIMPLE_SORT_CUT: "RCEP 3.6(c)",
        Operation.MARK_LABEL: "RCEP 3.6(d)",
        Operation.DILUTE: "RCEP 3.6(e)",
        Operation.DISASSEMBLE: "RCEP 3.6(f)",
        Operation.SLAUGHTER: "RCEP 3.6(g)",
        Operation.PAINT_POLISH: "RCEP 3.6(h)",
        Operation.PEEL_STONE_SHELL: "RCEP 3.6(i)",
        Operation.MIX_SIMPLE: "RCEP 3.6(j)",
    }),
    minimal_overrides=True,
    codes=MappingProxyType({"change": "CTC", "content": "RVC", "reaction": "CR", "tolerance": "DMI"}),
    articles=Articles(
        wholly_obtained="RCEP 3.2(a), 3.3",
        exclusively="RCEP 3.2(b)",
        product_rule="RCEP 3.2(c)",
        change="RCEP 3.2(c)",
        content="RCEP 3.5.1(a)",
        content_build_up="RCEP 3.5.1(b)",
        undetermined="RCEP 3.5.4",
        accumulation="RCEP 3.4",
        tolerance="RCEP 3.7.1(a)",
        tolerance_textiles="RCEP 3.7.1(b)",
        transport_packing="RCEP 3.8.1",
        retail_packing="RCEP 3.8.2",
        accessories="RCEP 3.9",
        indirect="RCEP 3.10",
        fungible="RCEP 3.11",
        carriage="RCEP 3.15.1",
        carriage_control="RCEP 3.15.1(b)",
        carriage_evidence="RCEP 3.15.2",
    ),
)  # fmt: skip

TERMS: Final[Mapping[Treaty, Terms]] = MappingProxyType({Treaty.ACFTA: _ACFTA, Treaty.RCEP: _RCEP})
"""The treaties this software knows."""

TEXTILES: Final = frozenset(range(50, 64))
"""Chapters whose tolerance may also be reckoned by weight. Source: 12/2019 Art. 12(2); RCEP 3.7.1(b)."""
TOLERANCE_DIVISOR: Final = 10
"""A tenth: 10 % of the FOB value, or of the weight. Source: 12/2019 Art. 12; RCEP 3.7.1."""
DIFFERENTIAL_DIVISOR: Final = 5
"""A fifth: the 20 % of the value to be added in the exporting Party for lines on an Appendix. Source: RCEP 2.6.3."""
