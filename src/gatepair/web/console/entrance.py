"""The way in for a browser: session cookie, proof that a form is ours, and where a stranger is led."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from gatepair.base.errors import Malformed, NotPermitted
from gatepair.base.findings import Language
from gatepair.node.accounts import SESSION_MS
from gatepair.web.auth import COOKIE, services_of, session_of
from gatepair.web.page import language_of

LANGUAGE_COOKIE: Final = "gatepair_language"
_LANGUAGE_S: Final = 365 * 86_400
FORM_PROOF: Final = "proof"
"""The hidden field that only a page of ours can have filled in for this session."""
FIELDS_MAX: Final = 200
"""Most fields of a form that are read."""


def proof_of(session: str) -> str:
    """Return what a form of this session carries (NIST SP 800-63B §7.1 asks for such a secret in each form)."""
    return hmac.new(session.encode(), b"gatepair/form/v1", hashlib.sha256).hexdigest()[:32]


def check_origin(request: Request[Any, Any, Any]) -> None:
    """Refuse a form that a page of another site sent.

    Raises:
        NotPermitted: the browser says that the request comes from elsewhere.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    # Where the browser says both, Origin is "null": our pages send no referrer (Fetch standard, §3.2).
    here = site in {"same-origin", "none"} if site else not origin or urlsplit(origin).netloc == request.headers["host"]
    if not here:
        raise NotPermitted("this form was sent from a page of another site")


async def form_of(request: Request[Any, Any, Any], *, fields_max: int = FIELDS_MAX) -> dict[str, str]:
    """Return the fields of a form of ours; a field with several choices holds them with blanks between.

    Raises:
        NotPermitted: it does not come from a page that was made for this session.
        Malformed: it has too many fields.
    """
    check_origin(request)
    given = await request.form()
    if len(given) > fields_max:
        raise Malformed(f"a form has at most {fields_max} fields")
    fields = {
        name: " ".join(value for value in given.getall(name) if isinstance(value, str)) for name in dict.fromkeys(given)
    }
    session = session_of(request)
    if not session or not hmac.compare_digest(fields.pop(FORM_PROOF, ""), proof_of(session)):
        raise NotPermitted("this form is not of your session; load the page again")
    return fields


def spoken(request: Request[Any, Any, Any]) -> Language:
    """Return the language that this person chose, else one that the browser names."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return language_of(asked[:5], request.headers.get("accept-language", ""))


def language_cookie(language: Language) -> Cookie:
    """Return the cookie that keeps a choice of language."""
    return Cookie(key=LANGUAGE_COOKIE, value=language, max_age=_LANGUAGE_S, samesite="lax", httponly=True)


def session_cookie(request: Request[Any, Any, Any], token: str) -> Cookie:
    """Return the cookie that holds a session; an empty ``token`` takes it away."""
    return Cookie(
        key=COOKIE,
        value=token,
        max_age=SESSION_MS // 1000 if token else 0,
        httponly=True,
        samesite="strict",
        secure=services_of(request).settings.https,
    )


def to_login(request: Request[Any, Any, Any]) -> Response[Any]:
    """Lead a stranger to the log-in, and from there to where they wanted to go."""
    path: str = request.scope["path"]
    return Redirect(f"/login?next={quote(path, safe='')}" if request.method == "GET" else "/login", status_code=303)


def safe_next(path: str) -> str:
    """Return ``path`` when it is a page of this post, else nothing: nobody is led away from here."""
    parts = urlsplit(path)
    inside = path.startswith("/") and not path.startswith("//") and not parts.netloc and "\\" not in path
    return path if inside and path.isprintable() and len(path) <= FIELDS_MAX else ""
