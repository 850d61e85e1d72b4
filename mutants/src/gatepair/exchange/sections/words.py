"""The small words that sections are made of, each with its bounds.

Every type is closed and holds integers only: instants in milliseconds since 1970-01-01T00:00:00Z, mass in
kilograms, money in minor units of its currency, sizes in bytes.  The sets of words are those of the plan and of a
crossing, written down once more because the wire may not change when the program does; a test holds them equal.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled

INTEGER_MAX: Final = 9_007_199_254_740_991
"""2^53-1. Source: RFC 8785 §3.2.2.3."""


class Shape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of every section and of what stands inside one."""


Natural = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
Instant = Annotated[int, Meta(ge=0, le=INTEGER_MAX, description="milliseconds since 1970-01-01T00:00:00Z")]
MassKg = Annotated[int, Meta(ge=0, le=200_000, description="kilograms")]
Packages = Annotated[int, Meta(ge=0, le=1_000_000)]
MoneyMinor = Annotated[int, Meta(ge=0, le=INTEGER_MAX, description="minor units of the currency")]
SizeBytes = Annotated[int, Meta(ge=0, le=INTEGER_MAX, description="bytes")]
Vehicles = Annotated[int, Meta(ge=0, le=10_000, description="vehicles")]

Code = Annotated[str, spelled(r"[a-z0-9_.-]{1,48}")]
"""A word of a list that both sides know."""
CodeOrNone = Annotated[str, spelled(r"[a-z0-9_.-]{0,48}")]
"""The same, empty when it says nothing."""
Line = Annotated[str, Meta(max_length=280)]
Name = Annotated[str, Meta(max_length=120)]
Number = Annotated[str, Meta(max_length=64)]
"""The number of a document as it is printed."""
FieldPath = Annotated[str, spelled(r"[a-z0-9_.]{0,80}")]
"""A field of the declaration, dotted (``goods.0.hs``); empty for the whole."""
Country = Annotated[str, spelled("[A-Z]{2}", description="ISO 3166-1 alpha-2")]
Currency = Annotated[str, spelled("[A-Z]{3}", description="ISO 4217")]
HsCode = Annotated[str, spelled("[0-9]{4,10}", description="HS 2022, with national digits")]
Plate = Annotated[str, spelled(r"\S{3,16}")]
"""A registration plate without spaces."""
ContainerNumber = Annotated[str, spelled("[A-Z]{3}[UJZ][0-9]{7}", description="ISO 6346")]
CrossingId = Annotated[str, spelled(r"X[A-Z2-7]{20}")]
BatchNumber = Annotated[str, spelled(r"[0-9A-Za-z-]{1,35}")]
"""Trip batch number. Source of the length: WCO 149 conveyance reference number and its like are an..35."""
WaybillNumber = Annotated[str, spelled(r"[0-9A-Za-z/.-]{1,70}")]
"""Source of the length: UN/EDIFACT 1004 as the WCO schemas give it for document numbers, an..70."""
Sha256 = Annotated[str, spelled("[0-9a-f]{64}")]
Leaf = Annotated[str, spelled("[0-9a-f]{64}", description="leaf of an entry, hex")]
MediaType = Annotated[str, spelled(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", description="RFC 6838")]
LocalDate = Annotated[str, spelled(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
LocalTime = Annotated[str, spelled(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")]
TimeZone = Annotated[str, spelled(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", description="IANA")]

Direction = Literal["in", "out"]
"""Seen from the plan's home side."""
LaneKind = Literal["empties", "manned", "persons", "unmanned"]
Load = Literal["container", "empty", "truck", "wagon"]
Regime = Literal["bonded", "border_resident", "empty", "ordinary", "temporary", "transit", "two_way"]
Commodity = Literal[
    "electronics", "fresh_fruit", "fresh_vegetables", "frozen_food", "grain_starch", "live_seafood", "machinery",
    "none", "ore", "other", "textiles", "vehicles",
]  # fmt: skip
SealKind = Literal["carrier", "customs", "gps"]
Onward = Literal["destroy", "home_market", "other_gate"]
Agency = Literal["border_guard", "customs", "gate_board", "health", "quarantine"]
"""Whose word or act it was, by the duty of the agency."""


class Reason(Shape, frozen=True):
    """Why, as a code, and which field it speaks of."""

    code: Code
    path: FieldPath = ""
