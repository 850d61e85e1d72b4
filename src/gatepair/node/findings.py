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

LANE_RUNS = kind(
    "node.lane_runs",
    vi="Kênh {lane} không bị đóng băng; không cần mở lại.",
    zh="{lane} 通道未被冻结，无需解冻。",
    en="The lane {lane} is not frozen; there is nothing to let go on.",
    fr="La voie {lane} n'est pas gelée ; il n'y a rien à rouvrir.",
)
"""Somebody asked to unfreeze a lane that runs."""
LANE_STANDS = kind(
    "node.lane_stands",
    vi="Kênh {lane} đã bị đóng băng từ trước; xem lý do trong trạng thái trao đổi.",
    zh="{lane} 通道此前已冻结；原因见交换状态。",
    en="The lane {lane} is frozen already; the state of the exchange says why.",
    fr="La voie {lane} est déjà gelée ; l'état de l'échange dit pourquoi.",
)
"""Somebody froze a lane that stands still both ways."""
UNFREEZE_NOT_ASKED = kind(
    "node.unfreeze_not_asked",
    vi="Chưa ai yêu cầu mở lại kênh {lane}, hoặc yêu cầu đã khác; hãy xem lại trạng thái rồi yêu cầu.",
    zh="尚无人申请解冻 {lane} 通道，或申请已变更；请重新查看状态后再申请。",
    en="Nobody asked to unfreeze the lane {lane}, or it was asked again since; read the state and ask first.",
    fr="Personne n'a demandé de rouvrir la voie {lane}, ou la demande a changé ; relisez l'état et demandez d'abord.",
)
"""A confirmation without the request that it confirms."""
UNFREEZE_SAME_PERSON = kind(
    "node.unfreeze_same_person",
    vi="Người yêu cầu mở lại kênh {lane} không được tự xác nhận; cần một người khác.",
    zh="申请解冻 {lane} 通道的人不得自行确认；须由另一人确认。",
    en="Who asked to unfreeze the lane {lane} cannot confirm it; another person has to.",
    fr="Qui a demandé de rouvrir la voie {lane} ne peut le confirmer ; une autre personne doit le faire.",
)
"""The first person tried to be the second as well."""
UNFREEZE_TOO_LATE = kind(
    "node.unfreeze_too_late",
    vi="Yêu cầu mở lại kênh {lane} đã quá {minutes} phút; hãy yêu cầu lại.",
    zh="解冻 {lane} 通道的申请已超过 {minutes} 分钟；请重新申请。",
    en="The request to unfreeze the lane {lane} is older than {minutes} minutes; ask again.",
    fr="La demande de rouvrir la voie {lane} date de plus de {minutes} minutes ; demandez de nouveau.",
)
"""The confirmation came after the time limit."""
