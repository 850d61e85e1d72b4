"""The words of a reconciliation report in the four languages."""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Language, Words, words_of

WORDS: Final[Words] = words_of(
    ("title", "Reconciliation of {post}", "Đối soát của {post}", "{post} 核对报告", "Rapprochement de {post}"),
    ("window", "Decisions recorded from {since} until {until}", "Các quyết định ghi nhận từ {since} đến {until}", "自 {since} 至 {until} 记录的决定", "Décisions enregistrées du {since} au {until}"),
    ("stale", "Decisions that rested on stale knowledge", "Quyết định dựa trên thông tin cũ", "依据过时信息作出的决定", "Décisions reposant sur une connaissance périmée"),
    ("none_stale", "No decision rested on stale knowledge.", "Không có quyết định nào dựa trên thông tin cũ.", "没有决定依据过时信息作出。", "Aucune décision ne reposait sur une connaissance périmée."),
    ("counts", "{count} decisions; {different} would have been different, {open} a person has to look at again, {unclear} cannot be decided again.", "{count} quyết định; {different} quyết định lẽ ra đã khác, {open} quyết định cần người xem lại, {unclear} không thể quyết định lại.", "共 {count} 项决定；{different} 项本应不同，{open} 项须由人员重新审视，{unclear} 项无法重新决定。", "{count} décisions ; {different} auraient été différentes, {open} sont à revoir par une personne, {unclear} ne peuvent être reprises."),
    ("how", "Each decision was made again by the same rules on what the partner had written by then. Clause, age and the officer who confirmed stay as they were.", "Mỗi quyết định được ra lại theo cùng quy tắc, với những gì đối tác đã viết đến lúc đó. Điều khoản, tuổi tin và cán bộ xác nhận giữ nguyên.", "每项决定均按同样规则、以对方当时已写入的内容重新作出。条款、信息时龄和确认官员保持不变。", "Chaque décision a été reprise par les mêmes règles avec ce que le partenaire avait écrit alors. Clause, âge et agent confirmant restent inchangés."),
    ("crossing", "crossing", "lượt qua cửa khẩu", "通行", "passage"),
    ("decision", "decision", "quyết định", "决定", "décision"),
    ("rested", "rested on", "dựa trên", "依据", "reposait sur"),
    ("unknown", "what the partner had said", "đối tác đã báo", "对方当时已告知", "ce que le partenaire avait dit"),
    ("hindsight", "with that knowledge", "nếu đã biết", "若当时知悉", "en le sachant"),
    ("nothing", "nothing", "không có gì", "无", "rien"),
    ("age", "{clause}, {age} s old, {size} entries", "{clause}, tin cũ {age} giây, {size} mục", "{clause}，时龄 {age} 秒，{size} 条", "{clause}, âge {age} s, {size} entrées"),
    ("confirmed", "confirmed by {officer}", "{officer} xác nhận", "由 {officer} 确认", "confirmé par {officer}"),
    ("forgotten", "Said to the partner, unknown to this ledger", "Đã báo cho đối tác nhưng sổ này không còn", "已告知对方而本账册不再知悉", "Dit au partenaire, inconnu de ce registre"),
    ("forgotten_how", "The partner holds these messages with our signature. The acts behind them were lost in the restore: give the same commands again, or correct them.", "Đối tác giữ các tin này có chữ ký của ta. Hành vi tương ứng đã mất khi khôi phục: hãy đưa lại đúng các lệnh đó hoặc sửa.", "对方持有带我方签名的这些报文。其对应行为在恢复时丢失：请重新发出相同命令或予以更正。", "Le partenaire détient ces messages signés par nous. Les actes correspondants ont été perdus à la restauration : redonnez les mêmes ordres, ou corrigez-les."),
    ("reissued", "Said again after the restore", "Báo lại sau khi khôi phục", "恢复后重新告知", "Redit après la restauration"),
    ("none_lost", "Every message in our logs has its cause in this ledger, and none was said again.", "Mọi tin trong nhật ký của ta đều có căn cứ trong sổ này và không tin nào phải báo lại.", "我方日志中的每条报文在本账册中均有依据，且无报文重新告知。", "Chaque message de nos journaux a sa cause dans ce registre, et aucun n'a été redit."),
    ("message", "message", "tin", "报文", "message"),
    ("place", "place", "vị trí", "位置", "place"),
    ("first", "first place", "vị trí đầu", "原位置", "première place"),
    ("again", "place now", "vị trí mới", "新位置", "place actuelle"),
    ("said_at", "said", "báo lúc", "告知时间", "dit"),
    ("restore", "After a restore", "Sau khi khôi phục", "恢复之后", "Après une restauration"),
    ("same", "the same", "không đổi", "相同", "identique"),
    ("different", "different", "khác", "不同", "différent"),
    ("open", "for a person to judge", "cần người xem xét", "须人工判断", "à juger par une personne"),
    ("unclear", "cannot be said", "không thể biết", "无法判断", "ne peut être dit"),
    ("colon", ": ", ": ", "：", " : "),
)  # fmt: skip
"""Headings and sentences."""

DECISIONS: Final[Words] = words_of(
    ("VehicleDeparted", "departure", "cho khởi hành", "准予驶离", "départ"),
    ("ArrivalAccepted", "acceptance", "chấp nhận", "接受", "acceptation"),
    ("ArrivalDeclined", "decline", "không nhận", "不接受", "déclinaison"),
    ("HandoverConfirmed", "taking over", "tiếp nhận bàn giao", "接收移交", "prise en charge"),
    ("AgencyDecided", "agency's verdict", "quyết định của cơ quan", "部门决定", "décision d'un service"),
    ("CrossingReleased", "release", "thông quan", "放行", "mainlevée"),
    ("CrossingRefused", "refusal", "từ chối", "拒绝", "refus"),
)  # fmt: skip
"""Decisions by the name of the event that records them."""


def word(key: str, language: Language, **values: object) -> str:
    """Return the text ``key`` with ``values`` filled in."""
    return WORDS[key][language].format_map(values)
