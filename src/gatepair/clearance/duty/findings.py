"""What reckoning duty finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

NO_RATE = kind(
    "duty.no_rate",
    Severity.NOTE,
    vi="Biểu {option} không có thuế suất cho {hs}.",
    zh="{option} 税表没有 {hs} 的税率。",
    en="The tariff {option} has no rate for {hs}.",
    fr="Le tarif {option} n'a pas de taux pour {hs}.",
)
NOT_CLAIMED = kind(
    "duty.not_claimed",
    Severity.NOTE,
    vi="Không xin ưu đãi {option}; hãy xin và nộp chứng từ xuất xứ.",
    zh="未申请 {option} 优惠;请申请并提交原产地证明。",
    en="The preference {option} is not claimed; claim it with a proof of origin.",
    fr="La préférence {option} n'est pas demandée ; demandez-la avec une preuve d'origine.",
)
ORIGIN_FAILS = kind(
    "duty.origin_fails",
    Severity.NOTE,
    vi="Hàng không đạt xuất xứ theo {option}.",
    zh="货物不具 {option} 原产资格。",
    en="The goods do not originate under {option}.",
    fr="Les marchandises ne sont pas originaires au titre de {option}.",
)
PROOF_FAILS = kind(
    "duty.proof_fails",
    Severity.NOTE,
    vi="Không có chứng từ xuất xứ hợp lệ cho {option}.",
    zh="没有有效的 {option} 原产地证明。",
    en="There is no valid proof of origin for {option}.",
    fr="Il n'y a pas de preuve d'origine valable pour {option}.",
)
COUNTRY_OPEN = kind(
    "duty.country_open",
    Severity.WARNING,
    vi="Chưa biết nước xuất xứ theo {option}, nên chưa biết thuế suất nào áp dụng.",
    zh="{option} 项下原产国未知,无法确定适用税率。",
    en="The country of origin under {option} is not known, so neither is its rate.",
    fr="Le pays d'origine au titre de {option} n'est pas connu, donc son taux non plus.",
)
NO_LICENCE = kind(
    "duty.no_licence",
    Severity.NOTE,
    vi="Không có giấy phép hạn ngạch thuế quan.",
    zh="没有关税配额证。",
    en="There is no licence for the tariff quota.",
    fr="Il n'y a pas de licence pour le contingent tarifaire.",
)
OTHER_ORIGIN = kind(
    "duty.other_origin",
    Severity.NOTE,
    vi="Biểu {option} không dành cho hàng của {country}.",
    zh="{option} 税表不适用于 {country} 的货物。",
    en="The tariff {option} is not for goods of {country}.",
    fr="Le tarif {option} ne vaut pas pour les marchandises de {country}.",
)
BARRED = kind(
    "duty.barred",
    Severity.NOTE,
    vi="Dòng {hs} của biểu {option} loại trừ {country}.",
    zh="{option} 税表 {hs} 不适用于 {country}。",
    en="The line {hs} of {option} is not for {country}.",
    fr="La ligne {hs} de {option} ne vaut pas pour {country}.",
)
DUTY_UNKNOWN = kind(
    "duty.duty_unknown",
    Severity.WARNING,
    vi="Chưa biết thuế nhập khẩu của {hs}: không có thuế suất nào vừa mở vừa biết; hãy nạp biểu thuế.",
    zh="{hs} 的进口关税未知:没有既可适用又已知的税率;请导入税表。",
    en="The duty on {hs} is not known: no rate is both open and known; import the tariff.",
    fr="Le droit sur {hs} n'est pas connu : aucun taux n'est à la fois ouvert et connu ; importez le tarif.",
)
MAYBE_CHEAPER = kind(
    "duty.maybe_cheaper",
    Severity.WARNING,
    vi="Thuế suất {option} ({rate}) chưa tính được; có thể còn rẻ hơn.",
    zh="{option} 税率({rate})无法计算;可能更低。",
    en="The rate {option} ({rate}) cannot be reckoned; it may be cheaper.",
    fr="Le taux {option} ({rate}) ne peut être calculé ; il peut être moindre.",
)
CHARGE_UNKNOWN = kind(
    "duty.charge_unknown",
    Severity.WARNING,
    vi="Chưa tính được {option} ({rate}).",
    zh="无法计算 {option}({rate})。",
    en="The charge {option} ({rate}) cannot be reckoned.",
    fr="La charge {option} ({rate}) ne peut être calculée.",
)
NO_VAT = kind(
    "duty.no_vat",
    Severity.NOTE,
    vi="Không có biểu thuế giá trị gia tăng cho {hs}; tổng không gồm thuế này.",
    zh="没有 {hs} 的增值税表;合计不含增值税。",
    en="There is no VAT sheet for {hs}; the total leaves it out.",
    fr="Il n'y a pas de feuille de TVA pour {hs} ; le total ne la compte pas.",
)

# --- sheets of a tariff --------------------------------------------------------------------

SHEET_TOO_LONG = kind(
    "tariff.too_long",
    vi="Tờ biểu thuế dài hơn {limit} ký tự; hãy chia thành nhiều tờ.",
    zh="税表超过 {limit} 个字符;请分成几份。",
    en="The sheet is longer than {limit} characters; divide it.",
    fr="La feuille dépasse {limit} caractères ; divisez-la.",
)
SHEET_UNREADABLE = kind(
    "tariff.unreadable",
    vi="Dòng {line} không phải dòng của tờ biểu thuế; trước các hàng hãy viết `khóa: giá trị` một lần, các ô cách nhau bằng tab.",
    zh="第 {line} 行不是税表的行;表头在数据行之前写 `键: 值`,各一次,单元格以制表符分隔。",
    en="Line {line} is no line of a sheet; write `key: value` once, before the rows, and part cells by tabs.",
    fr="La ligne {line} n'est pas d'une feuille ; écrivez `clé: valeur` une fois, avant les rangs, et séparez les cases par des tabulations.",
)
FIELD_MISSING = kind(
    "tariff.field_missing",
    vi="Phần đầu thiếu `{field}`; hãy thêm dòng `{field}: …`.",
    zh="表头缺少 `{field}`;请加一行 `{field}: …`。",
    en="The header lacks `{field}`; add the line `{field}: …`.",
    fr="L'en-tête n'a pas `{field}` ; ajoutez la ligne `{field}: …`.",
)
FIELD_UNKNOWN = kind(
    "tariff.field_unknown",
    vi="Phần đầu không có trường `{field}`; các trường là {known}.",
    zh="表头没有字段 `{field}`;可用字段为 {known}。",
    en="A header has no field `{field}`; the fields are {known}.",
    fr="Un en-tête n'a pas de champ `{field}` ; les champs sont {known}.",
)
OPTION_UNKNOWN = kind(
    "tariff.option_unknown",
    vi="Không có loại thuế suất “{option}”; các loại là {known}.",
    zh="没有税率种类“{option}”;种类为 {known}。",
    en="There is no option “{option}”; the options are {known}.",
    fr="Il n'y a pas d'option « {option} » ; les options sont {known}.",
)
COUNTRY_UNKNOWN = kind(
    "tariff.country_unknown",
    vi="Không có nước {country} trong ISO 3166-1; hãy dùng mã hai chữ, ví dụ VN, CN.",
    zh="ISO 3166-1 中没有国家 {country};请用两位代码,如 VN、CN。",
    en="There is no country {country} in ISO 3166-1; use two letters such as VN or CN.",
    fr="Il n'y a pas de pays {country} dans l'ISO 3166-1 ; deux lettres, par exemple VN ou CN.",
)
COUNTRIES_WRONG = kind(
    "tariff.countries_wrong",
    vi="“{text}” không phải danh sách nước; hãy viết mã hai chữ, cách nhau một dấu cách.",
    zh="“{text}”不是国家列表;请写两位代码,以一个空格分隔。",
    en="“{text}” is no list of countries; write codes of two letters, parted by one space.",
    fr="« {text} » n'est pas une liste de pays ; des codes de deux lettres, séparés d'une espace.",
)
DAY_WRONG = kind(
    "tariff.day_wrong",
    vi="`{field}` là “{day}”, không phải ngày; hãy viết như 2025-07-01.",
    zh="`{field}` 为“{day}”,不是日期;请写成 2025-07-01。",
    en="`{field}` is “{day}”, which is no day; write 2025-07-01.",
    fr="`{field}` vaut « {day} », qui n'est pas un jour ; écrivez 2025-07-01.",
)
DAYS_REVERSED = kind(
    "tariff.days_reversed",
    vi="Ngày cuối {last} đứng trước ngày đầu {first}.",
    zh="末日 {last} 早于首日 {first}。",
    en="The last day {last} lies before the first day {first}.",
    fr="Le dernier jour {last} précède le premier jour {first}.",
)
NO_ROWS = kind(
    "tariff.no_rows",
    vi="Tờ biểu thuế không có hàng nào; mỗi hàng là mã và thuế suất, cách nhau bằng tab.",
    zh="税表没有数据行;每行为编码和税率,以制表符分隔。",
    en="The sheet has no rows; a row is a code and a rate, parted by a tab.",
    fr="La feuille n'a pas de rang ; un rang est un code et un taux, séparés d'une tabulation.",
)
CELLS_WRONG = kind(
    "tariff.cells_wrong",
    vi="Dòng {line}: một hàng có mã, thuế suất và, nếu có, các nước bị loại trừ và nguồn.",
    zh="第 {line} 行:一行为编码、税率,必要时加排除国家和来源。",
    en="Line {line}: a row is a code, a rate and, if any, the countries it is not for and its source.",
    fr="Ligne {line} : un rang est un code, un taux et, s'il y a lieu, les pays exclus et la source.",
)
CODE_WRONG = kind(
    "tariff.code_wrong",
    vi="Dòng {line}: “{hs}” không phải mã có 2 đến 10 chữ số (số chẵn) thuộc chương của Hệ thống hài hòa.",
    zh="第 {line} 行:“{hs}”不是协调制度章内的 2 至 10 位(偶数位)编码。",
    en="Line {line}: “{hs}” is no code of 2 to 10 digits, two by two, in a chapter of the Harmonized System.",
    fr="Ligne {line} : « {hs} » n'est pas un code de 2 à 10 chiffres, deux par deux, d'un chapitre du Système harmonisé.",
)
CODE_TWICE = kind(
    "tariff.code_twice",
    vi="Dòng {line}: mã {hs} đã có ở trên; hãy giữ một dòng.",
    zh="第 {line} 行:编码 {hs} 已出现;请只留一行。",
    en="Line {line}: the code {hs} stands above already, so twice; keep one.",
    fr="Ligne {line} : le code {hs} figure déjà plus haut ; gardez-en un.",
)
RATE_WRONG = kind(
    "tariff.rate_wrong",
    vi="Dòng {line}: “{rate}” không phải thuế suất; hãy viết 20%, 5000 VND/kg, tổng `+`, `or`, ? (chưa biết) hoặc - (không có).",
    zh="第 {line} 行:“{rate}”不是税率;请写 20%、5000 VND/kg、相加 `+`、`or`、?(未知)或 -(无)。",
    en="Line {line}: “{rate}” is no rate; write 20%, 5000 VND/kg, a sum with `+`, `or`, ? (not known) or - (not offered).",
    fr="Ligne {line} : « {rate} » n'est pas un taux ; écrivez 20%, 5000 VND/kg, une somme avec `+`, `or`, ? (inconnu) ou - (non offert).",
)
SHEET_CONFLICT = kind(
    "tariff.conflict",
    vi="Đã có tờ {held} cho cùng nước, loại, xuất xứ và ngày đầu nhưng nội dung khác; hãy cho tờ mới một ngày đầu khác.",
    zh="已有同一国家、种类、原产地和首日的税表 {held},内容不同;请给新表另一个首日。",
    en="The sheet {held} stands for the same country, option, origins and first day with other content; give the new one a later first day.",
    fr="La feuille {held} vaut déjà pour les mêmes pays, option, origines et premier jour, avec un autre contenu ; donnez à la nouvelle un premier jour plus tardif.",
)
SHEET_FOLLOWS = kind(
    "tariff.follows",
    Severity.NOTE,
    vi="Từ {day} tờ này thay tờ {held}; các ngày trước đó không đổi.",
    zh="自 {day} 起本表取代 {held};此前各日不变。",
    en="From {day} on this sheet takes the place of {held}; the days before stay as they are.",
    fr="À partir du {day} cette feuille remplace {held} ; les jours d'avant restent inchangés.",
)
CURRENCY_UNKNOWN = kind(
    "tariff.currency_unknown",
    vi="Không có loại tiền {currency} trong ISO 4217; hãy dùng mã ba chữ, ví dụ VND, CNY.",
    zh="ISO 4217 中没有货币 {currency};请用三位代码,如 VND、CNY。",
    en="There is no currency {currency} in ISO 4217; use three letters such as VND or CNY.",
    fr="La monnaie {currency} n'existe pas dans l'ISO 4217 ; trois lettres, par exemple VND ou CNY.",
)
