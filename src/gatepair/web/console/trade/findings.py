"""What is said over a trader's form that cannot be taken."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

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
FILE_NOT_TEXT = kind(
    "trade.file_not_text",
    vi="Tệp không phải văn bản UTF-8; hãy gửi tờ khai ở dạng JSON, XML, EDIFACT hoặc CSV.",
    zh="文件不是 UTF-8 文本；请以 JSON、XML、EDIFACT 或 CSV 提交报关单。",
    en="The file is no UTF-8 text; send the declaration as JSON, XML, EDIFACT or CSV.",
    fr="Le fichier n'est pas du texte UTF-8 ; envoyez la déclaration en JSON, XML, EDIFACT ou CSV.",
)
KNOWN_LOSS = kind(
    "trade.loss_not_known",
    vi="Đổi xe làm mất chỗ số {number}; hãy đánh dấu vào ô xác nhận đã biết.",
    zh="更换车辆将失去排队号 {number}；请勾选表示知晓。",
    en="Changing the vehicle loses place number {number}; tick that you know it.",
    fr="Changer de véhicule fait perdre la place {number} ; cochez que vous le savez.",
)
HS_UNFIT = kind(
    "trade.hs_unfit",
    vi="“{value}” không phải mã HS; hãy viết 6, 8 hoặc 10 chữ số.",
    zh="“{value}”不是 HS 编码；请填写 6、8 或 10 位数字。",
    en="“{value}” is no HS code; write 6, 8 or 10 digits.",
    fr="« {value} » n'est pas un code SH ; écrivez 6, 8 ou 10 chiffres.",
)
COUNTRY_UNFIT = kind(
    "trade.country_unfit",
    vi="“{value}” không phải mã nước; hãy viết hai chữ cái, ví dụ VN hoặc CN.",
    zh="“{value}”不是国家代码；请填写两个字母，如 VN 或 CN。",
    en="“{value}” is no code of a country; write two letters, such as VN or CN.",
    fr="« {value} » n'est pas un code de pays ; écrivez deux lettres, comme VN ou CN.",
)
FIGURE_UNFIT = kind(
    "trade.figure_unfit",
    vi="“{value}” không phải là số hợp lệ; hãy viết chữ số, nhiều nhất {decimals} chữ số thập phân.",
    zh="“{value}”不是此处可用的数字；请填写数字，最多 {decimals} 位小数。",
    en="“{value}” is no figure here; write digits, with at most {decimals} decimals.",
    fr="« {value} » n'est pas un nombre ici ; écrivez des chiffres, avec {decimals} décimales au plus.",
)
CURRENCY_UNFIT = kind(
    "trade.currency_unfit",
    vi="“{value}” không phải mã tiền tệ; hãy viết ba chữ cái, ví dụ VND, CNY hoặc USD.",
    zh="“{value}”不是货币代码；请填写三个字母，如 VND、CNY 或 USD。",
    en="“{value}” is no code of a currency; write three letters, such as VND, CNY or USD.",
    fr="« {value} » n'est pas un code de monnaie ; écrivez trois lettres, comme VND, CNY ou USD.",
)
TABLE_UNFIT = kind(
    "trade.table_unfit",
    vi="Dòng {line} của bảng có {cells} ô; cần ít nhất bốn: nguyên liệu, mã HS, nước xuất xứ, trị giá.",
    zh="表格第 {line} 行有 {cells} 个单元格；至少需要四个：材料、HS 编码、原产国、价值。",
    en="Line {line} of the table has {cells} cells; at least four are needed: material, HS code, country of origin, value.",
    fr="La ligne {line} du tableau a {cells} cellules ; il en faut au moins quatre : matière, code SH, pays d'origine, valeur.",
)
TABLE_TOO_LONG = kind(
    "trade.table_too_long",
    vi="Bảng quá dài: nhiều nhất {most} nguyên liệu.",
    zh="表格过长：最多 {most} 种材料。",
    en="The table is too long: at most {most} materials.",
    fr="Le tableau est trop long : {most} matières au plus.",
)
TABLE_UNREADABLE = kind(
    "trade.table_unreadable",
    vi="Không đọc được tệp: cần văn bản UTF-8, nhiều nhất {most} byte, các ô cách nhau bằng dấu phẩy, chấm phẩy hoặc tab.",
    zh="无法读取文件：须为 UTF-8 文本，最多 {most} 字节，单元格以逗号、分号或制表符分隔。",
    en="The file cannot be read: UTF-8 text is needed, at most {most} bytes, with commas, semicolons or tabs between the cells.",
    fr="Le fichier ne peut être lu : il faut du texte UTF-8, {most} octets au plus, avec virgules, points-virgules ou tabulations entre les cellules.",
)
EXCHANGE_MISSING = kind(
    "trade.rate_of_exchange_missing",
    Severity.WARNING,
    vi="Thuế được tính bằng {duty}; hãy ghi tỷ giá của {invoice}, nếu không thì không tính được số tiền.",
    zh="税费以 {duty} 计；请填写 {invoice} 的汇率，否则无法计算金额。",
    en="Duty is reckoned in {duty}; write the rate of exchange of {invoice}, without which no amount can be known.",
    fr="Le droit se calcule en {duty} ; indiquez le cours de {invoice}, sans quoi aucun montant ne peut être connu.",
)
