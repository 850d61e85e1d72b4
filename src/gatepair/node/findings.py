"""Findings that the node itself makes."""

from __future__ import annotations

from gatepair.base.findings import kind

PARTNER_MESSAGE_UNUSABLE = kind(
    "node.partner_message_unusable",
    vi="Thông điệp của đối tác đã được lưu nhưng không dùng được ({code}); hãy gửi lại thông điệp đã sửa.",
    zh="已保存对方的报文，但无法使用（{code}）；请发送更正后的报文。",
    en="The partner's message is kept but cannot be used ({code}); send a corrected one.",
    fr="Le message du partenaire est conservé mais inutilisable ({code}) ; envoyez-en un corrigé.",
)
"""A mirrored message does not have the fields of its type, or names a crossing that is not known here."""
