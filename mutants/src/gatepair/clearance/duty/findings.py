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
