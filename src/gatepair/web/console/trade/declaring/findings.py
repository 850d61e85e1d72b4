"""What can be wrong with the way in which a declaration is filled in, before anything of it is weighed."""

from __future__ import annotations

from gatepair.base.findings import kind

MISSING = kind(
    "form.missing",
    vi="Ô này còn trống; hãy điền vào.",
    zh="此项未填；请填写。",
    en="This is empty; fill it in.",
    fr="Ce champ est vide ; remplissez-le.",
)
NOT_WHOLE = kind(
    "form.not_whole",
    vi="“{text}” không phải là số nguyên; chỉ viết chữ số, không dấu chấm hay dấu phẩy, ví dụ 20000.",
    zh="“{text}”不是整数；只写数字，不用点或逗号，例如 20000。",
    en="“{text}” is no whole number; write digits only, without points or commas, such as 20000.",
    fr="« {text} » n'est pas un nombre entier ; n'écrivez que des chiffres, sans point ni virgule, par exemple 20000.",
)
NOT_MONEY = kind(
    "form.not_money",
    vi="“{text}” không phải là số tiền bằng {currency}; hãy viết chữ số, sau dấu chấm nhiều nhất {decimals} chữ số lẻ.",
    zh="“{text}”不是 {currency} 金额：只写数字，小数点后最多 {decimals} 位。",
    en="“{text}” is no amount in {currency}: digits, and after a point at most {decimals} decimals.",
    fr="« {text} » n'est pas un montant en {currency} : des chiffres, et après un point {decimals} décimales au plus.",
)
CODE_WANTED = kind(
    "form.code_wanted",
    vi="“{text}” chưa phải là mã; hãy chọn một mã trong danh sách bên dưới.",
    zh="“{text}”还不是编码；请从下面的列表中选择。",
    en="“{text}” is not a code yet; choose one from the list below.",
    fr="« {text} » n'est pas encore un code ; choisissez-en un dans la liste ci-dessous.",
)
CODE_NOT_FOUND = kind(
    "form.code_not_found",
    vi="Không tìm thấy mã nào cho “{text}”; hãy thử một từ ngắn hơn hoặc ghi mã.",
    zh="找不到“{text}”的编码；请换更短的词，或直接填写编码。",
    en="No code was found for “{text}”; try a shorter word, or enter the code.",
    fr="Aucun code trouvé pour « {text} » ; essayez un mot plus court, ou saisissez le code.",
)
UNFIT = kind(
    "form.unfit",
    vi="“{text}” viết chưa đúng mẫu; hãy xem ví dụ của ô này.",
    zh="“{text}”的写法不对；请看此项的示例。",
    en="“{text}” is not written as it should be; look at the example of this field.",
    fr="« {text} » n'est pas écrit comme il faut ; regardez l'exemple de ce champ.",
)
TOO_MANY = kind(
    "form.too_many",
    vi="Có {count} dòng; một biểu mẫu nhận nhiều nhất {limit}. Hãy chia ra nhiều lượt hoặc khai qua giao diện kết nối (API).",
    zh="共有 {count} 行；一张表单最多接受 {limit} 行。请分成多次通行，或通过接口申报。",
    en="There are {count} rows; a form takes at most {limit}. Split them over several crossings, or declare over the interface.",
    fr="Il y a {count} lignes ; un formulaire en accepte {limit} au plus. Répartissez-les sur plusieurs passages, ou déclarez par l'interface.",
)
FILE_MISSING = kind(
    "form.file_missing",
    vi="Chưa chọn tệp; hãy chọn tệp tờ khai.",
    zh="未选择文件；请选择申报文件。",
    en="No file was chosen; choose the file of the declaration.",
    fr="Aucun fichier n'est choisi ; choisissez celui de la déclaration.",
)
FILE_TOO_LARGE = kind(
    "form.file_too_large",
    vi="Tệp có {bytes} byte; ở đây nhận nhiều nhất {limit}. Hãy chia thành nhiều tệp.",
    zh="文件有 {bytes} 字节；此处最多接受 {limit}。请分成多个文件。",
    en="The file has {bytes} bytes; at most {limit} are taken here. Split it into several.",
    fr="Le fichier a {bytes} octets ; {limit} au plus sont acceptés ici. Divisez-le en plusieurs.",
)
