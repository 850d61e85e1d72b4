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
