"""The evidence about a crossing: what the file holds, what the verifier says of it, and the file itself."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from gatepair.exchange.evidence import MEDIA_TYPE, SUFFIX, decode_evidence
from gatepair.exchange.policy import Policy
from gatepair.exchange.report import Report
from gatepair.exchange.report_words import finding_line, lines
from gatepair.node.link_proving import Proof
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.menu import AUDIT
from gatepair.web.reading import REFERENCE_LENGTH, check_reference, is_reference, note_names


@get(
    "/audit/evidence",
    opt=opts(AUDIT),
    exception_handlers=ON_ERROR,
    summary="Ask for the evidence about a crossing, as a page",
)
async def show_evidence_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Leads to the evidence of the crossing that was filled in."""
    crossing = request.query_params.get("crossing", "").strip()
    if is_reference(crossing):
        return Redirect(f"/audit/evidence/{crossing}", status_code=303)
    text = pages.page("auditor/evidence_form", await reader_of(request), crossing=crossing[:REFERENCE_LENGTH])
    return answered(request, text, status=400 if crossing else 200)


@get(
    "/audit/evidence/{crossing:str}",
    opt=opts(AUDIT),
    exception_handlers=ON_ERROR,
    summary="The evidence about a crossing and what the verifier says of it, as a page",
)
async def show_evidence(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[str]:
    """Under the roots of the agreements that this post holds; showing names is recorded."""
    reader = await reader_of(request)
    proof, report, policy = await _read(request, crossing)
    file = decode_evidence(proof.raw)
    text = pages.page(
        "auditor/evidence",
        reader,
        crossing=crossing,
        size=len(proof.raw),
        named=proof.guarded,
        file=file,
        report=report,
        roots=[(side, key) for side, keys in sorted(policy.roots.items()) for key in sorted(keys)],
        findings=[finding_line(one, reader.language) for one in report.findings],
        told=list(lines(report, reader.language)),
    )
    return answered(request, text)


@get(
    "/audit/evidence/{crossing:str}/file",
    opt=opts(AUDIT, "application/json"),
    exception_handlers=ON_ERROR,
    summary="The evidence file about a crossing, to keep",
)
async def download_evidence(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[bytes]:
    """The same file as over the interface; showing names is recorded."""
    proof, _, _ = await _read(request, crossing)
    headers = {"Content-Disposition": f'attachment; filename="{crossing}{SUFFIX}"'}
    return Response(proof.raw, media_type=MEDIA_TYPE, headers=headers)


async def _read(request: Request[Any, Any, Any], crossing: str) -> tuple[Proof, Report, Policy]:
    """Return evidence, report and policy, and record whose names they show before they are shown."""
    services = services_of(request)
    post = services.post
    check_reference(crossing)
    proof, report, policy = await services.runtime.query(lambda: post.audit_desk.evidence(crossing))
    await note_names(request, crossing, proof.guarded)
    return proof, report, policy


ROUTES: Final = (show_evidence_form, show_evidence, download_evidence)
"""Every address of evidence."""
