"""What an origin question finds: steps of the working, premises, ways to qualify, faults of proofs, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

ACCUMULATED = kind(
    "origin.accumulated",
    Severity.NOTE,
    vi="{hs} từ {country} được tính là có xuất xứ theo cộng gộp, nhờ {evidence}.",
    zh="来自 {country} 的 {hs} 凭 {evidence} 按累积规则视为原产。",
    en="{hs} from {country} counts as originating by accumulation, with {evidence}.",
    fr="{hs} de {country} compte comme originaire par cumul, avec {evidence}.",
)
NO_PROOF = kind(
    "origin.no_proof",
    Severity.WARNING,
    vi="{hs} từ {country} không kèm chứng từ xuất xứ của hiệp định nên tính là không có xuất xứ; hãy xin chứng từ của nhà cung cấp.",
    zh="来自 {country} 的 {hs} 没有本协定的原产地证明,按非原产计;请向供应商索取证明。",
    en="{hs} from {country} comes without this treaty's proof of origin and counts as non-originating; ask the supplier for the proof.",
    fr="{hs} de {country} vient sans preuve d'origine de ce traité et compte comme non originaire ; demandez la preuve au fournisseur.",
)
NOT_PARTY = kind(
    "origin.not_party",
    Severity.NOTE,
    vi="{country} không phải thành viên hiệp định: {hs} tính là không có xuất xứ.",
    zh="{country} 不是协定成员:{hs} 按非原产计。",
    en="{country} is no Party to this treaty: {hs} counts as non-originating.",
    fr="{country} n'est pas Partie à ce traité : {hs} compte comme non originaire.",
)
UNDETERMINED = kind(
    "origin.undetermined",
    Severity.WARNING,
    vi="Không rõ xuất xứ của {hs} nên tính là không có xuất xứ.",
    zh="{hs} 原产地不明,按非原产计。",
    en="The origin of {hs} is not known; it counts as non-originating.",
    fr="L'origine de {hs} n'est pas connue ; il compte comme non originaire.",
)
MIXED_STOCK = kind(
    "origin.mixed_stock",
    Severity.WARNING,
    vi="{hs} để lẫn với hàng không có xuất xứ và không theo phương pháp kế toán kho nào, nên tính là không có xuất xứ; hãy để riêng hoặc theo một phương pháp.",
    zh="{hs} 与非原产货物混放且未用库存核算方法,按非原产计;请分开存放或采用一种方法。",
    en="{hs} lies mixed with non-originating stock and no stock method is kept, so it counts as non-originating; keep it apart or keep one method.",
    fr="{hs} est mêlé à un stock non originaire sans méthode de gestion, il compte comme non originaire ; séparez-le ou tenez une méthode.",
)
LEFT_OUT = kind(
    "origin.left_out",
    Severity.NOTE,
    vi="{hs} ({use}) không được tính vào xuất xứ.",
    zh="{hs}({use})不计入原产地判定。",
    en="{hs} ({use}) is left out of the question of origin.",
    fr="{hs} ({use}) est laissé hors de la question de l'origine.",
)
ONLY_VALUE = kind(
    "origin.only_value",
    Severity.NOTE,
    vi="{hs} ({use}) chỉ tính vào hàm lượng giá trị, không tính vào chuyển đổi mã số.",
    zh="{hs}({use})只计入区域价值成分,不计入税则归类改变。",
    en="{hs} ({use}) counts in value content and not in the change of classification.",
    fr="{hs} ({use}) compte dans la teneur en valeur et non dans le changement de classement.",
)
WHOLLY_OBTAINED = kind(
    "origin.wholly_obtained",
    Severity.NOTE,
    vi="Thu được hoàn toàn tại {country}: {words}.",
    zh="在 {country} 完全获得:{words}。",
    en="Wholly obtained in {country}: {words}.",
    fr="Entièrement obtenu en {country} : {words}.",
)
NOT_WHOLLY_OBTAINED = kind(
    "origin.not_wholly_obtained",
    Severity.NOTE,
    vi="Không phải thu được hoàn toàn: có nguyên liệu, hoặc không nêu việc trồng, nuôi, đánh bắt hay khai thác tại {country}.",
    zh="非完全获得:使用了材料,或未说明在 {country} 种植、饲养、捕捞或开采。",
    en="Not wholly obtained: materials were used, or no growing, raising, catching or mining in {country} is named.",
    fr="Pas entièrement obtenu : des matières ont servi, ou aucune culture, aucun élevage, aucune pêche ni extraction en {country} n'est indiqué.",
)
EXCLUSIVELY = kind(
    "origin.exclusively",
    Severity.NOTE,
    vi="Chỉ dùng nguyên liệu có xuất xứ: không có nguyên liệu không xuất xứ nào.",
    zh="完全由原产材料生产:没有任何非原产材料。",
    en="Made from originating materials only: no material is non-originating.",
    fr="Fabriqué uniquement de matières originaires : aucune n'est non originaire.",
)
ROW = kind(
    "origin.row",
    Severity.NOTE,
    vi="Quy tắc của dòng {hs}: {rule} (nguồn: {source}).",
    zh="{hs} 的规则:{rule}(来源:{source})。",
    en="The rule of the line {hs}: {rule} (source: {source}).",
    fr="La règle de la ligne {hs} : {rule} (source : {source}).",
)
NO_ROW = kind(
    "origin.no_row",
    vi="Bảng quy tắc không có dòng nào cho {hs}; hãy kiểm tra mã HS.",
    zh="规则表中没有 {hs} 的条目;请核对 HS 编码。",
    en="The table of rules has no line for {hs}; check the code.",
    fr="Le tableau des règles n'a pas de ligne pour {hs} ; vérifiez le code.",
)
CHANGED = kind(
    "origin.changed",
    Severity.NOTE,
    vi="Mọi nguyên liệu không có xuất xứ đều chuyển đổi sang {product} ({level}).",
    zh="所有非原产材料均改变归类至 {product}({level})。",
    en="Every non-originating material changes to {product} ({level}).",
    fr="Toute matière non originaire change vers {product} ({level}).",
)
UNCHANGED = kind(
    "origin.unchanged",
    Severity.NOTE,
    vi="{hs} không chuyển đổi mã số sang {product} theo {level}.",
    zh="{hs} 到 {product} 不构成 {level} 要求的归类改变。",
    en="{hs} to {product} is no change by {level}.",
    fr="De {hs} à {product} il n'y a pas de changement selon {level}.",
)
EXCLUDED = kind(
    "origin.excluded",
    Severity.NOTE,
    vi="Quy tắc loại trừ việc chuyển đổi từ {hs} sang {product}.",
    zh="规则排除从 {hs} 改变至 {product}。",
    en="The rule excludes a change from {hs} to {product}.",
    fr="La règle exclut un changement de {hs} vers {product}.",
)
TOLERATED = kind(
    "origin.tolerated",
    Severity.NOTE,
    vi="Phần không chuyển đổi: {value} trên {fob} = {share}, không quá 10 %: trong ngưỡng linh hoạt.",
    zh="未改变归类的部分:{value} / {fob} = {share},不超过 10%:在微小含量之内。",
    en="What does not change is {value} of {fob} = {share}, not above 10 %: within the tolerance.",
    fr="Ce qui ne change pas est {value} sur {fob} = {share}, pas plus de 10 % : dans la tolérance.",
)
TOLERATED_BY_WEIGHT = kind(
    "origin.tolerated_by_weight",
    Severity.NOTE,
    vi="Phần không chuyển đổi nặng không quá 10 % trọng lượng hàng: trong ngưỡng linh hoạt.",
    zh="未改变归类的部分重量不超过货物的 10%:在微小含量之内。",
    en="What does not change weighs not more than 10 % of the good: within the tolerance.",
    fr="Ce qui ne change pas ne pèse pas plus de 10 % de la marchandise : dans la tolérance.",
)
ABOVE_TOLERANCE = kind(
    "origin.above_tolerance",
    Severity.NOTE,
    vi="Phần không chuyển đổi: {value} trên {fob} = {share}, quá 10 %.",
    zh="未改变归类的部分:{value} / {fob} = {share},超过 10%。",
    en="What does not change is {value} of {fob} = {share}, above 10 %.",
    fr="Ce qui ne change pas est {value} sur {fob} = {share}, plus de 10 %.",
)
TOLERANCE_NO_HELP = kind(
    "origin.tolerance_no_help",
    Severity.NOTE,
    vi="Ngưỡng linh hoạt chỉ giúp tiêu chí chuyển đổi mã số, không giúp hàm lượng giá trị thấp.",
    zh="微小含量只弥补归类改变的不足,不弥补区域价值成分的不足。",
    en="The tolerance mends a change of classification only, never a low value content.",
    fr="La tolérance ne répare qu'un changement de classement, jamais une teneur en valeur trop basse.",
)
CONTENT_MET = kind(
    "origin.content_met",
    Severity.NOTE,
    vi="Hàm lượng giá trị ({method}): {counted} trên {fob} = {found}, không dưới {wanted}.",
    zh="区域价值成分({method}):{counted} / {fob} = {found},不低于 {wanted}。",
    en="Value content ({method}): {counted} of {fob} = {found}, not below {wanted}.",
    fr="Teneur en valeur ({method}) : {counted} sur {fob} = {found}, pas moins de {wanted}.",
)
CONTENT_LOW = kind(
    "origin.content_low",
    Severity.NOTE,
    vi="Hàm lượng giá trị ({method}): {counted} trên {fob} = {found}, dưới {wanted}.",
    zh="区域价值成分({method}):{counted} / {fob} = {found},低于 {wanted}。",
    en="Value content ({method}): {counted} of {fob} = {found}, below {wanted}.",
    fr="Teneur en valeur ({method}) : {counted} sur {fob} = {found}, moins de {wanted}.",
)
REACTION = kind(
    "origin.reaction",
    Severity.NOTE,
    vi="Phản ứng hóa học tại {country} tạo ra phân tử có cấu trúc mới.",
    zh="在 {country} 发生化学反应,形成新结构的分子。",
    en="A chemical reaction in {country} forms a molecule of new structure.",
    fr="Une réaction chimique en {country} forme une molécule de structure nouvelle.",
)
NO_REACTION = kind(
    "origin.no_reaction",
    Severity.NOTE,
    vi="Không nêu phản ứng hóa học nào tại một nước thành viên.",
    zh="未说明在成员方发生化学反应。",
    en="No chemical reaction in a Party is named.",
    fr="Aucune réaction chimique dans une Partie n'est indiquée.",
)
CONDITION_OPEN = kind(
    "origin.condition_open",
    Severity.WARNING,
    vi="Quy tắc đòi thêm điều kiện: {condition}; hồ sơ không nói đã đạt.",
    zh="规则另有条件:{condition};材料未说明已满足。",
    en="The rule asks one thing more: {condition}; the bill does not say that it is fulfilled.",
    fr="La règle demande encore : {condition} ; le dossier ne dit pas que c'est rempli.",
)
SCOPE_OPEN = kind(
    "origin.scope_open",
    Severity.WARNING,
    vi="Dòng này chia theo hàng: {scopes}; hãy nói hàng thuộc phần nào.",
    zh="该条目按货物区分:{scopes};请说明货物属于哪一部分。",
    en="This line is divided: {scopes}; say to which part the good belongs.",
    fr="Cette ligne est divisée : {scopes} ; dites à quelle partie la marchandise appartient.",
)
MINIMAL = kind(
    "origin.minimal",
    Severity.NOTE,
    vi="“{words}” chỉ là công đoạn đơn giản.",
    zh="“{words}”属于微小加工。",
    en="“{words}” is a minimal operation.",
    fr="« {words} » est une opération minime.",
)
MINIMAL_ONLY = kind(
    "origin.minimal_only",
    Severity.NOTE,
    vi="Nguyên liệu không có xuất xứ chỉ qua công đoạn đơn giản: quy tắc đạt trên giấy cũng không có giá trị.",
    zh="非原产材料只经过微小加工:即使书面上满足规则也不具原产资格。",
    en="The non-originating materials went through minimal operations only: a rule met on paper does not count.",
    fr="Les matières non originaires n'ont subi que des opérations minimes : une règle remplie sur le papier ne compte pas.",
)
WORK_TAKEN = kind(
    "origin.work_taken",
    Severity.NOTE,
    vi="“{words}” được coi là gia công đáng kể.",
    zh="“{words}”视为实质性加工。",
    en="“{words}” is taken to be more than a minimal operation.",
    fr="« {words} » est tenu pour plus qu'une opération minime.",
)
WORK_UNSAID = kind(
    "origin.work_unsaid",
    Severity.WARNING,
    vi="Hồ sơ không nêu công đoạn sản xuất; giả định nhiều hơn công đoạn đơn giản.",
    zh="材料未说明生产工序;假定超过微小加工。",
    en="The bill does not say what was done; more than minimal operations is assumed.",
    fr="Le dossier ne dit pas ce qui a été fait ; plus que des opérations minimes est supposé.",
)
MADE_OUTSIDE = kind(
    "origin.made_outside",
    Severity.NOTE,
    vi="Công đoạn cuối cùng làm tại {country}, không phải nước thành viên xuất khẩu.",
    zh="最后工序在 {country} 进行,不在出口成员方。",
    en="The last step of production was done in {country}, not in the exporting Party.",
    fr="La dernière étape de production a été faite en {country}, non dans la Partie exportatrice.",
)
NO_MATERIALS = kind(
    "origin.no_materials",
    Severity.WARNING,
    vi="Hồ sơ không nêu nguyên liệu cũng không nêu việc trồng, nuôi, đánh bắt hay khai thác; hãy bổ sung.",
    zh="材料清单既无材料,也未说明种植、饲养、捕捞或开采;请补充。",
    en="The bill names neither materials nor growing, raising, catching or mining; add what was used or done.",
    fr="Le dossier n'indique ni matières ni culture, élevage, pêche ou extraction ; complétez-le.",
)
ONLY_WHOLLY_OBTAINED = kind(
    "origin.only_wholly_obtained",
    Severity.NOTE,
    vi="Dòng này chỉ nhận hàng thu được hoàn toàn.",
    zh="该条目只接受完全获得的货物。",
    en="This line takes wholly obtained goods only.",
    fr="Cette ligne n'accepte que des marchandises entièrement obtenues.",
)
NOT_EXPORTING_PARTY = kind(
    "origin.not_exporting_party",
    vi="{country} không phải thành viên hiệp định {treaty}; không thể xin ưu đãi.",
    zh="{country} 不是 {treaty} 的成员;不能申请优惠。",
    en="{country} is no Party to {treaty}; no preference can be asked.",
    fr="{country} n'est pas Partie à {treaty} ; aucune préférence ne peut être demandée.",
)
LIST_PREMISE = kind(
    "origin.list_premise",
    Severity.WARNING,
    vi="Tiền đề: hàng không nằm trong danh mục quy tắc riêng của {treaty}, danh mục này chưa có ở đây; kết luận phủ định không phải là cuối cùng.",
    zh="前提:货物不在 {treaty} 的产品特定规则清单上,该清单此处尚缺;否定结论不是最终结论。",
    en="Premise: the good is not on the list of product-specific rules of {treaty}, which is not at hand; a failure here is not final.",
    fr="Prémisse : la marchandise n'est pas sur la liste des règles spécifiques de {treaty}, qui manque ici ; un échec n'est pas définitif.",
)
CARRIAGE_UNSAID = kind(
    "origin.carriage_unsaid",
    Severity.WARNING,
    vi="Tiền đề: hồ sơ không nêu vận chuyển; giả định đi thẳng.",
    zh="前提:材料未说明运输;假定直接运输。",
    en="Premise: the bill says nothing of the carriage; direct consignment is assumed.",
    fr="Prémisse : le dossier ne dit rien du transport ; un transport direct est supposé.",
)
CARRIAGE_DIRECT = kind(
    "origin.carriage_direct",
    Severity.NOTE,
    vi="Hàng đi thẳng.",
    zh="直接运输。",
    en="The goods went directly.",
    fr="Les marchandises sont allées directement.",
)
CARRIAGE_KEPT = kind(
    "origin.carriage_kept",
    Severity.NOTE,
    vi="Hàng qua {countries} chỉ để vận chuyển: điều kiện vận chuyển trực tiếp vẫn đạt.",
    zh="货物经 {countries} 仅为运输:仍符合直接运输条件。",
    en="The goods crossed {countries} for carriage only: direct consignment holds.",
    fr="Les marchandises n'ont traversé {countries} que pour le transport : le transport direct est respecté.",
)
COMMERCE_ENTERED = kind(
    "origin.commerce_entered",
    Severity.NOTE,
    vi="Hàng đã vào lưu thông tại {countries}: điều kiện vận chuyển trực tiếp không đạt.",
    zh="货物在 {countries} 进入流通:不符合直接运输条件。",
    en="The goods entered commerce in {countries}: direct consignment is broken.",
    fr="Les marchandises ont été mises en circulation en {countries} : le transport direct est rompu.",
)
WORKED_IN_TRANSIT = kind(
    "origin.worked_in_transit",
    Severity.NOTE,
    vi="“{words}” trên đường vượt quá việc bốc dỡ và giữ hàng tốt.",
    zh="途中的“{words}”超出装卸和保管货物的范围。",
    en="“{words}” on the way is more than unloading, reloading and keeping in good order.",
    fr="« {words} » en route dépasse le déchargement, le rechargement et la conservation.",
)
CARRIAGE_PAPERS = kind(
    "origin.carriage_papers",
    Severity.WARNING,
    vi="Hàng qua nước không phải thành viên {countries}: cần vận đơn chở suốt, hóa đơn gốc và giấy tờ chứng minh.",
    zh="货物经非成员方 {countries}:需全程提单、原始发票及证明文件。",
    en="The goods crossed {countries}, no Party: a through bill of lading, the original invoice and papers of proof are needed.",
    fr="Les marchandises ont traversé {countries}, non Partie : il faut un connaissement direct, la facture originale et des preuves.",
)
NOT_UNDER_CONTROL = kind(
    "origin.not_under_control",
    Severity.NOTE,
    vi="Hàng không nằm dưới sự giám sát của hải quan trên đường.",
    zh="货物途中未处于海关监管之下。",
    en="The goods did not stay under the control of customs on the way.",
    fr="Les marchandises ne sont pas restées sous le contrôle de la douane en route.",
)
COUNTRY = kind(
    "origin.country",
    Severity.NOTE,
    vi="Nước xuất xứ RCEP: {country}.",
    zh="RCEP 原产国:{country}。",
    en="The RCEP country of origin is {country}.",
    fr="Le pays d'origine RCEP est {country}.",
)
COUNTRY_VALUE = kind(
    "origin.country_value",
    Severity.NOTE,
    vi="Trị giá tăng thêm tại {country}: {value} trên {fob} = {share}; dòng thuế trong Phụ lục đòi ít nhất 20 %.",
    zh="在 {country} 增加的价值:{value} / {fob} = {share};附录所列税号要求不低于 20%。",
    en="Value added in {country}: {value} of {fob} = {share}; a line on the Appendix asks for at least 20 %.",
    fr="Valeur ajoutée en {country} : {value} sur {fob} = {share} ; une ligne de l'Appendice demande au moins 20 %.",
)
COUNTRY_BY_MATERIALS = kind(
    "origin.country_by_materials",
    Severity.NOTE,
    vi="Nước góp nguyên liệu có xuất xứ giá trị cao nhất là {country}.",
    zh="提供原产材料价值最高的成员方是 {country}。",
    en="The Party that gave originating materials of the highest value is {country}.",
    fr="La Partie qui a fourni les matières originaires de la plus haute valeur est {country}.",
)
COUNTRY_UNKNOWN = kind(
    "origin.country_unknown",
    Severity.WARNING,
    vi="Chưa biết nước xuất xứ RCEP: không rõ dòng thuế có trong Phụ lục của {importing} hay không, hoặc các nước góp bằng nhau.",
    zh="RCEP 原产国未知:不清楚该税号是否在 {importing} 的附录上,或各方贡献相等。",
    en="The RCEP country of origin is unknown: whether the line is on the Appendix of {importing} is not known, or Parties gave equally.",
    fr="Le pays d'origine RCEP est inconnu : on ignore si la ligne est à l'Appendice de {importing}, ou des Parties ont fourni également.",
)
WAY_PROOF = kind(
    "origin.way_proof",
    Severity.NOTE,
    vi="Đạt nếu có chứng từ xuất xứ cho: {materials}.",
    zh="若取得以下材料的原产地证明即可符合:{materials}。",
    en="It qualifies with proofs of origin for: {materials}.",
    fr="Elle se qualifie avec des preuves d'origine pour : {materials}.",
)
WAY_CONTENT = kind(
    "origin.way_content",
    Severity.NOTE,
    vi="Đạt nếu giảm nguyên liệu không có xuất xứ đi {value}.",
    zh="若非原产材料减少 {value} 即可符合。",
    en="It qualifies with {value} less of non-originating materials.",
    fr="Elle se qualifie avec {value} de matières non originaires en moins.",
)
WAY_CHANGE = kind(
    "origin.way_change",
    Severity.NOTE,
    vi="Đạt nếu thay các nguyên liệu này bằng hàng có xuất xứ: {materials} ({value}).",
    zh="若以原产材料替代以下材料即可符合:{materials}({value})。",
    en="It qualifies with originating materials instead of: {materials} ({value}).",
    fr="Elle se qualifie avec des matières originaires à la place de : {materials} ({value}).",
)

PROOF_KIND = kind(
    "origin.proof_kind",
    vi="Hiệp định {treaty} không nhận chứng từ loại {kind}; hãy dùng mẫu của hiệp định.",
    zh="{treaty} 不接受 {kind} 类证明;请使用该协定的格式。",
    en="{treaty} does not take a proof of the kind {kind}; use the treaty's own form.",
    fr="{treaty} n'admet pas une preuve du genre {kind} ; utilisez le formulaire du traité.",
)
PROOF_NO_CODE = kind(
    "origin.proof_no_code",
    vi="Tờ khai của nhà xuất khẩu được chấp thuận phải có mã số chấp thuận.",
    zh="经核准出口商声明须写明核准编号。",
    en="A declaration by an approved exporter names the authorisation code; add it.",
    fr="La déclaration d'un exportateur agréé porte son numéro d'agrément ; ajoutez-le.",
)
PROOF_ISSUER = kind(
    "origin.proof_issuer",
    vi="{country} không phải thành viên {treaty} nên không thể cấp chứng từ này.",
    zh="{country} 不是 {treaty} 成员,不能签发该证明。",
    en="{country} is no Party to {treaty} and cannot issue this proof.",
    fr="{country} n'est pas Partie à {treaty} et ne peut délivrer cette preuve.",
)
PROOF_NOT_YET = kind(
    "origin.proof_not_yet",
    vi="Chứng từ chỉ được cấp ngày {day}; hãy kiểm tra ngày.",
    zh="证明于 {day} 才签发;请核对日期。",
    en="The proof is issued only on {day}; check the dates.",
    fr="La preuve n'est délivrée que le {day} ; vérifiez les dates.",
)
PROOF_OVER = kind(
    "origin.proof_over",
    vi="Chứng từ hết hiệu lực sau ngày {day}.",
    zh="证明在 {day} 之后失效。",
    en="The proof was valid until {day}.",
    fr="La preuve était valable jusqu'au {day}.",
)
PROOF_LATE = kind(
    "origin.proof_late",
    vi="Chứng từ cấp {days} ngày sau khi xếp hàng mà không đánh dấu cấp sau; hãy xin tổ chức cấp đánh dấu.",
    zh="证明在装运 {days} 天后签发但未勾选补发;请签发机构勾选。",
    en="The proof was issued {days} days after shipment and is not marked as issued retroactively; have the issuer mark it.",
    fr="La preuve a été délivrée {days} jours après l'expédition sans la mention « a posteriori » ; faites-la ajouter.",
)
PROOF_TOO_LATE = kind(
    "origin.proof_too_late",
    vi="Chứng từ cấp quá 12 tháng sau ngày xếp hàng {day}.",
    zh="证明在装运日 {day} 之后超过 12 个月签发。",
    en="The proof was issued more than 12 months after the shipment of {day}.",
    fr="La preuve a été délivrée plus de 12 mois après l'expédition du {day}.",
)
ORIGINAL_COUNTRY = kind(
    "origin.original_country",
    vi="Chứng từ gốc phải do một nước thành viên khác cấp, không phải {country}.",
    zh="原证明须由另一成员方签发,而非 {country}。",
    en="The original proof must be of another Party, not of {country}.",
    fr="La preuve originale doit venir d'une autre Partie, non de {country}.",
)
ORIGINAL_OVER = kind(
    "origin.original_over",
    vi="Chứng từ gốc {number} không còn hiệu lực khi cấp chứng từ giáp lưng.",
    zh="签发背对背证明时,原证明 {number} 已失效。",
    en="The original {number} was not in force when the back-to-back proof was issued.",
    fr="L'original {number} n'était pas en vigueur quand la preuve dos à dos a été délivrée.",
)
ORIGINAL_OVERDRAWN = kind(
    "origin.original_overdrawn",
    vi="Tổng lượng đã rút {drawn} vượt lượng {quantity} của chứng từ gốc {number}, hoặc chưa nêu lượng.",
    zh="已提取合计 {drawn},超过原证明 {number} 的 {quantity},或未写明数量。",
    en="Drawn in all are {drawn}, more than the {quantity} of the original {number}, or no quantity is named.",
    fr="Le total tiré est {drawn}, plus que les {quantity} de l'original {number}, ou aucune quantité n'est indiquée.",
)
ORIGINAL_PERSON = kind(
    "origin.original_person",
    vi="Người xin chứng từ giáp lưng phải là người nhập khẩu theo chứng từ gốc.",
    zh="背对背证明的申请人须为原证明的进口人。",
    en="Who asks for a back-to-back proof must be the importer of the original.",
    fr="Qui demande une preuve dos à dos doit être l'importateur de l'original.",
)
ORIGINAL_CONTROL = kind(
    "origin.original_control",
    vi="Hàng không nằm dưới sự giám sát của hải quan, hoặc được gia công thêm.",
    zh="货物未处于海关监管之下,或经进一步加工。",
    en="The goods left customs' control or were worked on.",
    fr="Les marchandises ont quitté le contrôle de la douane ou ont été travaillées.",
)
