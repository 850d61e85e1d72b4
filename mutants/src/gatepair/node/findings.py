"""Findings that the node itself makes."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

PARTNER_MESSAGE_UNUSABLE = kind(
    "node.partner_message_unusable",
    vi="Thông điệp của đối tác đã được lưu nhưng không dùng được ({code}); hãy gửi lại thông điệp đã sửa.",
    zh="已保存对方的报文，但无法使用（{code}）；请发送更正后的报文。",
    en="The partner's message is kept but cannot be used ({code}); send a corrected one.",
    fr="Le message du partenaire est conservé mais inutilisable ({code}) ; envoyez-en un corrigé.",
)
"""A mirrored message does not have the fields of its type, or names a crossing that is not known here."""

NOT_DECIDABLE_AGAIN = kind(
    "node.not_decidable_again",
    Severity.NOTE,
    vi="Không thể ra lại quyết định này từ những gì còn lưu ở đây; hãy xem xét trực tiếp.",
    zh="根据本处保存的记录无法重新作出该决定；请人工核查。",
    en="This decision cannot be made again from what is held here; look at it yourself.",
    fr="Cette décision ne peut être reprise d'après ce qui est conservé ici ; examinez-la vous-même.",
)
"""A reconciliation made the decision again on what was known then and got a refusal: plan or agreement changed since."""
WORD_UNREADABLE = kind(
    "node.word_unreadable",
    Severity.NOTE,
    vi="Nội dung tin {type} của đối tác không còn hoặc không được gửi, nên không thể biết tin đó sẽ thay đổi điều gì.",
    zh="对方报文 {type} 的内容已删除或未发送，因此无法判断它会带来什么变化。",
    en="The content of the partner's {type} is withheld or erased, so nobody can say what it would have changed.",
    fr="Le contenu du {type} du partenaire est retenu ou effacé ; nul ne peut dire ce qu'il aurait changé.",
)
"""A reconciliation met an entry of the partner that cannot be read."""
FIELD_CORRECTED_BEFORE = kind(
    "node.field_corrected_before",
    Severity.WARNING,
    vi="Đối tác đã sửa trường {field} trước khi có quyết định này; người quyết định chưa biết, hãy xem xét lại.",
    zh="在作出该决定之前，对方已更正字段 {field}；决定人当时不知，请重新审视。",
    en="The partner had corrected {field} before this decision, which relied on it; whoever decided did not know, so look again.",
    fr="Le partenaire avait corrigé {field} avant cette décision, qui s'y fiait ; celui qui a décidé l'ignorait, réexaminez.",
)
"""A reconciliation found a decision of a person that rested on a field which was already corrected over there."""
