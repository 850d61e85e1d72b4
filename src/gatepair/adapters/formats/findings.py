"""What reading a file finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

# --- files as such ----------------------------------------------------------------------------------

FILE_TOO_LARGE = kind(
    "file.too_large",
    vi="Tệp có {bytes} byte; chỉ đọc tối đa {limit}. Hãy chia thành nhiều tệp.",
    zh="文件有 {bytes} 字节;最多读取 {limit}。请分成多个文件。",
    en="The file has {bytes} bytes and at most {limit} are read; split it into several.",
    fr="Le fichier a {bytes} octets et {limit} au plus sont lus ; divisez-le en plusieurs.",
)
FORMAT_UNKNOWN = kind(
    "file.format_unknown",
    vi="Tệp không thuộc dạng nào được đọc ({known}): nó bắt đầu bằng {start}. Hãy nêu dạng, hoặc gửi đúng tệp.",
    zh="文件不属于可读取的格式({known}):开头为 {start}。请指明格式,或发送正确的文件。",
    en="The file is neither {known}: it begins with {start}. Name its format, or send the right file.",
    fr="Le fichier n'est d'aucun format lu ({known}) : il commence par {start}. Nommez son format, ou envoyez le bon fichier.",
)
JSON_BROKEN = kind(
    "file.json_broken",
    vi="Tệp không phải là tờ khai: {why}. Hãy sửa chỗ được nêu.",
    zh="文件不是报关单:{why}。请更正所指之处。",
    en="The file is no declaration: {why}. Mend the place that is named.",
    fr="Le fichier n'est pas une déclaration : {why}. Corrigez l'endroit indiqué.",
)
JSON_KEY_TWICE = kind(
    "file.json_key_twice",
    source="RFC 7493 §2.3",
    vi="Khóa {key} đứng hai lần trong một đối tượng; hãy giữ một.",
    zh="键 {key} 在同一对象中出现两次;请只保留一个。",
    en="The key {key} stands twice in one object; keep one.",
    fr="La clé {key} figure deux fois dans un objet ; n'en gardez qu'une.",
)
FILE_EMPTY = kind(
    "file.empty",
    vi="Tệp trống; hãy gửi tệp có nội dung.",
    zh="文件为空;请发送有内容的文件。",
    en="The file is empty; send one that holds something.",
    fr="Le fichier est vide ; envoyez-en un qui contient quelque chose.",
)
XML_BROKEN = kind(
    "file.xml_broken",
    vi="Dòng {line}: tệp không phải XML đúng cú pháp: {why}. Hãy xuất lại tệp từ hệ thống gửi.",
    zh="第 {line} 行:文件不是格式正确的 XML:{why}。请从发送系统重新导出。",
    en="Line {line}: the document is not well-formed XML: {why}. Write it anew from the sending system.",
    fr="Ligne {line} : le document n'est pas du XML bien formé : {why}. Exportez-le à nouveau du système émetteur.",
)
XML_DOCUMENT_TYPE = kind(
    "file.xml_document_type",
    vi="Dòng {line}: tệp khai báo DOCTYPE; hãy bỏ khai báo đó.",
    zh="第 {line} 行:文件声明了 DOCTYPE;请去掉该声明。",
    en="Line {line}: the document declares a document type; leave it out.",
    fr="Ligne {line} : le document déclare un type de document ; retirez-le.",
)
XML_TOO_DEEP = kind(
    "file.xml_too_deep",
    vi="Dòng {line}: các phần tử lồng nhau quá {limit} tầng; hãy gửi tờ khai không có lớp bọc thừa.",
    zh="第 {line} 行:元素嵌套超过 {limit} 层;请去掉多余的外层后发送。",
    en="Line {line}: elements are nested deeper than {limit} levels; send the declaration without needless wrappers.",
    fr="Ligne {line} : les éléments sont imbriqués sur plus de {limit} niveaux ; envoyez la déclaration sans enveloppes inutiles.",
)
OTHER_DOCUMENT = kind(
    "file.other_document",
    vi="Dòng {line}: <{element}> không phải là tờ khai, cũng không phải trả lời cho tờ khai; hãy gửi đúng chứng từ.",
    zh="第 {line} 行:<{element}> 既不是报关单,也不是对报关单的答复;请发送正确的单证。",
    en="Line {line}: <{element}> is neither a declaration nor a response to one; send the right document.",
    fr="Ligne {line} : <{element}> n'est ni une déclaration ni une réponse à une déclaration ; envoyez le bon document.",
)
ROAD_DOCUMENT_UNKNOWN = kind(
    "file.road_document_unknown",
    vi="Trường 单证 không nêu chứng từ nào được biết; hãy viết một trong {known}.",
    zh="“单证”不是已知的单证;请写 {known} 之一。",
    en="The field 单证 names no document that is known; write one of {known}.",
    fr="Le champ 单证 ne nomme aucun document connu ; écrivez l'un de {known}.",
)
EDI_START = kind(
    "file.edi_start",
    vi="Đoạn {segment}: một bản trao đổi bắt đầu bằng UNA, UNB hoặc UNH; hãy gửi cả phong bì.",
    zh="第 {segment} 段:交换以 UNA、UNB 或 UNH 开头;请连同信封一起发送。",
    en="Segment {segment}: an interchange begins with UNA, UNB or UNH; send it with its envelope.",
    fr="Segment {segment} : un échange commence par UNA, UNB ou UNH ; envoyez-le avec son enveloppe.",
)
EDI_UNREADABLE = kind(
    "file.edi_unreadable",
    vi="Đoạn {segment}: bản trao đổi không đọc được: {why}. Hãy kiểm tra các dấu phân cách.",
    zh="第 {segment} 段:交换无法读取:{why}。请检查分隔符。",
    en="Segment {segment}: the interchange cannot be read: {why}. Check its separators.",
    fr="Segment {segment} : l'échange est illisible : {why}. Vérifiez ses séparateurs.",
)
EDI_TAG = kind(
    "file.edi_tag",
    vi="Đoạn {segment}: “{text}” không phải là thẻ của một đoạn; thẻ có ba chữ cái hoặc chữ số.",
    zh="第 {segment} 段:“{text}”不是段标识;段标识由三个字母或数字组成。",
    en="Segment {segment}: “{text}” is no tag of a segment; a tag has three letters or digits.",
    fr="Segment {segment} : « {text} » n'est pas l'étiquette d'un segment ; une étiquette a trois lettres ou chiffres.",
)
EDI_TOO_MANY = kind(
    "file.edi_too_many",
    vi="Bản trao đổi có hơn {limit} đoạn; hãy chia thành nhiều bản.",
    zh="交换超过 {limit} 段;请分成多个交换。",
    en="The interchange has more than {limit} segments; split it into several.",
    fr="L'échange a plus de {limit} segments ; divisez-le en plusieurs.",
)
EDI_CUT = kind(
    "file.edi_cut",
    vi="Bản trao đổi dừng giữa một đoạn hoặc một điện (đoạn {segment}): tệp đã bị cắt. Hãy gửi lại.",
    zh="交换在段或报文中间结束(第 {segment} 段):文件被截断。请重新发送。",
    en="The interchange ends within a segment or a message (segment {segment}): it was cut off. Send it again.",
    fr="L'échange finit au milieu d'un segment ou d'un message (segment {segment}) : il a été coupé. Envoyez-le à nouveau.",
)
EDI_EMPTY = kind(
    "file.edi_empty",
    vi="Bản trao đổi không có điện nào (đoạn {segment}); hãy gửi bản có điện giữa UNH và UNT.",
    zh="交换中没有报文(到第 {segment} 段);请发送在 UNH 与 UNT 之间有报文的交换。",
    en="The interchange holds no message (up to segment {segment}); send one with a message between UNH and UNT.",
    fr="L'échange ne contient aucun message (jusqu'au segment {segment}) ; envoyez-en un avec un message entre UNH et UNT.",
)
EDI_CHARACTERS = kind(
    "file.edi_characters",
    vi="Byte {byte} không thuộc bộ ký tự {encoding} mà bản trao đổi nêu; hãy sửa UNB hoặc bộ ký tự.",
    zh="字节 {byte} 不属于交换所写的字符集 {encoding};请更正 UNB 或字符集。",
    en="Byte {byte} is not of the character set {encoding} that the interchange names; mend UNB or the characters.",
    fr="L'octet {byte} n'est pas du jeu de caractères {encoding} que nomme l'échange ; corrigez UNB ou les caractères.",
)
EDI_UNENDED = kind(
    "file.edi_unended",
    vi="Đoạn {segment}: một điện bắt đầu trước khi điện trước kết thúc; thiếu UNT.",
    zh="第 {segment} 段:前一报文未结束就开始了新报文;缺少 UNT。",
    en="Segment {segment}: a message begins before the one before it ended; its UNT is missing.",
    fr="Segment {segment} : un message commence avant la fin du précédent ; son UNT manque.",
)
EDI_UNBEGUN = kind(
    "file.edi_unbegun",
    vi="Đoạn {segment}: một điện kết thúc mà chưa bắt đầu; thiếu UNH.",
    zh="第 {segment} 段:报文未开始就结束;缺少 UNH。",
    en="Segment {segment}: a message ends that did not begin; its UNH is missing.",
    fr="Segment {segment} : un message finit sans avoir commencé ; son UNH manque.",
)
EDI_OUTSIDE = kind(
    "file.edi_outside",
    vi="Đoạn {segment}: đoạn {text} đứng ngoài mọi điện; hãy đặt nó giữa UNH và UNT.",
    zh="第 {segment} 段:段 {text} 位于报文之外;请放在 UNH 与 UNT 之间。",
    en="Segment {segment}: the segment {text} stands outside of a message; put it between UNH and UNT.",
    fr="Segment {segment} : le segment {text} est hors de tout message ; placez-le entre UNH et UNT.",
)
EDI_OTHER_CLOSED = kind(
    "file.edi_other_closed",
    vi="Đoạn {segment}: UNT đóng điện “{text}” trong khi điện “{opened}” đang mở; hãy sửa số tham chiếu.",
    zh="第 {segment} 段:UNT 结束报文“{text}”,而打开的是“{opened}”;请更正参考号。",
    en="Segment {segment}: UNT closes the message “{text}”, and “{opened}” is open; mend the reference.",
    fr="Segment {segment} : UNT ferme le message « {text} », et « {opened} » est ouvert ; corrigez la référence.",
)
EDI_OTHER_MESSAGE = kind(
    "file.edi_other_message",
    vi="Điện {reference} là {text}, không phải {known}; hãy gửi đúng điện.",
    zh="报文 {reference} 是 {text},不是 {known};请发送正确的报文。",
    en="The message {reference} is a {text}, not one of {known}; send the right one.",
    fr="Le message {reference} est un {text}, et non l'un de {known} ; envoyez le bon.",
)

# --- mapping files and tables ---------------------------------------------------------------------

FIELD_UNKNOWN = kind(
    "table.field_unknown",
    vi="“{field}” không phải là trường của tờ khai; hãy viết {known}.",
    zh="“{field}”不是报关单的字段;请写 {known}。",
    en="“{field}” is no field of a declaration; write {known}.",
    fr="« {field} » n'est pas un champ d'une déclaration ; écrivez {known}.",
)
SIGNS_ALIKE = kind(
    "table.signs_alike",
    vi="decimal và grouping cùng là “{sign}”; hãy chọn hai dấu khác nhau.",
    zh="decimal 与 grouping 同为“{sign}”;请选用不同的符号。",
    en="decimal and grouping are both “{sign}”; choose two different signs.",
    fr="decimal et grouping sont tous deux « {sign} » ; choisissez deux signes différents.",
)
CONSTANT_UNUSABLE = kind(
    "table.constant_unusable",
    vi="Hằng số “{text}” không phải là giá trị của trường {field}; hãy sửa số hoặc ngày.",
    zh="常量“{text}”不是字段 {field} 的值;请更正数字或日期。",
    en="The constant “{text}” is no value of the field {field}; mend the number or the date.",
    fr="La constante « {text} » n'est pas une valeur du champ {field} ; corrigez le nombre ou la date.",
)
HEADER_MISSING = kind(
    "table.header_missing",
    vi="Tệp ánh xạ nêu cột “{header}” nhưng bảng không có cột này; hãy sửa tên cột hoặc tệp ánh xạ.",
    zh="映射文件提到列“{header}”,但表中没有;请更正列名或映射文件。",
    en="The mapping names the column “{header}” and the table has none; mend the header or the mapping.",
    fr="Le fichier de correspondance nomme la colonne « {header} », absente du tableau ; corrigez l'en-tête ou la correspondance.",
)
COLUMN_UNMAPPED = kind(
    "table.column_unmapped",
    Severity.WARNING,
    vi="Cột {column} “{header}” không được ánh xạ: {count} giá trị không được dùng; hãy ánh xạ cột hoặc ghi “ignore”.",
    zh="列 {column}“{header}”未映射:{count} 个值未被采用;请映射该列或写明“ignore”。",
    en="Column {column} “{header}” is not mapped and not used (cells: {count}); map it, or say “ignore”.",
    fr="La colonne {column} « {header} » n'est ni mise en correspondance ni utilisée (cellules : {count}) ; placez-la ou écrivez « ignore ».",
)
COLUMN_IGNORED = kind(
    "table.column_ignored",
    Severity.NOTE,
    vi="Cột {column} “{header}” được bỏ qua theo tệp ánh xạ: {count} giá trị.",
    zh="列 {column}“{header}”按映射文件忽略:{count} 个值。",
    en="Column {column} “{header}” is left out as the mapping says (cells: {count}).",
    fr="La colonne {column} « {header} » est laissée de côté comme le dit la correspondance (cellules : {count}).",
)
COLUMN_TWICE = kind(
    "table.column_twice",
    vi="Cột {column} “{header}” và cột {first} cùng là trường {field}: {count} giá trị không được dùng; hãy giữ một cột.",
    zh="列 {column}“{header}”与列 {first} 都是字段 {field}:{count} 个值未被采用;请只保留一列。",
    en="Column {column} “{header}” and column {first} are both the field {field}; the second is not used (cells: {count}); keep one.",
    fr="La colonne {column} « {header} » et la colonne {first} sont toutes deux le champ {field} ; la seconde n'est pas utilisée (cellules : {count}) ; gardez-en une.",
)
NO_COLUMN = kind(
    "table.no_column",
    vi="Dòng {row} không có tiêu đề cột nào quen thuộc: {headers}; hãy kiểm tra dấu phân cách và header_row, hoặc viết tệp ánh xạ.",
    zh="第 {row} 行没有可识别的列标题:{headers};请检查分隔符和 header_row,或编写映射文件。",
    en="Row {row} holds no header that is known: {headers}; check delimiter and header_row, or write a mapping.",
    fr="La ligne {row} ne porte aucun en-tête connu : {headers} ; vérifiez le séparateur et header_row, ou écrivez une correspondance.",
)
NO_ROW = kind(
    "table.no_row",
    vi="Bảng không có dòng nào sau dòng tiêu đề {row}; hãy kiểm tra header_row và trang tính.",
    zh="标题行 {row} 之后没有数据行;请检查 header_row 和工作表。",
    en="The table has no row after its header in row {row}; check header_row and the sheet.",
    fr="Le tableau n'a aucune ligne après l'en-tête de la ligne {row} ; vérifiez header_row et la feuille.",
)
CELL_NOT_A_NUMBER = kind(
    "table.not_a_number",
    vi="Ô {cell} “{header}”: “{text}” không phải là số với dấu thập phân “{decimal}”; hãy sửa ô, hoặc decimal và grouping trong tệp ánh xạ.",
    zh="单元格 {cell}“{header}”:按小数点“{decimal}”,“{text}”不是数字;请更正单元格,或映射文件中的 decimal 和 grouping。",
    en="Cell {cell} “{header}”: “{text}” is no number with the decimal sign “{decimal}”; mend the cell, or decimal and grouping in the mapping.",
    fr="Cellule {cell} « {header} » : « {text} » n'est pas un nombre avec le signe décimal « {decimal} » ; corrigez la cellule, ou decimal et grouping dans la correspondance.",
)
CELL_NOT_A_DATE = kind(
    "table.not_a_date",
    vi="Ô {cell} “{header}”: “{text}” không phải là ngày theo thứ tự {order}; hãy sửa ô, hoặc date trong tệp ánh xạ.",
    zh="单元格 {cell}“{header}”:按 {order} 顺序,“{text}”不是日期;请更正单元格,或映射文件中的 date。",
    en="Cell {cell} “{header}”: “{text}” is no date in the order {order}; mend the cell, or date in the mapping.",
    fr="Cellule {cell} « {header} » : « {text} » n'est pas une date dans l'ordre {order} ; corrigez la cellule, ou date dans la correspondance.",
)
CELL_FORMULA = kind(
    "table.formula",
    vi="Ô {cell} “{header}” chứa công thức; công thức không được chạy. Hãy dán giá trị thay cho công thức.",
    zh="单元格 {cell}“{header}”含公式;公式不会被执行。请粘贴为数值。",
    en="Cell {cell} “{header}” holds a formula, and formulas are not run; paste its value in its place.",
    fr="La cellule {cell} « {header} » contient une formule, et les formules ne sont pas exécutées ; collez sa valeur à la place.",
)
CELL_UNUSABLE = kind(
    "table.cell_unusable",
    vi="Ô {cell} “{header}”: “{text}” không phải là giá trị dùng được; hãy viết một đoạn chữ ngắn, một số hoặc một ngày.",
    zh="单元格 {cell}“{header}”:“{text}”不是可用的值;请写短文本、数字或日期。",
    en="Cell {cell} “{header}”: “{text}” is no value that can be used; write a short text, a number or a date.",
    fr="Cellule {cell} « {header} » : « {text} » n'est pas une valeur utilisable ; écrivez un texte court, un nombre ou une date.",
)
NOUGHT_LOST = kind(
    "table.nought_lost",
    vi="Ô {cell} “{header}”: mã {text} được lưu dạng số và có thể đã mất số 0 ở đầu; hãy định dạng cột là văn bản và viết đủ mã.",
    zh="单元格 {cell}“{header}”:编码 {text} 以数字保存,可能丢失前导零;请将该列设为文本并写全编码。",
    en="Cell {cell} “{header}”: the code {text} is kept as a number and may have lost its leading nought; make the column text and write the code in full.",
    fr="Cellule {cell} « {header} » : le code {text} est gardé comme nombre et a pu perdre son zéro initial ; mettez la colonne en texte et écrivez le code en entier.",
)
CELL_CONTRADICTS = kind(
    "table.contradicts",
    vi="Ô {cell} “{header}”: “{text}” khác với ô {first} của cùng tờ khai; hãy viết cùng một giá trị hoặc để trống.",
    zh="单元格 {cell}“{header}”:“{text}”与同一报关单的单元格 {first} 不同;请写相同的值或留空。",
    en="Cell {cell} “{header}”: “{text}” differs from cell {first} of the same declaration; write the same or leave it empty.",
    fr="Cellule {cell} « {header} » : « {text} » diffère de la cellule {first} de la même déclaration ; écrivez la même valeur ou laissez-la vide.",
)
ROW_WITHOUT_REFERENCE = kind(
    "table.row_without_reference",
    vi="Dòng {row} không có số tham chiếu tờ khai: {count} giá trị không được dùng; hãy điền số tham chiếu hoặc xóa dòng.",
    zh="第 {row} 行没有报关单编号:{count} 个值未被采用;请填写编号或删除该行。",
    en="Row {row} names no declaration and is not used (cells: {count}); fill in its reference or delete the row.",
    fr="La ligne {row} ne nomme aucune déclaration et n'est pas utilisée (cellules : {count}) ; indiquez sa référence ou supprimez la ligne.",
)
UNIT_WITHOUT_NUMBER = kind(
    "table.unit_without_number",
    Severity.WARNING,
    vi="Ô {cell} “{header}”: đơn vị “{text}” đứng một mình, không có số; hãy điền số hoặc xóa đơn vị.",
    zh="单元格 {cell}“{header}”:单位“{text}”没有对应的数字;请填写数字或删除单位。",
    en="Cell {cell} “{header}”: the unit “{text}” stands without its number; fill in the number or empty the cell.",
    fr="Cellule {cell} « {header} » : l'unité « {text} » est sans son nombre ; indiquez le nombre ou videz la cellule.",
)
ENCODING_FALSE = kind(
    "table.encoding_false",
    vi="Byte {byte} không thuộc bảng mã {encoding}; hãy lưu tệp dạng UTF-8, hoặc nêu bảng mã (utf-8, utf-16, gb18030, windows-1258) trong tệp ánh xạ.",
    zh="字节 {byte} 不属于编码 {encoding};请将文件存为 UTF-8,或在映射文件中写明编码(utf-8、utf-16、gb18030、windows-1258)。",
    en="Byte {byte} is not of the encoding {encoding}; save the file as UTF-8, or name its encoding (utf-8, utf-16, gb18030, windows-1258) in the mapping.",
    fr="L'octet {byte} n'est pas du codage {encoding} ; enregistrez le fichier en UTF-8, ou nommez son codage (utf-8, utf-16, gb18030, windows-1258) dans la correspondance.",
)
TABLE_TOO_LARGE = kind(
    "table.too_large",
    vi="Bảng vượt giới hạn {limit} {what}; hãy chia thành nhiều tệp.",
    zh="表格超过上限 {limit}({what});请分成多个文件。",
    en="The table is over the limit of {limit} {what}; split it into several files.",
    fr="Le tableau dépasse la limite de {limit} ({what}) ; divisez-le en plusieurs fichiers.",
)
CSV_BROKEN = kind(
    "table.csv_broken",
    vi="Dòng {line} của tệp CSV không đọc được: {why}; hãy kiểm tra dấu ngoặc kép và dấu phân cách.",
    zh="CSV 文件第 {line} 行无法读取:{why};请检查引号和分隔符。",
    en="Line {line} of the CSV file cannot be read: {why}; check its quotes and delimiters.",
    fr="La ligne {line} du fichier CSV est illisible : {why} ; vérifiez ses guillemets et ses séparateurs.",
)
NOT_A_WORKBOOK = kind(
    "table.not_a_workbook",
    vi="Tệp không phải là sổ tính XLSX đọc được: {why}; hãy lưu lại dạng .xlsx.",
    zh="文件不是可读取的 XLSX 工作簿:{why};请重新存为 .xlsx。",
    en="The file is no workbook that can be read: {why}; save it again as .xlsx.",
    fr="Le fichier n'est pas un classeur lisible : {why} ; enregistrez-le à nouveau en .xlsx.",
)
WORKBOOK_WITH_MACROS = kind(
    "table.macros",
    vi="Sổ tính chứa macro ({part}); macro không bao giờ được chạy. Hãy lưu dạng .xlsx không có macro.",
    zh="工作簿含宏({part});宏从不执行。请存为不含宏的 .xlsx。",
    en="The workbook holds macros ({part}), which are never run; save it as .xlsx without them.",
    fr="Le classeur contient des macros ({part}), jamais exécutées ; enregistrez-le en .xlsx sans elles.",
)
SHEET_MISSING = kind(
    "table.sheet_missing",
    vi="Sổ tính không có trang “{sheet}”; các trang là {known}. Hãy sửa sheet trong tệp ánh xạ.",
    zh="工作簿没有工作表“{sheet}”;现有 {known}。请更正映射文件中的 sheet。",
    en="The workbook has no sheet “{sheet}”; it has {known}. Mend sheet in the mapping.",
    fr="Le classeur n'a pas de feuille « {sheet} » ; il a {known}. Corrigez sheet dans la correspondance.",
)
SHEET_UNREAD = kind(
    "table.sheet_unread",
    Severity.WARNING,
    vi="Trang “{sheet}” của sổ tính không được đọc; hãy nêu sheet trong tệp ánh xạ nếu cần trang này.",
    zh="工作簿中的工作表“{sheet}”未读取;如需要,请在映射文件中写明 sheet。",
    en="The sheet “{sheet}” of the workbook is not read; name it as sheet in a mapping if it is the one.",
    fr="La feuille « {sheet} » du classeur n'est pas lue ; nommez-la comme sheet dans une correspondance si c'est la bonne.",
)
