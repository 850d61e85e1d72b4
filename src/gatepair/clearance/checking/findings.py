"""What the checks of a declaration find, in every language; the part before the semicolon says what, the rest what to do."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

REFERENCE_MISSING = kind(
    "check.reference_missing",
    source="WCO Data Model, Declaration: FunctionalReferenceID, ID",
    vi="Tờ khai không có số tham chiếu nào; hãy ghi FunctionalReferenceID của người khai hoặc ID của hải quan.",
    zh="报关单没有任何编号；请填写申报人的 FunctionalReferenceID 或海关的 ID。",
    en="The declaration has no reference; give the declarant's FunctionalReferenceID or customs' ID.",
    fr="La déclaration n'a pas de référence ; donnez le FunctionalReferenceID du déclarant ou l'ID de la douane.",
)
TYPE_MISSING = kind(
    "check.type_missing",
    Severity.WARNING,
    source="WCO Data Model, Declaration: TypeCode; GovernmentProcedure: CurrentCode",
    vi="Tờ khai hàng hóa không nêu loại tờ khai lẫn loại hình; hãy ghi TypeCode, hoặc CurrentCode của từng mặt hàng.",
    zh="货物报关单既无类型也无监管方式；请填写 TypeCode，或各项商品的 CurrentCode。",
    en="The declaration of goods names neither type nor procedure; give a TypeCode, or each item's CurrentCode.",
    fr="La déclaration de marchandises ne nomme ni type ni régime ; donnez un TypeCode, ou le CurrentCode de chaque article.",
)
FUNCTION_MISSING = kind(
    "check.function_missing",
    source="WCO Data Model, Declaration: FunctionCode",
    vi="Loại {type} là một yêu cầu về tờ khai đã nộp nhưng thiếu mã chức năng; hãy ghi FunctionCode 13.",
    zh="类型 {type} 是针对已提交报关单的申请，但缺少功能代码；请填写 FunctionCode 13。",
    en="Type {type} is a request about a declaration, and has no function code; give FunctionCode 13.",
    fr="Le type {type} est une demande sur une déclaration, et n'a pas de code de fonction ; donnez FunctionCode 13.",
)
NOTHING_DECLARED = kind(
    "check.nothing_declared",
    source="WCO Data Model, Declaration: GoodsShipment, Consignment, BorderTransportMeans",
    vi="Tờ khai không nêu hàng hóa lẫn phương tiện; hãy thêm mặt hàng, hoặc phương tiện nếu xe rỗng.",
    zh="报关单既无货物也无运输工具；请添加商品，空车则填写运输工具。",
    en="The declaration names neither goods nor a vehicle; add the goods, or the vehicle if it is empty.",
    fr="La déclaration ne nomme ni marchandises ni véhicule ; ajoutez les marchandises, ou le véhicule s'il est vide.",
)
HS_MISSING = kind(
    "check.hs_missing",
    source="Harmonized System 2022",
    vi="Mặt hàng {item} không có mã HS; hãy ghi ít nhất sáu chữ số.",
    zh="第 {item} 项商品没有 HS 编码；请至少填写六位。",
    en="Item {item} has no HS code; enter at least its six digits.",
    fr="L'article {item} n'a pas de code SH ; indiquez au moins ses six chiffres.",
)
HS_UNKNOWN = kind(
    "check.hs_unknown",
    source="Harmonized System 2022",
    vi="Mã HS {hs} không có trong Danh mục HS 2022; hãy kiểm tra sáu chữ số đầu.",
    zh="HS 编码 {hs} 不在《协调制度》2022 年版中；请核对前六位。",
    en="HS code {hs} is not in the Harmonized System of 2022; check its first six digits.",
    fr="Le code SH {hs} n'est pas dans le Système harmonisé de 2022 ; vérifiez ses six premiers chiffres.",
)
COUNTRY_UNKNOWN = kind(
    "check.country_unknown",
    source="ISO 3166-1",
    vi="Không có nước nào mang mã {country} trong ISO 3166-1; hãy dùng mã hai chữ như VN hoặc CN.",
    zh="ISO 3166-1 中没有国家代码 {country}；请使用 VN、CN 这样的两位字母代码。",
    en="There is no country {country} in ISO 3166-1; use two letters such as VN or CN.",
    fr="Il n'y a pas de pays {country} dans l'ISO 3166-1 ; utilisez deux lettres comme VN ou CN.",
)
CURRENCY_UNKNOWN = kind(
    "check.currency_unknown",
    source="ISO 4217",
    vi="Không có loại tiền {currency} trong ISO 4217; hãy dùng mã ba chữ như CNY, VND, USD.",
    zh="ISO 4217 中没有货币 {currency}；请使用 CNY、VND、USD 等三位字母代码。",
    en="There is no currency {currency} in ISO 4217; use three letters such as CNY, VND or USD.",
    fr="Il n'y a pas de monnaie {currency} dans l'ISO 4217 ; utilisez trois lettres comme CNY, VND ou USD.",
)
AMOUNT_DECIMALS = kind(
    "check.amount_decimals",
    source="ISO 4217",
    vi="Số tiền {amount} {currency} có nhiều chữ số thập phân hơn {decimals} mà loại tiền này có; hãy làm tròn.",
    zh="金额 {amount} {currency} 的小数位多于该货币的 {decimals} 位；请舍入。",
    en="The amount {amount} {currency} has more decimals than the {decimals} of its currency; round it.",
    fr="Le montant {amount} {currency} a plus de décimales que les {decimals} de sa monnaie ; arrondissez-le.",
)
UNIT_UNKNOWN = kind(
    "check.unit_unknown",
    Severity.WARNING,
    source="UN/ECE Recommendation 20",
    vi="Đơn vị {unit} không có trong Khuyến nghị 20 của UN/ECE; hãy dùng mã như KGM hoặc H87.",
    zh="计量单位 {unit} 不在 UN/ECE 第 20 号建议书中；请使用 KGM、H87 等代码。",
    en="The unit {unit} is not in UN/ECE Recommendation 20; use a code such as KGM or H87.",
    fr="L'unité {unit} n'est pas dans la Recommandation 20 de la CEE-ONU ; utilisez un code comme KGM ou H87.",
)
PACKAGE_UNKNOWN = kind(
    "check.package_unknown",
    source="UN/ECE Recommendation 21",
    vi="Loại kiện {package} không có trong Khuyến nghị 21 của UN/ECE; hãy dùng mã như CT (thùng) hoặc BX (hộp).",
    zh="包装种类 {package} 不在 UN/ECE 第 21 号建议书中；请使用 CT（纸箱）、BX（盒）等代码。",
    en="The kind of package {package} is not in UN/ECE Recommendation 21; use a code such as CT (carton) or BX (box).",
    fr="Le type de colis {package} n'est pas dans la Recommandation 21 de la CEE-ONU ; utilisez un code comme CT (carton) ou BX (caisse).",
)
PLACE_MALFORMED = kind(
    "check.place_malformed",
    source="UN/ECE Recommendation 16 (UN/LOCODE)",
    vi="“{place}” không phải mã UN/LOCODE: cần hai chữ của nước và ba ký tự, ví dụ VNLGS.",
    zh="“{place}”不是 UN/LOCODE：应为两位国家字母加三位字符，如 VNLGS。",
    en="“{place}” is no UN/LOCODE: it has two letters of a country and three characters, as VNLGS.",
    fr="« {place} » n'est pas un UN/LOCODE : deux lettres du pays et trois caractères, comme VNLGS.",
)
PLACE_UNLISTED = kind(
    "check.place_unlisted",
    Severity.NOTE,
    source="UN/ECE Recommendation 16 (UN/LOCODE)",
    vi="{place} không có trong bảng các nơi ở vùng biên giới; nếu nơi đó ở biên giới, hãy kiểm tra mã.",
    zh="{place} 不在边境地点表中；若该地点在边境，请核对代码。",
    en="{place} is not in the table of places at the border; if the place lies there, check the code.",
    fr="{place} n'est pas dans la table des lieux de la frontière ; si le lieu s'y trouve, vérifiez le code.",
)
MASS_UNIT = kind(
    "check.mass_unit",
    source="UN/ECE Recommendation 20",
    vi="Đơn vị {unit} không phải đơn vị khối lượng được nhận; hãy ghi bằng KGM, GRM hoặc TNE.",
    zh="{unit} 不是可接受的质量单位；请使用 KGM、GRM 或 TNE。",
    en="The unit {unit} is no unit of mass that is taken; give the mass in KGM, GRM or TNE.",
    fr="L'unité {unit} n'est pas une unité de masse admise ; donnez la masse en KGM, GRM ou TNE.",
)
CONTAINER_FORM = kind(
    "check.container_form",
    Severity.WARNING,
    source="ISO 6346",
    vi="“{number}” không giống số công-te-nơ: cần bốn chữ cái (chữ thứ tư là U, J hoặc Z) và bảy chữ số.",
    zh="“{number}”不似集装箱号：应为四个字母（第四个为 U、J 或 Z）加七位数字。",
    en="“{number}” does not look like a container number: four letters, the fourth U, J or Z, and seven digits.",
    fr="« {number} » ne ressemble pas à un numéro de conteneur : quatre lettres, la quatrième U, J ou Z, et sept chiffres.",
)
CONTAINER_DIGIT = kind(
    "check.container_digit",
    source="ISO 6346",
    vi="Số kiểm tra của công-te-nơ {number} sai, phải là {expected}; hãy đọc lại số.",
    zh="集装箱 {number} 的校验位错误，应为 {expected}；请重新核对箱号。",
    en="The check digit of container {number} is wrong, it should be {expected}; read the number again.",
    fr="Le chiffre de contrôle du conteneur {number} est faux, il devrait être {expected} ; relisez le numéro.",
)
CONTAINER_TWICE = kind(
    "check.container_twice",
    vi="Công-te-nơ {number} được nêu hai lần trong một phần của tờ khai; mỗi công-te-nơ chỉ ghi một lần.",
    zh="集装箱 {number} 在报关单同一部分中出现两次；每箱只填一次。",
    en="Container {number} is named twice in one part of the declaration; name each once.",
    fr="Le conteneur {number} est cité deux fois dans une même partie de la déclaration ; une seule suffit.",
)
PLATE_VN = kind(
    "check.plate_vn",
    Severity.WARNING,
    source="Viet Nam, Circular 79/2024/TT-BCA",
    vi="Biển số {plate} không đúng dạng biển Việt Nam như 12C-123.45; hãy kiểm tra biển hoặc nước đăng ký.",
    zh="号牌 {plate} 不符合越南号牌格式（如 12C-123.45）；请核对号牌或注册国。",
    en="Plate {plate} has not the form of a Vietnamese plate such as 12C-123.45; check the plate or the country of registration.",
    fr="La plaque {plate} n'a pas la forme d'une plaque vietnamienne comme 12C-123.45 ; vérifiez la plaque ou le pays d'immatriculation.",
)
PLATE_CN = kind(
    "check.plate_cn",
    Severity.WARNING,
    source="GA 36-2018",
    vi="Biển số {plate} không đúng dạng biển Trung Quốc như 桂F12345; hãy kiểm tra biển hoặc nước đăng ký.",
    zh="号牌 {plate} 不符合中国号牌格式（如 桂F12345）；请核对号牌或注册国。",
    en="Plate {plate} has not the form of a Chinese plate such as 桂F12345; check the plate or the country of registration.",
    fr="La plaque {plate} n'a pas la forme d'une plaque chinoise comme 桂F12345 ; vérifiez la plaque ou le pays d'immatriculation.",
)
VN_TAX_FORM = kind(
    "check.vn_tax_form",
    source="Viet Nam, Circular 86/2024/TT-BTC",
    vi="“{number}” của {party} không phải mã số thuế Việt Nam: doanh nghiệp có 10 hoặc 13 chữ số, từ ngày 1-7-2025 cá nhân có 12 chữ số.",
    zh="{party} 的“{number}”不是越南税号：企业为 10 或 13 位数字，自 2025 年 7 月 1 日起个人为 12 位数字。",
    en="“{number}” of the {party} is no Vietnamese tax number: a firm has 10 or 13 digits, a person 12 since 1 July 2025.",
    fr="« {number} » ({party}) n'est pas un numéro fiscal vietnamien : une entreprise a 10 ou 13 chiffres, une personne 12 depuis le 1er juillet 2025.",
)
VN_TAX_DIGIT = kind(
    "check.vn_tax_digit",
    source="Viet Nam, Circular 86/2024/TT-BTC",
    vi="Chữ số kiểm tra của mã số thuế {number} ({party}) sai; hãy đọc lại mã.",
    zh="{party} 的税号 {number} 校验位错误；请重新核对。",
    en="The check digit of tax number {number} of the {party} is wrong; read the number again.",
    fr="Le chiffre de contrôle du numéro fiscal {number} ({party}) est faux ; relisez le numéro.",
)
VN_PERSON_FORM = kind(
    "check.vn_person_form",
    source="Viet Nam, Circular 59/2021/TT-BCA",
    vi="{number} của {party} không thể là số định danh cá nhân: ba chữ số đầu phải là mã tỉnh hoặc mã nước, chữ số thứ tư từ 0 đến 3.",
    zh="{party} 的 {number} 不可能是个人身份号码：前三位须为省或国家代码，第四位为 0 至 3。",
    en="{number} of the {party} cannot be a personal number: its first three digits name a province or a country, the fourth is 0 to 3.",
    fr="{number} ({party}) ne peut être un numéro personnel : ses trois premiers chiffres désignent une province ou un pays, le quatrième va de 0 à 3.",
)
VN_PERSON_OLD = kind(
    "check.vn_person_old",
    Severity.WARNING,
    source="Viet Nam, Circular 86/2024/TT-BTC",
    vi="Mã số thuế cá nhân {number} ({party}) đã được thay bằng số định danh 12 chữ số từ ngày 1-7-2025; hãy ghi số mới.",
    zh="{party} 的个人税号 {number} 自 2025 年 7 月 1 日起由 12 位身份号码取代；请填写新号码。",
    en="The personal tax number {number} of the {party} gave way to the personal number of 12 digits on 1 July 2025; enter that.",
    fr="Le numéro fiscal personnel {number} ({party}) a été remplacé le 1er juillet 2025 par le numéro personnel à 12 chiffres ; indiquez celui-ci.",
)
CN_NUMBER_FORM = kind(
    "check.cn_number_form",
    source="GB 32100-2015; GB 11643-1999",
    vi="“{number}” của {party} không phải mã của Trung Quốc: mã tín dụng xã hội hay số căn cước có 18 ký tự, mã đăng ký hải quan có 10.",
    zh="{party} 的“{number}”不是中国代码：统一社会信用代码或身份证号为 18 位，海关注册编码为 10 位。",
    en="“{number}” of the {party} is no Chinese number: a social credit code or an identity card has 18 characters, a customs registration 10.",
    fr="« {number} » ({party}) n'est pas un numéro chinois : un code de crédit social ou une carte d'identité a 18 caractères, un enregistrement douanier 10.",
)
CN_CREDIT_DIGIT = kind(
    "check.cn_credit_digit",
    source="GB 32100-2015",
    vi="Ký tự kiểm tra của mã tín dụng xã hội {number} ({party}) sai, phải là {expected}; hãy đọc lại mã.",
    zh="{party} 的统一社会信用代码 {number} 校验码错误，应为 {expected}；请重新核对。",
    en="The check character of social credit code {number} of the {party} is wrong, it should be {expected}; read the code again.",
    fr="Le caractère de contrôle du code de crédit social {number} ({party}) est faux, il devrait être {expected} ; relisez le code.",
)
CN_PERSON_DIGIT = kind(
    "check.cn_person_digit",
    source="GB 11643-1999",
    vi="Ký tự kiểm tra của số căn cước {number} ({party}) sai; hãy đọc lại số.",
    zh="{party} 的身份证号 {number} 校验码错误；请重新核对。",
    en="The check character of identity card {number} of the {party} is wrong; read the number again.",
    fr="Le caractère de contrôle de la carte d'identité {number} ({party}) est faux ; relisez le numéro.",
)
NEGATIVE = kind(
    "check.negative",
    vi="{value} không được nhỏ hơn 0; hãy sửa.",
    zh="{value} 不得小于 0；请更正。",
    en="{value} cannot be less than nought; mend it.",
    fr="{value} ne peut être inférieur à zéro ; corrigez-le.",
)
MASS_MISSING = kind(
    "check.mass_missing",
    vi="Mặt hàng {item} không có khối lượng tịnh hay cả bì lớn hơn 0; hãy nhập khối lượng.",
    zh="第 {item} 项商品没有大于 0 的净重或毛重；请填写。",
    en="Item {item} has neither a net nor a gross mass above nought; enter it.",
    fr="L'article {item} n'a ni masse nette ni masse brute supérieure à zéro ; indiquez-la.",
)
NET_OVER_GROSS = kind(
    "check.net_over_gross",
    vi="Mặt hàng {item}: khối lượng tịnh {net_kg} kg lớn hơn cả bì {gross_kg} kg; hãy kiểm tra hai số.",
    zh="第 {item} 项商品：净重 {net_kg} 千克大于毛重 {gross_kg} 千克；请核对。",
    en="Item {item}: the net mass of {net_kg} kg is more than the gross mass of {gross_kg} kg; check both.",
    fr="Article {item} : la masse nette de {net_kg} kg dépasse la masse brute de {gross_kg} kg ; vérifiez les deux.",
)
GROSS_SUM = kind(
    "check.gross_sum",
    vi="Tổng khối lượng cả bì là {total_kg} kg nhưng các mặt hàng cộng lại là {sum_kg} kg; hãy sửa tổng hoặc các mặt hàng.",
    zh="总毛重为 {total_kg} 千克，各项合计 {sum_kg} 千克；请更正总数或各项。",
    en="The total gross mass is {total_kg} kg, the items add up to {sum_kg} kg; mend the total or the items.",
    fr="La masse brute totale est de {total_kg} kg, les articles font {sum_kg} kg ; corrigez le total ou les articles.",
)
NET_OVER_TOTAL = kind(
    "check.net_over_total",
    vi="Khối lượng tịnh các mặt hàng cộng lại {sum_kg} kg, lớn hơn tổng cả bì {total_kg} kg; hãy kiểm tra.",
    zh="各项净重合计 {sum_kg} 千克，大于总毛重 {total_kg} 千克；请核对。",
    en="The net masses of the items add up to {sum_kg} kg, more than the total gross mass of {total_kg} kg; check them.",
    fr="Les masses nettes des articles font {sum_kg} kg, plus que la masse brute totale de {total_kg} kg ; vérifiez-les.",
)
PACKAGES_MISSING = kind(
    "check.packages_missing",
    Severity.WARNING,
    vi="Mặt hàng {item} không có kiện nào và không phải hàng rời; hãy ghi số kiện.",
    zh="第 {item} 项商品没有件数且非散货；请填写件数。",
    en="Item {item} has no packages and is not bulk; enter their number.",
    fr="L'article {item} n'a aucun colis et n'est pas en vrac ; indiquez leur nombre.",
)
PACKAGES_SUM = kind(
    "check.packages_sum",
    vi="Tổng số kiện là {total} nhưng các mặt hàng cộng lại là {sum}; hãy sửa tổng hoặc các mặt hàng.",
    zh="总件数为 {total}，各项合计 {sum}；请更正总数或各项。",
    en="The total is {total} packages, the items add up to {sum}; mend the total or the items.",
    fr="Le total est de {total} colis, les articles en font {sum} ; corrigez le total ou les articles.",
)
ITEMS_COUNT = kind(
    "check.items_count",
    vi="Tờ khai ghi {total} mặt hàng nhưng có {found}; hãy sửa số hoặc bổ sung mặt hàng.",
    zh="报关单载明 {total} 项商品，实有 {found} 项；请更正数字或补充商品。",
    en="The declaration counts {total} items and has {found}; mend the count or add the items.",
    fr="La déclaration compte {total} articles et en contient {found} ; corrigez le compte ou ajoutez les articles.",
)
ITEM_SEQUENCE = kind(
    "check.item_sequence",
    vi="Hai mặt hàng cùng mang số thứ tự {number}; mỗi mặt hàng phải có số riêng.",
    zh="两项商品的序号同为 {number}；每项须有各自的序号。",
    en="Two items bear the number {number}; give each its own.",
    fr="Deux articles portent le numéro {number} ; donnez à chacun le sien.",
)
INVOICE_SUM = kind(
    "check.invoice_sum",
    vi="Hóa đơn ghi {total} {currency} nhưng các mặt hàng cộng lại là {sum} {currency}; hãy sửa tổng hoặc các mặt hàng.",
    zh="发票总额为 {total} {currency}，各项合计 {sum} {currency}；请更正总额或各项。",
    en="The invoice is {total} {currency}, the items add up to {sum} {currency}; mend the total or the items.",
    fr="La facture est de {total} {currency}, les articles font {sum} {currency} ; corrigez le total ou les articles.",
)
INVOICE_CURRENCY = kind(
    "check.invoice_currency",
    Severity.WARNING,
    vi="Mặt hàng tính bằng {currency} còn hóa đơn bằng {invoice}; không thể so tổng, hãy dùng một loại tiền.",
    zh="该项以 {currency} 计价，发票为 {invoice}；无法核对总额，请使用同一货币。",
    en="The item is priced in {currency}, the invoice in {invoice}; totals cannot be compared, use one currency.",
    fr="L'article est en {currency}, la facture en {invoice} ; les totaux ne se comparent pas, utilisez une seule monnaie.",
)
VALUE_MISSING = kind(
    "check.value_missing",
    Severity.WARNING,
    vi="Mặt hàng {item} không có trị giá; hải quan sẽ hỏi, hãy nhập trị giá hóa đơn.",
    zh="第 {item} 项商品没有货值；海关会询问，请填写发票金额。",
    en="Item {item} has no value; customs will ask, enter the invoiced price.",
    fr="L'article {item} n'a pas de valeur ; la douane la demandera, indiquez le prix facturé.",
)
TARIFF_MASS = kind(
    "check.tariff_mass",
    vi="Mặt hàng {item}: lượng theo biểu thuế {quantity_kg} kg khác khối lượng tịnh {net_kg} kg; hai số phải bằng nhau.",
    zh="第 {item} 项商品：税则数量 {quantity_kg} 千克与净重 {net_kg} 千克不符；两者须相等。",
    en="Item {item}: the tariff quantity of {quantity_kg} kg is not the net mass of {net_kg} kg; they must agree.",
    fr="Article {item} : la quantité tarifaire de {quantity_kg} kg n'est pas la masse nette de {net_kg} kg ; elles doivent concorder.",
)
RATE_NOUGHT = kind(
    "check.rate_nought",
    vi="Tỷ giá của {currency} phải lớn hơn 0; hãy nhập tỷ giá của ngày.",
    zh="{currency} 的汇率须大于 0；请填写当日汇率。",
    en="The rate of {currency} must be above nought; enter the rate of the day.",
    fr="Le taux de {currency} doit être supérieur à zéro ; indiquez le taux du jour.",
)
PAPER_TWICE = kind(
    "check.paper_twice",
    Severity.WARNING,
    vi="Chứng từ {type} số {number} được nêu hai lần; mỗi chứng từ chỉ ghi một lần.",
    zh="单证 {type} 第 {number} 号重复填写；每份只填一次。",
    en="Document {type} {number} is named twice; name each once.",
    fr="Le document {type} {number} est cité deux fois ; une seule suffit.",
)
PAPER_EARLY = kind(
    "check.paper_early",
    Severity.WARNING,
    vi="Chứng từ {number} có hiệu lực từ {day}, sau ngày khai {on}; hãy kiểm tra ngày.",
    zh="单证 {number} 自 {day} 起生效，晚于申报日 {on}；请核对日期。",
    en="Document {number} takes effect on {day}, after the day of the check {on}; look at the date.",
    fr="Le document {number} prend effet le {day}, après le jour du contrôle {on} ; vérifiez la date.",
)
INVOICE_EARLY = kind(
    "check.invoice_early",
    Severity.WARNING,
    vi="Hóa đơn {number} đề ngày {day}, sau ngày khai {on}; hãy kiểm tra ngày.",
    zh="发票 {number} 的日期 {day} 晚于申报日 {on}；请核对日期。",
    en="Invoice {number} is dated {day}, after the day of the check {on}; look at the date.",
    fr="La facture {number} est datée du {day}, après le jour du contrôle {on} ; vérifiez la date.",
)
PROCEDURE_UNKNOWN = kind(
    "check.procedure_unknown",
    Severity.WARNING,
    source="the table of procedure codes",
    vi="Mã thủ tục {procedure} không có trong bảng; không xét được quy tắc của loại hình, hãy kiểm tra mã.",
    zh="手续代码 {procedure} 不在表中；无法适用监管规则，请核对代码。",
    en="Procedure code {procedure} is not in the table; the rules of its regime cannot be applied, check the code.",
    fr="Le code de procédure {procedure} n'est pas dans la table ; les règles de son régime ne peuvent s'appliquer, vérifiez-le.",
)
REGIME_MIXED = kind(
    "check.regime_mixed",
    vi="Các mặt hàng thuộc những loại hình khác nhau ({regimes}); mỗi tờ khai chỉ một loại hình, hãy tách ra.",
    zh="各项商品属于不同监管方式（{regimes}）；一份报关单只用一种，请拆分。",
    en="The items stand under several regimes ({regimes}); a declaration has one, split it.",
    fr="Les articles relèvent de plusieurs régimes ({regimes}) ; une déclaration en a un seul, séparez-les.",
)
GOODS_MISSING = kind(
    "check.goods_missing",
    vi="Tờ khai không có mặt hàng nào mà không phải xe rỗng; hãy thêm mặt hàng.",
    zh="报关单没有商品，且非空车；请添加商品。",
    en="The declaration has no goods and is not for an empty vehicle; add them.",
    fr="La déclaration n'a pas de marchandises et ne concerne pas un véhicule vide ; ajoutez-les.",
)
GOODS_ON_EMPTY = kind(
    "check.goods_on_empty",
    vi="Xe rỗng không có mặt hàng; hãy bỏ {count} mặt hàng hoặc đổi loại hình.",
    zh="空车没有商品；请删除 {count} 项商品或更改监管方式。",
    en="An empty vehicle has no goods; take out the {count} items or change the regime.",
    fr="Un véhicule vide n'a pas de marchandises ; retirez les {count} articles ou changez de régime.",
)
TRADER_MISSING = kind(
    "check.trader_missing",
    source="WCO Data Model 3.6",
    vi="Thiếu {party}; tờ khai hàng hóa phải có.",
    zh="缺少{party}；货物申报必须填写。",
    en="The {party} is not named; a goods declaration needs it.",
    fr="Il manque : {party} ; une déclaration de marchandises l'exige.",
)
PREVIOUS_MISSING = kind(
    "check.previous_missing",
    source="Viet Nam, Decision 1357/QĐ-TCHQ; Regulation (EU) 2015/2446, Annex B",
    vi="Thủ tục {procedure} tiếp theo một thủ tục khác; hãy nêu tờ khai trước.",
    zh="手续 {procedure} 承接前一手续；请填写前一报关单。",
    en="Procedure {procedure} follows another; name the declaration before.",
    fr="La procédure {procedure} en suit une autre ; citez la déclaration précédente.",
)
WAREHOUSE_MISSING = kind(
    "check.warehouse_missing",
    source="Viet Nam, Law on Customs 54/2014/QH13, Article 61",
    vi="Hàng gửi kho ngoại quan phải nêu kho; hãy ghi mã kho.",
    zh="保税货物须填写仓库；请填写仓库代码。",
    en="Bonded goods need their warehouse; enter its code.",
    fr="Les marchandises sous douane exigent leur entrepôt ; indiquez son code.",
)
GUARANTEE_MISSING = kind(
    "check.guarantee_missing",
    Severity.WARNING,
    source="Revised Kyoto Convention, Specific Annex E, Chapter 1",
    vi="Hàng quá cảnh hoặc tạm nhập không có bảo lãnh; hãy nêu bảo lãnh hoặc lý do được miễn.",
    zh="过境或暂时进口货物没有担保；请填写担保或免除理由。",
    en="Goods in transit or admitted temporarily have no guarantee; name it or why none is needed.",
    fr="Des marchandises en transit ou admises temporairement sont sans garantie ; citez-la ou dites pourquoi il n'en faut pas.",
)
EXIT_OFFICE_MISSING = kind(
    "check.exit_office_missing",
    source="Viet Nam Customs, goods for re-export leave by the gate on their declaration, 2023",
    vi="Hàng quá cảnh hoặc tái xuất phải nêu cửa khẩu xuất; hãy ghi hải quan cửa khẩu xuất.",
    zh="过境或复运出境货物须填写出境海关；请补填。",
    en="Goods in transit or for re-export need their office of exit; enter it.",
    fr="Des marchandises en transit ou à réexporter exigent leur bureau de sortie ; indiquez-le.",
)
SEAL_MISSING = kind(
    "check.seal_missing",
    Severity.WARNING,
    source="Viet Nam Customs, electronic positioning seals for goods in transit, bonded and temporarily imported, 2022",
    vi="Hàng {regime} đi giữa cửa khẩu và kho phải có niêm phong định vị; tờ khai không nêu niêm phong nào.",
    zh="{regime} 货物在口岸与仓库之间须加电子定位封志；报关单未列封志，请补填。",
    en="Goods under {regime} travel between gate and store under a positioning seal; the declaration names none, enter it.",
    fr="Les marchandises sous {regime} circulent entre la porte et l'entrepôt sous scellé de positionnement ; la déclaration n'en cite aucun, indiquez-le.",
)
RESIDENT_OVER = kind(
    "check.resident_over",
    source="China, border-resident trade: CNY 8,000 a person a day, free of duty",
    vi="Trị giá {value} CNY vượt {limit} CNY mà một cư dân biên giới được miễn thuế mỗi ngày; phần vượt phải khai theo loại hình kinh doanh thông thường.",
    zh="货值 {value} 元超过边民每人每日免税额 {limit} 元；超出部分须按一般方式申报。",
    en="The value of CNY {value} is over the CNY {limit} that a border resident may bring a day free of duty; declare the rest under the ordinary regime.",
    fr="La valeur de {value} CNY dépasse les {limit} CNY qu'un frontalier peut apporter par jour en franchise ; déclarez le reste sous le régime ordinaire.",
)
RESIDENT_CURRENCY = kind(
    "check.resident_currency",
    Severity.WARNING,
    source="China, border-resident trade: CNY 8,000 a person a day, free of duty",
    vi="Trị giá hàng cư dân biên giới ghi bằng {currency}, không so được với mức 8.000 CNY; hãy ghi bằng CNY.",
    zh="边民互市货值以 {currency} 填写，无法与 8000 元限额比较；请用人民币填写。",
    en="Border-resident goods are valued in {currency}, which the limit in CNY cannot be held against; give CNY.",
    fr="La valeur des marchandises de frontalier est en {currency}, incomparable à la limite en CNY ; donnez-la en CNY.",
)
RESIDENT_PERSON = kind(
    "check.resident_person",
    source="China, border-resident trade: a person of the border zone declares",
    vi="Người khai hàng cư dân biên giới phải là cá nhân; “{number}” không phải số căn cước hay số định danh, hãy ghi số của người đó.",
    zh="边民互市的申报人须为个人；“{number}”不是身份证号或个人身份号码，请填写本人号码。",
    en="Border-resident goods are declared by a person; “{number}” is no identity card nor personal number, enter the one of the person.",
    fr="Les marchandises de frontalier sont déclarées par une personne ; « {number} » n'est ni une carte d'identité ni un numéro personnel, indiquez le sien.",
)
TWO_WAY_OWNER = kind(
    "check.two_way_owner",
    source="Two-way pilot of 10 December 2025: one owner a load",
    vi="Vận chuyển hai chiều chỉ nhận hàng của một chủ, ở đây có {owners}; hãy tách theo chủ hàng.",
    zh="双向运输每车只收一个货主，此处有 {owners}；请按货主拆分。",
    en="Two-way transport takes goods of one owner a load, here are {owners}; split them by owner.",
    fr="Le transport à double sens n'admet qu'un propriétaire par charge, ici {owners} ; séparez-les.",
)
TWO_WAY_MIXED = kind(
    "check.two_way_mixed",
    source="Two-way pilot of 10 December 2025: one farm commodity a vehicle, no mixed load",
    vi="Vận chuyển hai chiều: nông sản chỉ một mặt hàng mỗi xe và không ghép, ở đây có các nhóm {headings}; hãy tách ra.",
    zh="双向运输：农产品每车一种且不得混装，此处有品目 {headings}；请拆分。",
    en="Two-way transport: one farm commodity a vehicle and no mixed load, here are headings {headings}; split them.",
    fr="Transport à double sens : un seul produit agricole par véhicule et pas de charge mixte, ici les positions {headings} ; séparez-les.",
)
DIRECTION = kind(
    "check.direction_wrong",
    Severity.WARNING,
    vi="Thủ tục {procedure} là {direction} nhưng nước xuất {exported} và nước đến {destination} không hợp với nó; hãy kiểm tra.",
    zh="手续 {procedure} 为{direction}，但启运国 {exported} 与目的国 {destination} 与之不符；请核对。",
    en="Procedure {procedure} is for {direction}, and export country {exported} with destination {destination} does not fit it; check them.",
    fr="La procédure {procedure} vaut pour : {direction} ; le pays d'exportation {exported} et la destination {destination} n'y conviennent pas ; vérifiez.",
)
LAPSED = kind(
    "check.lapsed",
    source="Viet Nam, Law on Customs 54/2014/QH13, Article 25(2)",
    vi="Tờ khai đăng ký ngày {day} chỉ có giá trị {days} ngày; hãy khai lại.",
    zh="{day} 登记的报关单有效期为 {days} 天，已过期；请重新申报。",
    en="The declaration was registered on {day} and is good for {days} days; declare again.",
    fr="La déclaration enregistrée le {day} vaut {days} jours ; déclarez de nouveau.",
)
PLATE_DIFFERS = kind(
    "check.plate_differs",
    vi="Tờ khai ghi xe {declared}, lượt qua cửa khẩu gắn với {bound}; hãy sửa một trong hai.",
    zh="报关单载明车辆 {declared}，过境绑定 {bound}；请更正其一。",
    en="The declaration names vehicle {declared}, the crossing is bound to {bound}; mend one of them.",
    fr="La déclaration cite le véhicule {declared}, le passage est lié à {bound} ; corrigez l'un des deux.",
)
CONTAINER_UNBOUND = kind(
    "check.container_unbound",
    vi="Công-te-nơ {number} của tờ khai không gắn với lượt qua này; hãy kiểm tra số hoặc sửa lượt qua.",
    zh="报关单的集装箱 {number} 未绑定本次过境；请核对箱号或更正过境。",
    en="Container {number} of the declaration is not bound to the crossing; check the number or mend the crossing.",
    fr="Le conteneur {number} de la déclaration n'est pas lié au passage ; vérifiez le numéro ou corrigez le passage.",
)
CONTAINER_UNDECLARED = kind(
    "check.container_undeclared",
    Severity.WARNING,
    vi="Lượt qua có công-te-nơ {number} mà tờ khai không nêu; có tờ khai nào khác cho nó không?",
    zh="过境绑定的集装箱 {number} 未在报关单中列明；是否另有报关单？",
    en="The crossing has container {number}, which the declaration does not name; is there another declaration for it?",
    fr="Le passage comprend le conteneur {number}, que la déclaration ne cite pas ; y a-t-il une autre déclaration ?",
)
SEAL_DIFFERS = kind(
    "check.seal_differs",
    vi="Niêm phong {seal} của tờ khai không có trên lượt qua này; hãy kiểm tra số niêm phong.",
    zh="报关单的封志 {seal} 不在本次过境的封志之中；请核对封志号。",
    en="Seal {seal} of the declaration is not among those on the crossing; check its number.",
    fr="Le scellé {seal} de la déclaration n'est pas parmi ceux du passage ; vérifiez son numéro.",
)
WRONG_WAY = kind(
    "check.wrong_way",
    vi="Hàng khai đi từ {exported} đến {destination} nhưng lượt qua đi từ {leaves} sang {enters}; hãy kiểm tra chiều.",
    zh="货物申报由 {exported} 至 {destination}，而过境由 {leaves} 往 {enters}；请核对方向。",
    en="The goods are declared from {exported} to {destination}, the crossing goes from {leaves} to {enters}; check the direction.",
    fr="Les marchandises sont déclarées de {exported} à {destination}, le passage va de {leaves} à {enters} ; vérifiez le sens.",
)
ITINERARY = kind(
    "check.itinerary_without",
    Severity.WARNING,
    vi="Hành trình không đi qua {country}, nơi xe sẽ đến; hãy bổ sung.",
    zh="行程未经过车辆将进入的 {country}；请补充。",
    en="The itinerary does not pass {country}, which the vehicle enters; add it.",
    fr="L'itinéraire ne passe pas par {country}, où entre le véhicule ; ajoutez-le.",
)
OFFICE_DIFFERS = kind(
    "check.office_differs",
    vi="Tờ khai nêu hải quan {office}, không thuộc cửa khẩu của lượt qua; hãy kiểm tra cửa khẩu.",
    zh="报关单所列海关 {office} 不属于本次过境的口岸；请核对口岸。",
    en="The declaration names office {office}, which is not at the gate of the crossing; check the gate.",
    fr="La déclaration cite le bureau {office}, qui n'est pas à la porte du passage ; vérifiez la porte.",
)
GATE_CLOSED = kind(
    "check.gate_closed",
    Severity.WARNING,
    vi="Giờ dự kiến {planned} nằm ngoài giờ mở của làn; hãy chọn giờ khác.",
    zh="计划时间 {planned} 不在车道开放时间内；请另选时间。",
    en="The planned time {planned} is outside the hours of the lane; choose another.",
    fr="L'heure prévue {planned} est hors des heures de la voie ; choisissez-en une autre.",
)
OVER_CROSSING = kind(
    "check.mass_over_crossing",
    Severity.WARNING,
    vi="Tờ khai ghi {declared_kg} kg, nhiều hơn {crossing_kg} kg của lượt qua; hãy kiểm tra khối lượng.",
    zh="报关单毛重 {declared_kg} 千克，大于过境的 {crossing_kg} 千克；请核对重量。",
    en="The declaration has {declared_kg} kg, more than the {crossing_kg} kg of the crossing; check the mass.",
    fr="La déclaration porte {declared_kg} kg, plus que les {crossing_kg} kg du passage ; vérifiez la masse.",
)
OWNER_DIFFERS = kind(
    "check.owner_differs",
    Severity.WARNING,
    vi="Chủ hàng trên tờ khai là {declared}, trên lượt qua là {bound}; hãy kiểm tra.",
    zh="报关单货主为 {declared}，过境登记为 {bound}；请核对。",
    en="The owner is {declared} in the declaration and {bound} at the crossing; check which is right.",
    fr="Le propriétaire est {declared} dans la déclaration et {bound} au passage ; vérifiez lequel est juste.",
)
NUMBER_TWICE = kind(
    "check.number_twice",
    vi="Số {number} đã dùng cho tờ khai thứ {other} trong ngày; hãy cấp số mới.",
    zh="编号 {number} 当日已用于第 {other} 份报关单；请使用新编号。",
    en="Number {number} is already that of the declaration in place {other} of this day; take a new one.",
    fr="Le numéro {number} est déjà celui de la déclaration au rang {other} du jour ; prenez-en un nouveau.",
)
INVOICE_TWICE = kind(
    "check.invoice_twice",
    Severity.WARNING,
    vi="Hóa đơn {number} của {trader} đã có trên tờ khai {other} trong ngày; hãy kiểm tra có khai hai lần không.",
    zh="{trader} 的发票 {number} 当日已见于报关单 {other}；请核对是否重复申报。",
    en="Invoice {number} of {trader} already stands in declaration {other} of this day; see whether it is declared twice.",
    fr="La facture {number} de {trader} figure déjà dans la déclaration {other} du jour ; voyez si elle est déclarée deux fois.",
)
GOODS_TWICE = kind(
    "check.goods_twice",
    Severity.WARNING,
    vi="Cùng hàng trên cùng xe {vehicle} đã khai ở {other}; hãy rút một tờ khai nếu trùng.",
    zh="同一车辆 {vehicle} 的相同货物已在 {other} 申报；如重复请撤销其一。",
    en="The same goods on the same vehicle {vehicle} are declared in {other}; withdraw one if it is the same load.",
    fr="Les mêmes marchandises sur le même véhicule {vehicle} sont déclarées dans {other} ; retirez l'une si c'est la même charge.",
)
RESIDENT_DAY = kind(
    "check.resident_day_over",
    source="China, border-resident trade: CNY 8,000 a person a day, free of duty",
    vi="Người {person} đã khai {value} CNY trong ngày, vượt {limit} CNY; tờ khai này phải theo loại hình kinh doanh thông thường.",
    zh="{person} 当日已申报 {value} 元，超过 {limit} 元；本单须按一般方式申报。",
    en="Person {person} has declared CNY {value} this day, over CNY {limit}; declare this one under the ordinary regime.",
    fr="La personne {person} a déclaré {value} CNY ce jour, plus que {limit} CNY ; déclarez celle-ci sous le régime ordinaire.",
)
SPLIT = kind(
    "check.split_below",
    Severity.WARNING,
    vi="{trader} khai nhóm {heading} {count} lần trong ngày, mỗi lần dưới {limit} {currency}, cộng lại {sum} {currency}; hãy xem có chia nhỏ lô hàng không.",
    zh="{trader} 当日就品目 {heading} 申报 {count} 次，每次低于 {limit} {currency}，合计 {sum} {currency}；请核查是否拆单。",
    en="{trader} declared heading {heading} {count} times this day, each below {limit} {currency}, {sum} {currency} together; see whether one consignment was split.",
    fr="{trader} a déclaré la position {heading} {count} fois ce jour, chaque fois sous {limit} {currency}, {sum} {currency} ensemble ; voyez si un envoi a été fractionné.",
)
