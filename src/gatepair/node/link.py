"""The link to the partner: our logs, the mirror of the partner's, receipts, and how fresh its word is.

A link holds keys and agreements, and nothing that a crash could lose: what it knows lies in the
ledger, written in the caller's transaction.  What :meth:`Link.receive` returns must leave the
house only after that transaction has ended, because a receipt says "held durably".

Its parts stand in modules of their own: ``link_saying`` (a message becomes an entry of our log),
``link_keys`` (whose keys count), ``link_agreeing`` (versions of the agreement follow one another),
``link_showing`` (what may be shown of an entry now),
``link_sending`` (entries go out, receipts come back), ``link_receiving`` (the partner's entries
come in), ``link_carrying`` and ``link_scanning`` (bundles and papers when the line is down),
``link_restoring`` (coming back after a restore), ``link_freezing`` (people stop a lane and let it
go on), ``link_asking`` (requests and clocks), ``link_looking`` (what can be seen), ``link_proving``
(what can be shown to a third party), ``link_erasing`` (sections that are withheld, disclosed, erased),
``link_disclosing`` (disclosures that go over the line).
"""

from __future__ import annotations

from gatepair.node.link_asking import Asking
from gatepair.node.link_carrying import Carrying
from gatepair.node.link_disclosing import DisclosingOverTheLine
from gatepair.node.link_freezing import Freezing
from gatepair.node.link_receiving import Deliver
from gatepair.node.link_scanning import Scanning
from gatepair.node.link_sending import Sending
from gatepair.node.link_setting import LinkKeys, Replied

__all__ = ["Deliver", "Link", "LinkKeys", "Replied"]


class Link(Carrying, Scanning, Sending, Freezing, Asking, DisclosingOverTheLine):
    """One post's end of the exchange."""
