"""WCO Data Model documents as XML: declarations (DEC) and responses (RES), with or without their wrappers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.datamodel import Account, read, set_aside, write
from gatepair.adapters.formats.refusing import refusal
from gatepair.adapters.formats.safe_xml import line_of, local_name, parse
from gatepair.base.errors import Malformed, SettingInvalid
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.response import Response
from gatepair.clearance.declaration.values import Class

META: Final = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
DECLARATIONS: Final = "urn:wco:datamodel:WCO:DEC-DMS:2"
RESPONSES: Final = "urn:wco:datamodel:WCO:RES-DMS:2"
VERSION: Final = "3.6"
"""Version of the data model that is written."""
_DOCUMENTS: Final[dict[str, type[Declaration | Response]]] = {"Declaration": Declaration, "Response": Response}
SCHEMA_FINDINGS_MAX: Final = 200
"""Most faults of a schema that are told; the first ones say what is wrong."""


class DocumentMetaData(Class, frozen=True):
    """What the wrapper says about the document."""

    wco_data_model_version_code: str | None = None
    wco_type_name: str | None = None
    responsible_country_code: str | None = None
    responsible_agency_name: str | None = None
    agency_assigned_customization_code: str | None = None
    agency_assigned_customization_version_code: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read, with what became of every value of the source."""

    content: Declaration | Response
    meta: DocumentMetaData
    mapped: int
    """Values of the source that stand in ``content`` or ``meta``."""
    findings: tuple[Finding, ...]
    """One for each value that does not."""


def read_wco(raw: bytes) -> Document:
    """Return the document in ``raw``, read tolerantly: namespaces, order and missing elements do not matter.

    Raises:
        TooLarge: over the limit of XML that is read.
        Malformed: not well-formed, or a document of another kind; names line and cause.
    """
    root = parse(raw)
    document = _document(root)
    account = Account()
    meta = DocumentMetaData()
    for wrapper in document.iterancestors():
        if local_name(wrapper) == "MetaData":
            meta = _meta(wrapper, document, account)
        else:
            for child in wrapper:
                if child is not document and document not in child.iterdescendants():
                    set_aside(child, account)
    content = read(document, _DOCUMENTS[local_name(document)], account)
    return Document(content, meta, account.mapped, tuple(account.findings))


def write_wco(content: Declaration | Response) -> bytes:
    """Return ``content`` as a document with its wrapper; reading it again gives ``content``."""
    kind, namespace = ("DEC", DECLARATIONS) if isinstance(content, Declaration) else ("RES", RESPONSES)
    root = etree.Element(f"{{{META}}}MetaData", nsmap={"md": META, None: namespace})
    etree.SubElement(root, f"{{{META}}}WCODataModelVersionCode").text = VERSION
    etree.SubElement(root, f"{{{META}}}WCOTypeName").text = kind
    write(root, type(content).__name__, content, namespace)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One place at which a document does not follow its schema."""

    line: int
    message: str


class SchemaValidator:
    """Holds documents against the published schemas, which an authority brings itself."""

    def __init__(self, path: Path) -> None:
        """Read the schema at ``path`` and what it includes from beside it; nothing is fetched.

        Raises:
            SettingInvalid: it cannot be read as a schema.
        """
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        try:
            self._schema = etree.XMLSchema(etree.parse(path, parser))
        except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise SettingInvalid(f"{path.name} cannot be read as a schema: {error}", file=path.name) from error

    def faults(self, raw: bytes) -> tuple[SchemaFault, ...]:
        """Return where the declaration or response in ``raw`` does not follow the schema; nothing when it is valid.

        Raises:
            TooLarge: over the limit of XML that is read.
            Malformed: not well-formed, or a document of another kind.
        """
        if self._schema.validate(_document(parse(raw))):
            return ()
        log = list(self._schema.error_log)[:SCHEMA_FINDINGS_MAX]
        return tuple(SchemaFault(fault.line, fault.message) for fault in log)


def _document(root: etree._Element) -> etree._Element:
    """Return the declaration or response in ``root``: the outermost one."""
    for element in root.iter():
        if local_name(element) in _DOCUMENTS:
            return element
    name, line = local_name(root), line_of(root)
    raise refusal(Malformed, say.OTHER_DOCUMENT.at(line=line, element=name[:80]))


def _meta(wrapper: etree._Element, document: etree._Element, account: Account) -> DocumentMetaData:
    """Return what ``wrapper`` says beside the document it holds."""
    beside = etree.Element("MetaData")
    beside.extend([child for child in wrapper if child is not document])
    return read(beside, DocumentMetaData, account)
