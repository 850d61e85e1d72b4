"""What a driver's phone says: one sentence an instruction, one a reason; short, for the cab at night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.web.console.catalogue import say

HEADLINES: Final[Mapping[str, str]] = {
    "do_not_depart": say("Do not depart"),
    "hold_at_buffer": say("Wait at the buffer yard"),
    "wait": say("Wait for your call"),
    "come_now": say("Come now"),
    "go_to_station": say("Drive to"),
    "stay": say("Stay where you are"),
    "cross": say("Drive over the line"),
    "follow_other_side": say("Do as the other gate says"),
    "drive_out": say("Drive out of the gate"),
    "through": say("You are through"),
    "turned_back": say("You are turned back"),
}
"""The one big sentence, by instruction."""

SIGNS: Final[Mapping[str, str]] = {
    "do_not_depart": "stop",
    "hold_at_buffer": "hold",
    "wait": "wait",
    "come_now": "go",
    "go_to_station": "go",
    "stay": "wait",
    "cross": "go",
    "follow_other_side": "go",
    "drive_out": "go",
    "through": "done",
    "turned_back": "back",
}
"""Form and colour of the card, by instruction."""

REASONS: Final[Mapping[str, str]] = {
    "no_place": say("You have no place in the queue yet. Take one."),
    "place_lost": say("Your place is lost. Take a new one."),
    "stopped": say("The gate is stopped. You keep your place."),
    "stopped_by_partner": say("The other side has stopped. You keep your place."),
    "not_tested": say("The test paper is missing. Call your trader."),
    "slot": say("Your booked time has not come yet."),
    "missed": say("You missed a call. You will be called again."),
    "cancelled": say("The trader withdrew this load."),
    "declined": say("The gate does not take this load. Call your trader."),
    "inspection": say("Your vehicle is looked at there."),
    "held": say("Your vehicle is held:"),
    "agency": say("Still to decide:"),
    "officers": say("The officers are looking into something."),
    "fee": say("The fee is not paid yet. Call your trader."),
    "laboratory": say("The laboratory has not answered yet."),
    "other_side": say("The other side has not said yes yet."),
    "closed": say("The lanes are closed now."),
    "turning": say("The lane is being turned."),
    "other_way": say("The lane runs the other way now."),
    "not_this_commodity": say("These goods may not pass now."),
    "disputed": say("The officers of both sides have a question about this load."),
    "home_market": say("Drive the goods back home."),
    "other_gate": say("Drive to the other gate that the officers name."),
    "destroy": say("The goods are destroyed here. Follow the officers."),
    "returned": say("You are back. Call your trader."),
    "turned_back": say("Drive the goods back home. Call your trader."),
    "diverted": say("Drive to the other gate that the officers name."),
    "destroyed": say("The goods were destroyed. Call your trader."),
}
"""The line below it, by reason."""

EVENTS: Final[Mapping[str, str]] = {
    "slot": say("Time booked"),
    "place_taken": say("Place taken"),
    "place_moved": say("Place moved to the front"),
    "hold_at_buffer": say("Told: wait at the buffer yard"),
    "come_now": say("Told: come now"),
    "read": say("You said that you read it"),
    "missed": say("Call missed"),
    "place_lost": say("Place lost"),
    "arrived": say("Inside the gate"),
    "inspection": say("Told: drive to the inspection"),
    "released": say("Released by customs"),
    "release_withdrawn": say("Release taken back"),
    "departed": say("Over the line"),
    "received": say("Received here"),
    "through": say("Received by the other side"),
    "stay_warned": say("Warned: the stay runs out"),
    "refused": say("Goods refused"),
    "diverted": say("Sent to another gate"),
    "cancelled": say("Withdrawn"),
}
"""What happened, by the codes of the history (:mod:`gatepair.node.driving`)."""

NOT_NOW: Final = say("This did not work. Look at the page again.")
NO_SUCH_PLACE: Final = say("No place has this code. Look at the slip again.")
REFUSALS: Final[Mapping[str, str]] = {
    "crossing.instruction_changed": say("This changed meanwhile. Read it again."),
    "slot.full": say("This time is full. Choose another."),
    "slot.past": say("This time is over. Choose another."),
    "slot.closed": say("The gate is closed at this time. Choose another."),
    "crossing.has_place": say("You have a place already."),
}
"""Refusals that a driver meets, in his words, by the code of the finding; others as the finding says."""
