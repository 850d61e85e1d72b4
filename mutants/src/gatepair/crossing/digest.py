"""The digest of a binding: shows a swap without naming the vehicle."""

from __future__ import annotations

import hashlib

from gatepair.base.canonical import encode
from gatepair.crossing.model import Binding, Seen


def binding_digest(salt: str, vehicle: Binding | Seen) -> str:
    """Return SHA-256 in hex over the canonical array ``[salt, "binding", {tractor, trailer, containers}]``.

    A binding and what a lane saw have the same digest exactly when the lane saw the binding.
    ``salt`` is hex and secret to the post, or plates could be guessed.

    Source: exchange notes §3.3, salted sections.
    """
    value = {
        "tractor": vehicle.tractor,
        "trailer": vehicle.trailer or "",
        "containers": sorted(vehicle.containers),
    }
    return hashlib.sha256(encode([salt, "binding", value])).hexdigest()
