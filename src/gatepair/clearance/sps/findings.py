"""What the checks of permits and quarantine find, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

RULES_HOLD = kind(
    "sps.rules_hold",
    Severity.NOTE,
    vi="Bộ quy định {rules} áp dụng cho mã HS {hs} ngày {day}.",
    zh="{day}，{rules} 规则适用于 HS {hs}。",
    en="The rule set {rules} holds for HS {hs} on {day}.",
    fr="Les règles {rules} valent pour le code SH {hs} le {day}.",
)
RULES_SILENT = kind(
    "sps.rules_silent",
    Severity.WARNING,
    vi="Chưa có bộ quy định nào cho biết hàng mã {hs} cần gì để vào {importer} ngày {day}; hãy hỏi cơ quan kiểm dịch.",
    zh="没有规则说明 {hs} 货物于 {day} 进入 {importer} 需要什么;请询问检疫机关。",
    en="No rule set says what goods of HS {hs} need to enter {importer} on {day}; ask quarantine.",
    fr="Aucune règle ne dit ce qu'il faut aux marchandises {hs} pour entrer en {importer} le {day} ; demandez à la quarantaine.",
)
NOT_CONCERNED = kind(
    "sps.not_concerned",
    Severity.NOTE,
    vi="Hàng mã {hs} không phải thực phẩm, thực vật hay động vật.",
    zh="{hs} 货物不是食品、植物或动物。",
    en="Goods of HS {hs} are neither food nor plants nor animals.",
    fr="Les marchandises {hs} ne sont ni aliments, ni plantes, ni animaux.",
)
PRODUCT_ALLOWED = kind(
    "sps.product_allowed",
    Severity.NOTE,
    vi="Hàng {product} (mã {hs}) được phép vào {importer} qua {gate}.",
    zh="{product}(HS {hs})准许经 {gate} 进入 {importer}。",
    en="{product} (HS {hs}) may enter {importer} through {gate}.",
    fr="{product} (SH {hs}) peut entrer en {importer} par {gate}.",
)
PRODUCT_NOT_ALLOWED = kind(
    "sps.product_not_allowed",
    vi="Hàng {product} (mã {hs}) không có trong danh mục được phép vào {importer}.",
    zh="{product}(HS {hs})不在准许进入 {importer} 的名单上。",
    en="{product} (HS {hs}) is not on the list of what may enter {importer}.",
    fr="{product} (SH {hs}) n'est pas sur la liste de ce qui peut entrer en {importer}.",
)
PRODUCT_UNNAMED = kind(
    "sps.product_unnamed",
    Severity.WARNING,
    vi="Mã {hs} gồm nhiều loại hàng, chỉ một số được vào {importer}; hãy ghi tên hàng (hiện là {product}).",
    zh="HS {hs} 含多种产品,只有部分准许进入 {importer};请写明产品(现为 {product})。",
    en="HS {hs} holds several products, of which some may enter {importer}; name the product (now {product}).",
    fr="Le code SH {hs} couvre plusieurs produits, dont certains peuvent entrer en {importer} ; nommez le produit (ici {product}).",
)
PRODUCT_NOT_YET = kind(
    "sps.product_not_yet",
    vi="Hàng {product} (mã {hs}) chỉ được vào {importer} từ {day}.",
    zh="{product}(HS {hs})自 {day} 起才准许进入 {importer}。",
    en="{product} (HS {hs}) may enter {importer} only from {day} on.",
    fr="{product} (SH {hs}) ne peut entrer en {importer} qu'à partir du {day}.",
)
PRODUCT_NO_MORE = kind(
    "sps.product_no_more",
    vi="Hàng {product} (mã {hs}) chỉ được vào {importer} đến hết {day}.",
    zh="{product}(HS {hs})仅至 {day} 准许进入 {importer}。",
    en="{product} (HS {hs}) might enter {importer} until {day} only.",
    fr="{product} (SH {hs}) ne pouvait entrer en {importer} que jusqu'au {day}.",
)
GATE_NOT_ALLOWED = kind(
    "sps.gate_not_allowed",
    vi="Hàng {product} (mã {hs}) không được vào {importer} qua {gate}; được phép: {gates}.",
    zh="{product}(HS {hs})不得经 {gate} 进入 {importer};准许口岸:{gates}。",
    en="{product} (HS {hs}) may not enter {importer} through {gate}; allowed are: {gates}.",
    fr="{product} (SH {hs}) ne peut entrer en {importer} par {gate} ; sont ouverts : {gates}.",
)
ORCHARD_MISSING = kind(
    "sps.orchard_missing",
    vi="Thiếu mã số vùng trồng của hàng mã {hs}; hãy bổ sung.",
    zh="缺少 {hs} 货物的果园注册号;请补充。",
    en="The code of the orchard is missing for HS {hs}; add it.",
    fr="Le code du verger manque pour le code SH {hs} ; ajoutez-le.",
)
PACKING_HOUSE_MISSING = kind(
    "sps.packing_house_missing",
    vi="Thiếu mã số cơ sở đóng gói của hàng mã {hs}; hãy bổ sung.",
    zh="缺少 {hs} 货物的包装厂注册号;请补充。",
    en="The code of the packing house is missing for HS {hs}; add it.",
    fr="Le code de la station d'emballage manque pour le code SH {hs} ; ajoutez-le.",
)
PRODUCER_MISSING = kind(
    "sps.producer_missing",
    vi="Thiếu số đăng ký GACC của nhà sản xuất hàng mã {hs}; hãy bổ sung.",
    zh="缺少 {hs} 货物境外生产企业的在华注册编号;请补充。",
    en="The producer's registration with GACC is missing for HS {hs}; add it.",
    fr="L'enregistrement du producteur auprès de la GACC manque pour le code SH {hs} ; ajoutez-le.",
)
RECOMMENDATION_MISSING = kind(
    "sps.recommendation_missing",
    vi="Nhà sản xuất {code} chưa được cơ quan thẩm quyền giới thiệu cho hàng mã {hs}.",
    zh="生产企业 {code} 未经主管当局就 {hs} 货物推荐。",
    en="The producer {code} was not recommended by its authority for HS {hs}.",
    fr="Le producteur {code} n'a pas été recommandé par son autorité pour le code SH {hs}.",
)
SITE_CODE_FORM = kind(
    "sps.site_code_form",
    vi="{code} không có dạng của mã nào trong: {kinds}; hãy đọc lại mã.",
    zh="{code} 不符合任何代码格式({kinds});请重新核对。",
    en="{code} has the form of none of these codes: {kinds}; read it again.",
    fr="{code} n'a la forme d'aucun de ces codes : {kinds} ; relisez-le.",
)
SITE_UNKNOWN = kind(
    "sps.site_unknown",
    vi="Mã {code} không có trong danh sách đăng ký có hiệu lực ngày {day}.",
    zh="{code} 不在 {day} 有效的注册名单上。",
    en="{code} is in no register that holds on {day}.",
    fr="{code} n'est dans aucun registre en vigueur le {day}.",
)
SITE_OTHER_PRODUCT = kind(
    "sps.site_other_product",
    vi="Mã {code} được đăng ký cho mặt hàng khác.",
    zh="{code} 是为其他产品注册的。",
    en="{code} is registered for another product.",
    fr="{code} est enregistré pour un autre produit.",
)
SITE_NOT_YET = kind(
    "sps.site_not_yet",
    vi="Đăng ký {code} chỉ có hiệu lực từ {day}.",
    zh="{code} 的注册自 {day} 起生效。",
    en="The registration of {code} begins on {day}.",
    fr="L'enregistrement de {code} commence le {day}.",
)
SITE_OVER = kind(
    "sps.site_over",
    vi="Đăng ký {code} đã hết hạn ngày {day}; phải gia hạn trước.",
    zh="{code} 的注册已于 {day} 到期;须先延续。",
    en="The registration of {code} ended on {day}; it has to be renewed first.",
    fr="L'enregistrement de {code} a pris fin le {day} ; il faut d'abord le renouveler.",
)
SITE_RENEWED = kind(
    "sps.site_renewed",
    Severity.WARNING,
    vi="Đăng ký {code} ghi hạn {day}; theo quy định thường được tự động gia hạn, hãy xác nhận.",
    zh="{code} 的注册载明至 {day};依规定通常自动延续,请确认。",
    en="The registration of {code} names {day} as its end; by the rules it goes on by itself as a rule, confirm it.",
    fr="L'enregistrement de {code} porte le terme du {day} ; il se renouvelle en principe de lui-même, faites-le confirmer.",
)
SITE_STOPPED = kind(
    "sps.site_stopped",
    vi="Đăng ký {code} đang ở trạng thái {state}.",
    zh="{code} 的注册状态为 {state}。",
    en="The registration of {code} is {state}.",
    fr="L'enregistrement de {code} est à l'état {state}.",
)
SITE_HOLDS = kind(
    "sps.site_holds",
    Severity.NOTE,
    vi="Đăng ký {code} còn hiệu lực.",
    zh="{code} 的注册有效。",
    en="The registration of {code} holds.",
    fr="L'enregistrement de {code} est valable.",
)
PHYTO_MISSING = kind(
    "sps.phyto_missing",
    vi="Thiếu giấy chứng nhận kiểm dịch thực vật.",
    zh="缺少植物检疫证书。",
    en="There is no phytosanitary certificate.",
    fr="Il n'y a pas de certificat phytosanitaire.",
)
HEALTH_MISSING = kind(
    "sps.health_missing",
    vi="Thiếu giấy chứng nhận kiểm dịch động vật hoặc vệ sinh.",
    zh="缺少动物检疫或卫生证书。",
    en="There is no health certificate.",
    fr="Il n'y a pas de certificat sanitaire.",
)
CERTIFICATE_HOLDS = kind(
    "sps.certificate_holds",
    Severity.NOTE,
    vi="Giấy chứng nhận {number} hợp lệ theo những gì được khai.",
    zh="就申报内容而言,证书 {number} 有效。",
    en="The certificate {number} holds as far as it is declared.",
    fr="Le certificat {number} est valable d'après ce qui est déclaré.",
)
CERTIFICATE_ISSUER = kind(
    "sps.certificate_issuer",
    vi="Giấy chứng nhận {number} do {issuer} cấp, không phải nước xuất khẩu {exporter}.",
    zh="证书 {number} 由 {issuer} 签发,而非出口国 {exporter}。",
    en="The certificate {number} is of {issuer} and not of the exporting country {exporter}.",
    fr="Le certificat {number} est de {issuer} et non du pays exportateur {exporter}.",
)
CERTIFICATE_LATER = kind(
    "sps.certificate_later",
    vi="Giấy chứng nhận {number} ghi ngày cấp {day}, sau ngày hàng qua.",
    zh="证书 {number} 签发日期 {day} 晚于过境日。",
    en="The certificate {number} bears the date {day}, after the day of entry.",
    fr="Le certificat {number} porte la date du {day}, après le jour d'entrée.",
)
CERTIFICATE_REPLACED = kind(
    "sps.certificate_replaced",
    vi="Giấy chứng nhận {number} đã được thay; hãy xuất trình giấy mới.",
    zh="证书 {number} 已被替换;请出示新证书。",
    en="The certificate {number} was replaced; show the new one.",
    fr="Le certificat {number} a été remplacé ; présentez le nouveau.",
)
CERTIFICATE_WITHDRAWN = kind(
    "sps.certificate_withdrawn",
    vi="Giấy chứng nhận {number} đã bị thu hồi.",
    zh="证书 {number} 已被撤回。",
    en="The certificate {number} was withdrawn.",
    fr="Le certificat {number} a été retiré.",
)
HUB_NOT_MEANT = kind(
    "sps.hub_not_meant",
    Severity.WARNING,
    vi="Giấy chứng nhận {number} là bản giấy nhưng có trạng thái của hệ thống ePhyto; hãy ghi đúng loại.",
    zh="证书 {number} 为纸质,却带有 ePhyto 枢纽状态;请更正种类。",
    en="The certificate {number} is on paper and yet has a state of the hub; mend its kind.",
    fr="Le certificat {number} est sur papier et porte pourtant un état du hub ; corrigez son type.",
)
HUB_PENDING = kind(
    "sps.hub_pending",
    Severity.WARNING,
    vi="Chứng nhận điện tử {number} chưa được hệ thống ePhyto chuyển tới; hãy chờ hoặc hỏi lại.",
    zh="电子证书 {number} 尚未由 ePhyto 枢纽送达;请等待或再查。",
    en="The electronic certificate {number} has not been delivered by the hub yet; wait or ask again.",
    fr="Le certificat électronique {number} n'a pas encore été livré par le hub ; attendez ou redemandez.",
)
HUB_WARNINGS = kind(
    "sps.hub_warnings",
    Severity.WARNING,
    vi="Chứng nhận điện tử {number} đã tới kèm cảnh báo của hệ thống ePhyto; hãy xem lại nội dung.",
    zh="电子证书 {number} 已送达但枢纽有警告;请核对内容。",
    en="The electronic certificate {number} was delivered with warnings of the hub; look at its content.",
    fr="Le certificat électronique {number} a été livré avec des avertissements du hub ; examinez son contenu.",
)
HUB_UNREADABLE = kind(
    "sps.hub_unreadable",
    vi="Chứng nhận điện tử {number} đã tới nhưng không đọc được; bên cấp phải gửi lại.",
    zh="电子证书 {number} 已送达但无法读取;签发方须重发。",
    en="The electronic certificate {number} was delivered and cannot be read; its issuer has to send it again.",
    fr="Le certificat électronique {number} a été livré mais est illisible ; l'émetteur doit le renvoyer.",
)
HUB_FAILED = kind(
    "sps.hub_failed",
    vi="Hệ thống ePhyto không chuyển được chứng nhận điện tử {number}; bên cấp phải gửi lại.",
    zh="ePhyto 枢纽未能送达电子证书 {number};签发方须重发。",
    en="The hub could not deliver the electronic certificate {number}; its issuer has to send it again.",
    fr="Le hub n'a pu livrer le certificat électronique {number} ; l'émetteur doit le renvoyer.",
)
HUB_UNKNOWN = kind(
    "sps.hub_unknown",
    vi="Hệ thống ePhyto không có chứng nhận điện tử {number}.",
    zh="ePhyto 枢纽没有电子证书 {number}。",
    en="The hub knows no electronic certificate {number}.",
    fr="Le hub ne connaît pas le certificat électronique {number}.",
)
LINK_NOT_HTTPS = kind(
    "sps.link_not_https",
    vi="Liên kết không bắt đầu bằng https://; không dùng để kiểm tra.",
    zh="链接不以 https:// 开头;不得用于核查。",
    en="The link does not begin with https://; do not check by it.",
    fr="Le lien ne commence pas par https:// ; ne vérifiez pas par lui.",
)
LINK_FOREIGN_LETTERS = kind(
    "sps.link_foreign_letters",
    vi="Liên kết có chữ ngoài bảng ASCII hoặc punycode, có thể giả mạo; không dùng.",
    zh="链接含非 ASCII 字符或 punycode,可能为仿冒;不得使用。",
    en="The link has letters beyond ASCII or punycode, which may imitate an official host; do not use it.",
    fr="Le lien a des lettres hors ASCII ou du punycode, qui peuvent imiter un hôte officiel ; ne l'utilisez pas.",
)
LINK_USER = kind(
    "sps.link_user",
    vi="Liên kết có tên người dùng trước tên máy chủ; không dùng.",
    zh="链接在主机名前带有用户名;不得使用。",
    en="The link has a user name before its host; do not use it.",
    fr="Le lien porte un nom d'utilisateur avant l'hôte ; ne l'utilisez pas.",
)
LINK_PORT = kind(
    "sps.link_port",
    vi="Liên kết có cổng mạng; các máy chủ chính thức không dùng; không dùng liên kết này.",
    zh="链接带有端口;官方主机不带端口;不得使用。",
    en="The link names a port, which official hosts do not; do not use it.",
    fr="Le lien nomme un port, ce que les hôtes officiels ne font pas ; ne l'utilisez pas.",
)
LINK_MALFORMED = kind(
    "sps.link_malformed",
    vi="Liên kết viết sai; không dùng.",
    zh="链接格式错误;不得使用。",
    en="The link is not well written; do not use it.",
    fr="Le lien est mal écrit ; ne l'utilisez pas.",
)
LINK_HOST_UNKNOWN = kind(
    "sps.link_host_unknown",
    vi="{host} không có trong danh sách máy chủ chính thức; không dùng để kiểm tra.",
    zh="{host} 不在官方主机名单上;不得用于核查。",
    en="{host} is not on the list of official hosts; do not check by it.",
    fr="{host} n'est pas sur la liste des hôtes officiels ; ne vérifiez pas par lui.",
)
LINK_HOST_NOT_THEN = kind(
    "sps.link_host_not_then",
    vi="{host} không phải máy chủ chính thức vào ngày {day}.",
    zh="{host} 在 {day} 不是官方主机。",
    en="{host} is not an official host on {day}.",
    fr="{host} n'est pas un hôte officiel le {day}.",
)
TEST_MISSING = kind(
    "sps.test_missing",
    vi="Thiếu phiếu kiểm nghiệm {substance}.",
    zh="缺少 {substance} 检测报告。",
    en="There is no test report on {substance}.",
    fr="Il n'y a pas de rapport d'essai sur {substance}.",
)
TEST_AWAITED = kind(
    "sps.test_awaited",
    Severity.WARNING,
    vi="Đang chờ kết quả {substance} của {laboratory} (phiếu {number}).",
    zh="正在等待 {laboratory} 的 {substance} 结果(报告 {number})。",
    en="The result on {substance} of {laboratory} is awaited (report {number}).",
    fr="Le résultat sur {substance} de {laboratory} est attendu (rapport {number}).",
)
TEST_FAILED = kind(
    "sps.test_failed",
    vi="{laboratory} không cho đạt {substance} (phiếu {number}).",
    zh="{laboratory} 判定 {substance} 不合格(报告 {number})。",
    en="{laboratory} found {substance} above its limit (report {number}).",
    fr="{laboratory} a trouvé {substance} au-delà de sa limite (rapport {number}).",
)
TEST_PASSED = kind(
    "sps.test_passed",
    Severity.NOTE,
    vi="{laboratory} cho đạt {substance} (phiếu {number}).",
    zh="{laboratory} 判定 {substance} 合格(报告 {number})。",
    en="{laboratory} found {substance} within its limit (report {number}).",
    fr="{laboratory} a trouvé {substance} dans sa limite (rapport {number}).",
)
TEST_LATER = kind(
    "sps.test_later",
    vi="Phiếu {number} của {laboratory} về {substance} ghi ngày lấy mẫu sau ngày hàng qua.",
    zh="{laboratory} 的 {substance} 报告 {number} 采样日晚于过境日。",
    en="The report {number} of {laboratory} on {substance} names a day of sampling after the day of entry.",
    fr="Le rapport {number} de {laboratory} sur {substance} porte un prélèvement après le jour d'entrée.",
)
LABORATORY_UNKNOWN = kind(
    "sps.laboratory_unknown",
    vi="{laboratory} không được công nhận cho {substance} vào ngày lấy mẫu (phiếu {number}).",
    zh="{laboratory} 在采样日未获 {substance} 检测认可(报告 {number})。",
    en="{laboratory} was not recognised for {substance} on the day of sampling (report {number}).",
    fr="{laboratory} n'était pas reconnu pour {substance} le jour du prélèvement (rapport {number}).",
)
CASE_ENDED = kind(
    "sps.case_ended",
    vi="Hồ sơ mẫu {number} đã kết thúc.",
    zh="样品案 {number} 已结束。",
    en="The case {number} has ended.",
    fr="Le dossier {number} est clos.",
)
CASE_NOT_PASSED = kind(
    "sps.case_not_passed",
    vi="Chưa thể thông quan mẫu {number}: chưa đủ kết quả đạt.",
    zh="样品案 {number} 不能放行:结果未全部合格。",
    en="The case {number} cannot be released: not every result has passed.",
    fr="Le dossier {number} ne peut être libéré : tous les résultats ne sont pas bons.",
)
CASE_NOT_FAILED = kind(
    "sps.case_not_failed",
    vi="Chưa thể từ chối mẫu {number}: chưa có kết quả không đạt.",
    zh="样品案 {number} 不能拒绝:没有不合格结果。",
    en="The case {number} cannot be refused: no result has failed.",
    fr="Le dossier {number} ne peut être refusé : aucun résultat n'est mauvais.",
)
RESULT_NOT_ASKED = kind(
    "sps.result_not_asked",
    vi="Mẫu {number}: không yêu cầu {laboratory} kiểm {substance}.",
    zh="样品案 {number} 未要求 {laboratory} 检测 {substance}。",
    en="The case {number} awaits no result on {substance} from {laboratory}.",
    fr="Le dossier {number} n'attend pas de résultat sur {substance} de {laboratory}.",
)
RESULT_BEFORE_SAMPLE = kind(
    "sps.result_before_sample",
    vi="Mẫu {number}: ngày kết quả trước ngày lấy mẫu.",
    zh="样品案 {number} 的结果日期早于采样日期。",
    en="The case {number} has a result dated before its sample.",
    fr="Le dossier {number} a un résultat daté d'avant le prélèvement.",
)
RESULT_TWICE = kind(
    "sps.result_twice",
    vi="Mẫu {number}: đã có kết quả {substance}; kết quả không được ghi đè.",
    zh="样品案 {number} 已有 {substance} 结果;结果不可覆盖。",
    en="The case {number} has its result on {substance} already; results are not written over.",
    fr="Le dossier {number} a déjà son résultat sur {substance} ; un résultat n'est pas remplacé.",
)
RETEST_NOT_OPEN = kind(
    "sps.retest_not_open",
    vi="Mẫu {number}: không thể kiểm lại {substance}; chỉ kết quả không đạt, một lần, ở phòng khác.",
    zh="样品案 {number} 不能复检 {substance};仅限不合格结果、一次、换实验室。",
    en="The case {number} cannot be tested again for {substance}: only a failed result, once, by another laboratory.",
    fr="Le dossier {number} ne peut être réessayé pour {substance} : seul un mauvais résultat, une fois, par un autre laboratoire.",
)
PREMISE_CODES = kind(
    "sps.premise_codes",
    Severity.NOTE,
    vi="Tiền đề: nguồn của {rules} nêu nhóm hàng bằng lời; mã HS là cách đọc của chúng tôi.",
    zh="前提:{rules} 的来源以文字列出类别;HS 编码为我方解读。",
    en="Premise: the source of {rules} names categories in words; which HS codes they are is our reading.",
    fr="Prémisse : la source de {rules} nomme des catégories en mots ; leurs codes SH sont notre lecture.",
)
PREMISE_CATALOGUE = kind(
    "sps.premise_catalogue",
    Severity.NOTE,
    vi="Tiền đề: chưa đọc được danh mục của {rules}; dùng danh mục của quy định trước.",
    zh="前提:{rules} 的目录未能查阅;沿用前一规定的目录。",
    en="Premise: the catalogue of {rules} could not be read; that of the decree before is used.",
    fr="Prémisse : le catalogue de {rules} n'a pu être lu ; celui du décret précédent est repris.",
)
PREMISE_TERM = kind(
    "sps.premise_term",
    Severity.NOTE,
    vi="Tiền đề: {rules} được ký cho một số năm đã qua; coi như còn hiệu lực.",
    zh="前提:{rules} 的约定年限已过;视为继续有效。",
    en="Premise: {rules} was made for a number of years that is over; it is taken to go on.",
    fr="Prémisse : {rules} a été conclu pour un nombre d'années écoulé ; il est supposé se poursuivre.",
)
PREMISE_TESTS = kind(
    "sps.premise_tests",
    Severity.NOTE,
    vi="Tiền đề: yêu cầu kiểm nghiệm trong {rules} lấy theo báo chí; chưa đọc được văn bản.",
    zh="前提:{rules} 的检测要求据新闻报道;法律文本未能查阅。",
    en="Premise: the tests of {rules} are as reported in the press; the legal text could not be read.",
    fr="Prémisse : les essais de {rules} sont ceux que rapporte la presse ; le texte n'a pu être lu.",
)
PREMISE_GATES = kind(
    "sps.premise_gates",
    Severity.NOTE,
    vi="Tiền đề: danh sách cửa khẩu được nhập trái cây chưa đọc được; coi như {gate} có trong đó.",
    zh="前提:准许水果进口的口岸名单未能查阅;假定 {gate} 在内。",
    en="Premise: the list of gates that take in such goods could not be read; {gate} is taken to be on it.",
    fr="Prémisse : la liste des postes ouverts à ces marchandises n'a pu être lue ; {gate} est supposé y être.",
)
PREMISE_SYNTHETIC = kind(
    "sps.premise_synthetic",
    Severity.NOTE,
    vi="Tiền đề: {rules} là dữ liệu giả lập cho bản trình diễn.",
    zh="前提:{rules} 是演示用的虚构数据。",
    en="Premise: {rules} is synthetic, made up for the demo.",
    fr="Prémisse : {rules} est fictif, inventé pour la démonstration.",
)
