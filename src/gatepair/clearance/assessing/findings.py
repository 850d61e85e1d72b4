"""What putting an assessment together finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

NO_GOODS = kind(
    "assessment.no_goods",
    Severity.NOTE,
    vi="Tờ khai không có mặt hàng nào; không có gì để tính.",
    zh="报关单没有货物项;无可评定。",
    en="The declaration has no goods items; there is nothing to assess.",
    fr="La déclaration n'a pas d'article ; il n'y a rien à évaluer.",
)
IMPORTER_UNKNOWN = kind(
    "assessment.importer_unknown",
    Severity.WARNING,
    vi="Chưa biết nước nhập khẩu; hãy ghi nước đến (Destination) hoặc nêu trong giấy tờ kèm theo.",
    zh="进口国未知;请填写目的国(Destination)或在随附文件中注明。",
    en="The importing country is not known; name it as Destination, or in the papers beside the declaration.",
    fr="Le pays d'importation n'est pas connu ; nommez-le comme Destination ou dans les papiers joints.",
)
NO_CURRENCY = kind(
    "assessment.no_currency",
    Severity.WARNING,
    vi="Không biểu thuế nào của {country} nêu loại tiền tính thuế; hãy nạp một tờ có `currency`.",
    zh="{country} 的税表均未注明计税货币;请导入带 `currency` 的税表。",
    en="No sheet of {country} names the currency of duty; import one with `currency`.",
    fr="Aucune feuille de {country} ne nomme la monnaie du droit ; importez-en une avec `currency`.",
)
HS_MISSING = kind(
    "assessment.hs_missing",
    Severity.WARNING,
    vi="Mặt hàng không có mã HS từ 6 chữ số; chưa tính được thuế, hãy ghi mã.",
    zh="货物项没有 6 位以上的 HS 编码;无法计税,请填写编码。",
    en="The item has no HS code of six digits or more, so no duty is reckoned; enter the code.",
    fr="L'article n'a pas de code SH d'au moins six chiffres, donc pas de droit calculé ; indiquez le code.",
)
VALUE_MISSING = kind(
    "assessment.value_missing",
    Severity.WARNING,
    vi="Mặt hàng không có trị giá bằng một loại tiền; thuế theo trị giá chưa biết.",
    zh="货物项没有带货币的价值;从价税未知。",
    en="The item has no value in a currency, so what is a share of it is not known; enter the value.",
    fr="L'article n'a pas de valeur dans une monnaie, donc ce qui en est une part n'est pas connu ; indiquez-la.",
)
VALUE_UNFIT = kind(
    "assessment.value_unfit",
    Severity.WARNING,
    vi="Trị giá {value} {currency} không phải là số nguyên đơn vị nhỏ nhất và không âm; hãy sửa.",
    zh="价值 {value} {currency} 不是非负的最小货币单位整数;请更正。",
    en="The value {value} {currency} is no whole number of minor units from nought up; mend it.",
    fr="La valeur {value} {currency} n'est pas un nombre entier d'unités mineures à partir de zéro ; corrigez-la.",
)
NO_EXCHANGE = kind(
    "assessment.no_exchange",
    Severity.WARNING,
    vi="Không có tỷ giá {invoice} sang {duty}; hãy ghi tỷ giá của hải quan vào CurrencyExchange.",
    zh="没有 {invoice} 兑 {duty} 的汇率;请在 CurrencyExchange 填写海关汇率。",
    en="There is no rate from {invoice} to {duty}; enter customs' rate as CurrencyExchange.",
    fr="Il n'y a pas de taux de {invoice} à {duty} ; indiquez celui de la douane comme CurrencyExchange.",
)
EXCHANGE_DECLARED = kind(
    "assessment.exchange_declared",
    Severity.NOTE,
    vi="Tỷ giá là tỷ giá đã khai: 1 {invoice} = {rate} {duty}.",
    zh="汇率按申报:1 {invoice} = {rate} {duty}。",
    en="The rate of exchange is the declared one: 1 {invoice} = {rate} {duty}.",
    fr="Le taux de change est celui déclaré : 1 {invoice} = {rate} {duty}.",
)
NO_DUTY_HERE = kind(
    "assessment.no_duty_here",
    Severity.NOTE,
    vi="Loại hình {regime}: không phát sinh thuế nhập khẩu khi qua cửa khẩu; các khoản dưới đây là mức sẽ phải nộp nếu nhập khẩu.",
    zh="制度 {regime}:过口岸时不产生进口税;以下为若进口则应缴的数额。",
    en="Under the regime {regime} no import duty falls due at the gate; what stands below would be paid on import.",
    fr="Sous le régime {regime} aucun droit d'importation n'est dû au passage ; ce qui suit serait payé à l'importation.",
)
PAPERS_UNMATCHED = kind(
    "assessment.papers_unmatched",
    Severity.WARNING,
    vi="Giấy tờ nêu mặt hàng số {item} mà tờ khai không có, hoặc nêu hai lần; hãy kiểm tra số thứ tự.",
    zh="文件提到第 {item} 项,但报关单没有该项或重复;请核对序号。",
    en="The papers speak of item {item}, which the declaration has not, or twice; check the number.",
    fr="Les papiers parlent de l'article {item}, absent de la déclaration ou cité deux fois ; vérifiez le numéro.",
)
BILL_OTHER = kind(
    "assessment.bill_other",
    Severity.WARNING,
    vi="Bảng kê nguyên liệu nói về {field} {told}, tờ khai ghi {declared}; bảng kê này không chứng minh cho mặt hàng.",
    zh="物料清单的 {field} 为 {told},申报为 {declared};该清单不能证明此项货物。",
    en="The bill of materials tells of {field} {told}, the declaration of {declared}; it proves nothing for this item.",
    fr="La nomenclature parle de {field} {told}, la déclaration de {declared} ; elle ne prouve rien pour cet article.",
)
PROOF_OTHER = kind(
    "assessment.proof_other",
    Severity.WARNING,
    vi="Chứng từ {number} do {issuer} cấp, hàng khai xuất xứ {origin}; chứng từ không dùng được cho mặt hàng này.",
    zh="证明 {number} 由 {issuer} 签发,申报原产国为 {origin};该证明不适用于此项货物。",
    en="The proof {number} was issued in {issuer}, the goods are declared of {origin}; it does not serve this item.",
    fr="La preuve {number} vient de {issuer}, les marchandises sont déclarées de {origin} ; elle ne sert pas cet article.",
)
PROOF_TWICE = kind(
    "assessment.proof_twice",
    Severity.WARNING,
    vi="Mặt hàng có hơn một chứng từ cho {treaty}; chỉ xét chứng từ đầu tiên.",
    zh="该项有多份 {treaty} 证明;只审核第一份。",
    en="The item has more than one proof for {treaty}; only the first is looked at.",
    fr="L'article a plus d'une preuve pour {treaty} ; seule la première est examinée.",
)
ORIGIN_BY_PROOF = kind(
    "assessment.origin_by_proof",
    Severity.NOTE,
    vi="Xuất xứ {treaty} dựa vào chứng từ {number}; không có bảng kê nguyên liệu để tự xét.",
    zh="{treaty} 原产资格以证明 {number} 为据;没有物料清单可供核算。",
    en="Origin under {treaty} rests on the proof {number}; no bill of materials was given to work it out.",
    fr="L'origine au titre de {treaty} repose sur la preuve {number} ; aucune nomenclature n'a été donnée pour la calculer.",
)
PROOF_WAIVED = kind(
    "assessment.proof_waived",
    Severity.NOTE,
    vi="Trị giá lô hàng thấp đến mức {treaty} không đòi chứng từ.",
    zh="货物价值低,{treaty} 不要求证明。",
    en="The lot is of so little value that {treaty} asks for no proof.",
    fr="Le lot est de si faible valeur que {treaty} ne demande pas de preuve.",
)
NO_RULES = kind(
    "assessment.no_rules",
    Severity.WARNING,
    vi="Không có bảng quy tắc {treaty} cho ngày {day}; không xét được xuất xứ.",
    zh="{day} 没有 {treaty} 规则表;无法判定原产地。",
    en="There is no table of rules of {treaty} for {day}; origin cannot be judged.",
    fr="Il n'y a pas de table de règles de {treaty} pour le {day} ; l'origine ne peut être jugée.",
)
OTHER_COUNTRY = kind(
    "assessment.other_country",
    Severity.NOTE,
    vi="Hàng đi {importing}: thuế nhập khẩu do bên đó tính, không tính ở đây.",
    zh="货物运往 {importing}:进口税由对方计征,此处不计。",
    en="The goods go to {importing}: their import duty is reckoned over there, not here.",
    fr="Les marchandises vont en {importing} : leur droit d'importation se calcule là-bas, pas ici.",
)
IMPORTER_DIFFERS = kind(
    "assessment.importer_differs",
    Severity.WARNING,
    vi="Giấy tờ nêu nước nhập khẩu {papers}, tờ khai gửi hàng đến {declared}; đã tính theo giấy tờ, hãy sửa một trong hai.",
    zh="随附文件所列进口国为 {papers},报关单目的国为 {declared};已按随附文件评定,请更正其一。",
    en="The papers name {papers} as the importing country, the declaration sends the goods to {declared}; the papers were followed, mend one of the two.",
    fr="Les papiers nomment {papers} comme pays d'importation, la déclaration envoie les marchandises en {declared} ; les papiers ont été suivis, corrigez l'un des deux.",
)
FEE_WITHOUT_LOAD = kind(
    "assessment.fee_without_load",
    Severity.WARNING,
    vi="Giấy tờ nêu tỉnh {province} nhưng không nêu xe và tải (load), nên chưa tính phí hạ tầng; hãy thêm load.",
    zh="随附文件列有省份 {province},但没有车辆与载货(load),因此未计算基础设施费;请补充 load。",
    en="The papers name the province {province} but no load, so the infrastructure fee was not reckoned; add the load.",
    fr="Les papiers nomment la province {province} mais pas de chargement (load), donc la redevance n'a pas été calculée ; ajoutez load.",
)
