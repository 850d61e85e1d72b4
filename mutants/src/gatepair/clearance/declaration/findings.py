"""What reading and checking a declaration finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

UNMAPPED = kind(
    "declaration.unmapped",
    Severity.WARNING,
    vi="Dòng {line}: “{text}” không có chỗ trong mô hình và không được dùng; hãy xem có cần không.",
    zh="第 {line} 行:“{text}”在模型中没有位置,未被采用;请确认是否需要。",
    en="Line {line}: “{text}” has no place in the model and is not used; see whether it is needed.",
    fr="Ligne {line} : « {text} » n'a pas de place dans le modèle et n'est pas utilisé ; voyez s'il le faut.",
)
NOT_A_NUMBER = kind(
    "declaration.not_a_number",
    vi="Dòng {line}: “{text}” không phải là số; hãy viết số thập phân như 1234.56.",
    zh="第 {line} 行:“{text}”不是数字;请写成十进制数,如 1234.56。",
    en="Line {line}: “{text}” is no number; write a decimal such as 1234.56.",
    fr="Ligne {line} : « {text} » n'est pas un nombre ; écrivez un décimal tel que 1234.56.",
)
NO_AMENDMENT = kind(
    "declaration.no_amendment",
    vi="Yêu cầu sửa đổi không nêu chỗ nào cần sửa; hãy thêm Amendment với các Pointer.",
    zh="修改申请未指明修改位置;请加入带 Pointer 的 Amendment。",
    en="The request names nothing to amend; add an Amendment with its pointers.",
    fr="La demande n'indique rien à modifier ; ajoutez un Amendment avec ses pointeurs.",
)
POINTER_UNKNOWN = kind(
    "declaration.pointer_unknown",
    vi="Con trỏ {section} {tag} không chỉ vào chỗ nào của tờ khai; hãy kiểm tra mã lớp và mã phần tử.",
    zh="指针 {section} {tag} 不指向报关单的任何位置;请核对类号和元素号。",
    en="The pointer {section} {tag} leads nowhere in a declaration; check the numbers of class and element.",
    fr="Le pointeur {section} {tag} ne mène nulle part dans une déclaration ; vérifiez les numéros de classe et d'élément.",
)
PLACE_MISSING = kind(
    "declaration.place_missing",
    vi="Tờ khai không có {place} để sửa; hãy kiểm tra số thứ tự.",
    zh="报关单没有可修改的 {place};请核对序号。",
    en="The declaration has no {place} to amend; check the sequence numbers.",
    fr="La déclaration n'a pas de {place} à modifier ; vérifiez les numéros d'ordre.",
)
MISCOUNTED = kind(
    "declaration.miscounted",
    Severity.WARNING,
    vi="Đoạn {line}: phần kết đếm {count} đoạn, thực có {found}; hãy hỏi người gửi xem có thiếu gì không.",
    zh="第 {line} 段:尾段计数 {count},实际 {found};请向发送方核实是否缺失。",
    en="Segment {line}: the trailer counts {count} segments, there are {found}; ask the sender whether something is missing.",
    fr="Segment {line} : la fin compte {count} segments, il y en a {found} ; demandez à l'expéditeur s'il manque quelque chose.",
)
