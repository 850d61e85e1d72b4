"""What tests of pages share: how to become somebody."""

from __future__ import annotations

import pytest

from gatepair.base.duties import Duty
from gatepair.web.auth import COOKIE


@pytest.fixture
def person(desk):
    """Return how to become somebody: the client of the module's desk, with the session of a duty, or that of ``token``."""

    def become(duty: Duty, token: str = ""):
        desk.enter(desk.everyone, duty)
        if token:
            desk.everyone.cookies.set(COOKIE, token)
        return desk.everyone

    yield become
    desk.everyone.cookies.clear()
