"""Codes of the agencies in words: what a picker offers, to whom, and how it is said; other codes are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.base.duties import Duty
from gatepair.web.console.catalogue import say

REASONS: Final[Mapping[str, str]] = {
    "papers_missing": say("papers are missing"),
    "papers_differ": say("papers do not agree with each other"),
    "goods_differ": say("goods are not as declared"),
    "mass_differs": say("mass is not as declared"),
    "vehicle_differs": say("vehicle is not the one bound"),
    "seal_not_intact": say("seal is not intact"),
    "laboratory_awaited": say("laboratory result is awaited"),
    "person_papers": say("papers of a person are not in order"),
    "person_sought": say("person is sought"),
    "vehicle_search": say("vehicle must be searched"),
    "vehicle_papers": say("papers of the vehicle are not in order"),
    "illness": say("signs of illness"),
    "health_declaration_missing": say("health declaration is missing"),
    "disinfection_needed": say("disinfection is needed"),
    "contamination": say("contamination is suspected"),
    "pest_found": say("pest or disease found"),
    "residues": say("residues above the limit"),
    "certificate_invalid": say("certificate is not valid"),
    "packing_unfit": say("packing is not fit"),
    "treatment_needed": say("treatment is needed"),
    "origin_unproved": say("origin is not proved"),
    "undeclared_goods": say("goods that are not declared"),
    "value_doubt": say("doubt about the value"),
    "classification_doubt": say("doubt about the classification"),
    "prohibited_goods": say("prohibited goods"),
    "rights_infringed": say("rights of others are infringed"),
    "yard_full": say("no room in the yard"),
    "road_unsafe": say("road or lane is not safe"),
    "load_unsafe": say("load is not safe"),
    "laboratory_full": say("laboratory takes no more"),
    "closed_today": say("closed on that day"),
    "risk": say("by risk"),
    "channel_red": say("red channel"),
    "random": say("by lot"),
    "pests": say("look for pests"),
    "partner_word": say("word of the other side"),
    "other_reason": say("another reason, in the evidence"),
}
"""Reasons of verdicts, inspections, refusals and declines."""

RESULTS: Final[Mapping[str, str]] = {
    "passed": say("passed"),
    "failed": say("failed"),
    "documents_ok": say("papers in order"),
    "in_bay": say("in the bay"),
    "weighed": say("weighed"),
    "scanned": say("scanned"),
    "disinfected": say("disinfected"),
    "left": say("left the gate"),
}
"""Results of a check at a station."""

FOUND: Final[Mapping[str, str]] = {
    "count_differs": say("number of packages is not as declared"),
    "origin_differs": say("origin is not as declared"),
    "temperature_differs": say("temperature is not as it must be"),
}
"""What is found that is not as declared, beside the reasons that say so."""

CONDITIONS: Final[Mapping[str, str]] = {"sound": say("sound"), "damaged": say("damaged"), "opened": say("opened")}
"""In which condition a load unit is received."""

OTHERS: Final[Mapping[str, str]] = {
    "officer": say("own look"),
    "applied": say("put on"),
    "checked": say("looked at"),
    "broken": say("opened"),
}

CODES: Final[Mapping[str, str]] = {**REASONS, **RESULTS, **FOUND, **CONDITIONS, **OTHERS}
"""Every code that has words."""

_ALL_CONTROLS: Final = (
    "papers_missing", "papers_differ", "goods_differ", "mass_differs", "vehicle_differs", "seal_not_intact",
)  # fmt: skip
VERDICT_REASONS: Final[Mapping[Duty, tuple[str, ...]]] = {
    Duty.BORDER_GUARD: (
        "person_papers", "person_sought", "vehicle_papers", "vehicle_search", "vehicle_differs", "papers_missing",
        "other_reason",
    ),
    Duty.HEALTH: (
        "illness", "health_declaration_missing", "disinfection_needed", "contamination", "papers_missing",
        "laboratory_awaited", "other_reason",
    ),
    Duty.QUARANTINE: (
        "pest_found", "residues", "certificate_invalid", "packing_unfit", "treatment_needed", "origin_unproved",
        "laboratory_awaited", *_ALL_CONTROLS, "other_reason",
    ),
    Duty.CUSTOMS: (
        "undeclared_goods", "value_doubt", "classification_doubt", "origin_unproved", "prohibited_goods",
        "rights_infringed", *_ALL_CONTROLS, "laboratory_awaited", "other_reason",
    ),
    Duty.GATE_BOARD: ("yard_full", "road_unsafe", "load_unsafe", "other_reason"),
}  # fmt: skip
"""Reasons for which a duty holds or refuses."""
INSPECTION_REASONS: Final = ("channel_red", "risk", "random", "pests", "partner_word", *_ALL_CONTROLS, "other_reason")
DECLINE_REASONS: Final = ("yard_full", "laboratory_full", "closed_today", "papers_missing", "certificate_invalid")
DISCREPANCIES: Final = ("mass_differs", "count_differs", "goods_differ", "vehicle_differs", "seal_not_intact",
                        "origin_differs", "temperature_differs")  # fmt: skip
CHECK_RESULTS: Final = ("passed", "failed", "documents_ok", "in_bay", "weighed", "scanned", "disinfected")

WHY: Final[Mapping[str, str]] = {
    "stay_over": say("stay has run out"),
    "stay_ends": say("stay ends"),
    "perishable": say("perishable, here for"),
    "waits_long": say("waits for"),
    "call_ends": say("must be here by"),
}
"""Why a row of the work list is urgent; an instant or a span follows."""

SPOTS: Final[Mapping[str, str]] = {
    "home": say("not yet on its way"),
    "queue": say("in the queue"),
    "road": say("on the way to the gate"),
    "inside": say("inside the gate"),
    "line": say("on the line"),
    "coming": say("coming from the other side"),
    "back": say("refused, to go back"),
}
"""Where a vehicle is, when no yard and no station is known."""

SUBJECTS: Final[Mapping[str, str]] = {
    "tractor": say("Tractor"),
    "trailer": say("Trailer"),
    "containers": say("Containers"),
    "seal": say("Seal"),
    "gross_mass_kg": say("Mass of the goods in kg"),
}
"""What is compared."""

FITS: Final[Mapping[str, str]] = {
    "same": say("agrees"),
    "differs": say("does not agree"),
    "unseen": say("not seen yet"),
    "unjudged": say("no tolerance in the plan"),
}
"""How what was seen fits what was declared."""
SHAPES: Final[Mapping[str, str]] = {"same": "✓", "differs": "✗", "unseen": "·", "unjudged": "?"}
"""The same by shape, since colour alone tells not everybody."""

AFTERWARDS: Final[Mapping[str, str]] = {
    "Decide": say("To change it, decide anew: both stay in the history."),
    "Release": say("Until it has left, the release can be taken back with a reason."),
    "AssignChannel": say("A channel is drawn once and stays."),
    "RefuseCrossing": say("The yard lets the goods out as refused."),
    "ApplySeal": say("A seal put on by mistake is opened with its reason."),
    "TakeSample": say("The goods wait until the laboratory's result is recorded."),
    "OrderInspection": say("It stands in the inspection plan until it is finished."),
    "CorrectField": say("The old value stays in the history."),
}
"""What can be done about an act once it is done."""
NOTHING_IS_ERASED: Final = say("What is recorded stays; a mistake is mended by a new entry.")

WAITS_FOR_SECOND: Final = say("It is asked for, and not done before another person of your duty confirms it.")
