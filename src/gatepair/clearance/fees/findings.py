"""What reckoning and reconciling fees finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

FALLS = kind(
    "fees.falls",
    vi="Biểu {table}: hàng {goods} ({regime}) từ {heavier_kg} kg trả ít hơn {lighter_kg} kg; hãy sửa biểu.",
    zh="费表 {table}:{goods}({regime})在 {heavier_kg} 千克时低于 {lighter_kg} 千克;请修正费表。",
    en="In {table} goods {goods} ({regime}) pay less at {heavier_kg} kg than at {lighter_kg} kg; mend the table.",
    fr="Dans {table}, les marchandises {goods} ({regime}) paient moins à {heavier_kg} kg qu'à {lighter_kg} kg ; corrigez le barème.",
)
NO_TABLE = kind(
    "fees.no_table",
    Severity.WARNING,
    vi="Không có biểu phí của {province} cho ngày {day}; mức phí chưa biết.",
    zh="{province} 在 {day} 没有费表;费用未知。",
    en="There is no fee table of {province} for {day}; the fee is not known.",
    fr="Il n'y a pas de barème de {province} pour le {day} ; la redevance n'est pas connue.",
)
NO_ROW = kind(
    "fees.no_row",
    Severity.WARNING,
    vi="Biểu {table} không có dòng cho {goods} ({regime}) của xe này; mức phí chưa biết.",
    zh="费表 {table} 没有适用于该车 {goods}({regime})的行;费用未知。",
    en="The table {table} has no row for {goods} ({regime}) on this vehicle; the fee is not known.",
    fr="Le barème {table} n'a pas de ligne pour {goods} ({regime}) sur ce véhicule ; la redevance n'est pas connue.",
)
ROW = kind(
    "fees.row",
    Severity.NOTE,
    vi="Mức cho {goods}, loại xe {weight}: {rate} {currency} mỗi lượt.",
    zh="{goods},车型 {weight}:每次 {rate} {currency}。",
    en="The rate for {goods}, class {weight}, is {rate} {currency} for a vehicle.",
    fr="Le taux pour {goods}, classe {weight}, est de {rate} {currency} par véhicule.",
)
ROW_TONNE = kind(
    "fees.row_tonne",
    Severity.NOTE,
    vi="Mức cho {goods}, loại xe {weight}: {rate} {currency} mỗi tấn.",
    zh="{goods},车型 {weight}:每吨 {rate} {currency}。",
    en="The rate for {goods}, class {weight}, is {rate} {currency} for a tonne.",
    fr="Le taux pour {goods}, classe {weight}, est de {rate} {currency} par tonne.",
)
MULTIPLIED = kind(
    "fees.multiplied",
    Severity.NOTE,
    vi="Nhân {permille} phần nghìn ({what}).",
    zh="乘以千分之 {permille}({what})。",
    en="Multiplied by {permille} thousandths ({what}).",
    fr="Multiplié par {permille} millièmes ({what}).",
)
ESTIMATE = kind(
    "fees.estimate",
    Severity.WARNING,
    vi="Mức {rate} {currency} cho {goods} là số bình quân tính từ tổng thu, không phải mức công bố.",
    zh="{goods} 的 {rate} {currency} 为按总额推算的平均数,并非公布费率。",
    en="The rate {rate} {currency} for {goods} is a mean computed from totals and no published rate.",
    fr="Le taux {rate} {currency} pour {goods} est une moyenne calculée sur des totaux, non un taux publié.",
)
PART = kind(
    "fees.part",
    Severity.NOTE,
    vi="Riêng {goods} phải trả {amount} {currency}.",
    zh="{goods} 单独应付 {amount} {currency}。",
    en="For {goods} alone {amount} {currency} would be due.",
    fr="Pour {goods} seul, {amount} {currency} seraient dus.",
)
MIXED = kind(
    "fees.mixed",
    Severity.NOTE,
    vi="Hàng ghép trả mức cao nhất: {amount} {currency}.",
    zh="混装按最高费率:{amount} {currency}。",
    en="A mixed load pays the highest rate: {amount} {currency}.",
    fr="Une charge mixte paie le taux le plus élevé : {amount} {currency}.",
)
RECEIPT_TWICE = kind(
    "fees.receipt_twice",
    vi="Số biên lai {number} xuất hiện {count} lần; chỉ tính một lần.",
    zh="收据号 {number} 出现 {count} 次;只计一次。",
    en="The receipt number {number} occurs {count} times; it counts once.",
    fr="Le numéro de reçu {number} paraît {count} fois ; il compte une fois.",
)
RECEIPT_FORM = kind(
    "fees.receipt_form",
    vi="{number} không phải số biên lai; dạng đúng: LS-2025-0000123.",
    zh="{number} 不是收据号;格式如 LS-2025-0000123。",
    en="{number} is no receipt number; it is written like LS-2025-0000123.",
    fr="{number} n'est pas un numéro de reçu ; il s'écrit LS-2025-0000123.",
)
RECEIPT_GAP = kind(
    "fees.receipt_gap",
    vi="Thiếu biên lai từ {first} đến {last}.",
    zh="缺少收据 {first} 至 {last}。",
    en="The receipts from {first} to {last} are missing.",
    fr="Les reçus de {first} à {last} manquent.",
)
RECEIPT_CURRENCY = kind(
    "fees.receipt_currency",
    vi="Biên lai {number} ghi {given}, sổ dùng {expected}; không tính.",
    zh="收据 {number} 为 {given},账簿为 {expected};不计入。",
    en="The receipt {number} is in {given}, the books in {expected}; it does not count.",
    fr="Le reçu {number} est en {given}, les livres en {expected} ; il ne compte pas.",
)
RECEIPT_OUTSIDE = kind(
    "fees.receipt_outside",
    Severity.WARNING,
    vi="Biên lai {number} ngày {day} nằm ngoài kỳ; không tính.",
    zh="收据 {number} 日期 {day} 不在期间内;不计入。",
    en="The receipt {number} of {day} lies outside the period; it does not count.",
    fr="Le reçu {number} du {day} est hors de la période ; il ne compte pas.",
)
NOT_DUE = kind(
    "fees.not_due",
    vi="Lượt {crossing} đã thu {paid} {currency} nhưng không có phí phải thu.",
    zh="{crossing} 已收 {paid} {currency},但无应收费用。",
    en="For {crossing} {paid} {currency} were taken, and nothing was assessed.",
    fr="Pour {crossing}, {paid} {currency} ont été perçus alors que rien n'était dû.",
)
UNDERPAID = kind(
    "fees.underpaid",
    vi="Lượt {crossing} phải thu {due} {currency}, mới thu {paid}.",
    zh="{crossing} 应收 {due} {currency},实收 {paid}。",
    en="For {crossing} {due} {currency} are due and {paid} were taken.",
    fr="Pour {crossing}, {due} {currency} sont dus et {paid} ont été perçus.",
)
OVERPAID = kind(
    "fees.overpaid",
    vi="Lượt {crossing} phải thu {due} {currency}, đã thu tới {paid}; hãy hoàn lại.",
    zh="{crossing} 应收 {due} {currency},多收至 {paid};请退还。",
    en="For {crossing} {due} {currency} were due and as much as {paid} were taken; pay back.",
    fr="Pour {crossing}, {due} {currency} étaient dus et jusqu'à {paid} ont été perçus ; remboursez.",
)
REMITTED_SHORT = kind(
    "fees.remitted_short",
    vi="{collector} phải nộp ngân sách {due} {currency}, mới nộp {paid}.",
    zh="{collector} 应上缴 {due} {currency},仅缴 {paid}。",
    en="{collector} owes the treasury {due} {currency} and remitted {paid}.",
    fr="{collector} doit {due} {currency} au Trésor et en a versé {paid}.",
)
REMITTED_OVER = kind(
    "fees.remitted_over",
    Severity.WARNING,
    vi="{collector} phải nộp ngân sách {due} {currency}, đã nộp tới {paid}.",
    zh="{collector} 应上缴 {due} {currency},多缴至 {paid}。",
    en="{collector} owed the treasury {due} {currency} and remitted as much as {paid}.",
    fr="{collector} devait {due} {currency} au Trésor et en a versé jusqu'à {paid}.",
)
REFERENCE_TWICE = kind(
    "fees.reference_twice",
    vi="Số tham chiếu {reference} xuất hiện {count} lần; mỗi lần nộp một số.",
    zh="参考号 {reference} 出现 {count} 次;每笔一个号。",
    en="The reference {reference} occurs {count} times; each payment has its own.",
    fr="La référence {reference} paraît {count} fois ; chaque versement a la sienne.",
)
CREDIT_MISSING = kind(
    "fees.credit_missing",
    vi="Khoản nộp {reference} ({sent} {currency}) chưa có trong sổ kho bạc.",
    zh="国库账上没有缴款 {reference}({sent} {currency})。",
    en="The remittance {reference} of {sent} {currency} is not in the treasury's book.",
    fr="Le versement {reference} de {sent} {currency} n'est pas dans le livre du Trésor.",
)
CREDIT_UNKNOWN = kind(
    "fees.credit_unknown",
    vi="Kho bạc ghi {reference} ({got} {currency}) mà không đơn vị thu nào nộp.",
    zh="国库记有 {reference}({got} {currency}),但无收费方缴付。",
    en="The treasury booked {reference} of {got} {currency}, which no collector remitted.",
    fr="Le Trésor a inscrit {reference} de {got} {currency}, qu'aucun percepteur n'a versé.",
)
CREDIT_OTHER = kind(
    "fees.credit_other",
    vi="Khoản {reference}: đã nộp {sent}, kho bạc ghi {got} {currency}.",
    zh="{reference}:缴付 {sent},国库记 {got} {currency}。",
    en="For {reference} {sent} were remitted and {got} {currency} booked.",
    fr="Pour {reference}, {sent} ont été versés et {got} {currency} inscrits.",
)
PREMISE_CLASS = kind(
    "fees.premise_class",
    Severity.NOTE,
    vi="Tiền đề: loại xe trong {table} được xét theo khối lượng cả bì đã khai.",
    zh="前提:{table} 的车型按申报毛重判定。",
    en="Premise: the weight classes of {table} are read from the declared gross mass.",
    fr="Prémisse : les classes de poids de {table} sont lues de la masse brute déclarée.",
)
PREMISE_FARM = kind(
    "fees.premise_farm",
    Severity.NOTE,
    vi="Tiền đề: nhóm nào là nông sản trong {table} là cách đọc của chúng tôi.",
    zh="前提:{table} 中哪些类别属农产品为我方解读。",
    en="Premise: which groups are agricultural products in {table} is our reading.",
    fr="Prémisse : quels groupes sont des produits agricoles dans {table} est notre lecture.",
)
PREMISE_INCOMPLETE = kind(
    "fees.premise_incomplete",
    Severity.NOTE,
    vi="Tiền đề: chưa đọc được toàn bộ biểu {table}; chỉ có những dòng đã đưa tin.",
    zh="前提:{table} 全表未能查阅;仅含已报道的行。",
    en="Premise: the whole of {table} could not be read; it holds the rows that were reported.",
    fr="Prémisse : {table} n'a pu être lu en entier ; il contient les lignes rapportées.",
)
PREMISE_STACKED = kind(
    "fees.premise_stacked",
    Severity.NOTE,
    vi="Tiền đề: các hệ số của {table} nhân với nhau; nguồn không nói rõ.",
    zh="前提:{table} 的各倍数相乘;来源未说明。",
    en="Premise: the multipliers of {table} multiply one another; its source does not say.",
    fr="Prémisse : les coefficients de {table} se multiplient ; la source ne le dit pas.",
)
PREMISE_SYNTHETIC = kind(
    "fees.premise_synthetic",
    Severity.NOTE,
    vi="Tiền đề: {table} là biểu giả lập cho bản trình diễn.",
    zh="前提:{table} 是演示用的虚构费表。",
    en="Premise: {table} is synthetic, made up for the demo.",
    fr="Prémisse : {table} est fictif, inventé pour la démonstration.",
)
