"""What is said over a trader's form that cannot be taken."""

from __future__ import annotations

from gatepair.base.findings import kind

FILE_MISSING = kind(
    "trade.file_missing",
    vi="Chưa chọn tệp; hãy chọn tệp của chứng từ.",
    zh="尚未选择文件；请选择单证文件。",
    en="No file was chosen; choose the file of the document.",
    fr="Aucun fichier n'a été choisi ; choisissez celui du document.",
)
FILE_TOO_LARGE = kind(
    "trade.file_too_large",
    vi="Tệp có {size} byte; nhiều nhất là {limit}. Hãy quét ở độ phân giải thấp hơn hoặc chia tệp.",
    zh="文件为 {size} 字节；最多 {limit}。请降低扫描分辨率或拆分文件。",
    en="The file has {size} bytes; at most {limit} are taken. Scan it at a lower resolution, or split it.",
    fr="Le fichier a {size} octets ; {limit} au plus sont acceptés. Numérisez-le plus bas ou divisez-le.",
)
KNOWN_LOSS = kind(
    "trade.loss_not_known",
    vi="Đổi phương tiện làm mất chỗ số {number}; hãy đánh dấu rằng bạn biết điều đó.",
    zh="更换车辆将失去 {number} 号排队位置；请勾选表示知晓。",
    en="Changing the vehicle loses place number {number}; tick that you know it.",
    fr="Changer de véhicule fait perdre la place {number} ; cochez que vous le savez.",
)
