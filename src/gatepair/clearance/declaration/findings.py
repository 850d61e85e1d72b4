"""What reading and checking a declaration finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

UNMAPPED = kind(
    "declaration.unmapped",
    Severity.WARNING,
    vi="Dòng {line}: “{text}” không có chỗ trong mô hình và không được dùng; hãy xem có cần không.",
    zh="第 {line} 行:“{text}”在模型中没有位置,未被采用;请确认是否需要。",
    en="Line {line}: “{text}” has no place in the model and is not used; see whether it is needed.",
    fr="Ligne {line} : « {text} » n'a pas de place dans le modèle et n'est pas utilisé ; voyez s'il le faut.",
)
NOT_A_NUMBER = kind(
    "declaration.not_a_number",
    vi="Dòng {line}: “{text}” không phải là số; hãy viết số thập phân như 1234.56.",
    zh="第 {line} 行:“{text}”不是数字;请写成十进制数,如 1234.56。",
    en="Line {line}: “{text}” is no number; write a decimal such as 1234.56.",
    fr="Ligne {line} : « {text} » n'est pas un nombre ; écrivez un décimal tel que 1234.56.",
)
NOT_A_DATE = kind(
    "declaration.not_a_date",
    source="UN/EDIFACT 2379",
    vi="Đoạn {line} ({segment}): “{text}” không phải là ngày giờ theo dạng {form}; hãy sửa.",
    zh="第 {line} 段({segment}):“{text}”不是格式 {form} 的日期时间;请更正。",
    en="Segment {line} ({segment}): “{text}” is no date or time of the form {form}; mend it.",
    fr="Segment {line} ({segment}) : « {text} » n'est pas une date ou une heure de la forme {form} ; corrigez-le.",
)
NO_AMENDMENT = kind(
    "declaration.no_amendment",
    vi="Yêu cầu sửa đổi không nêu chỗ nào cần sửa; hãy thêm Amendment với các Pointer.",
    zh="修改申请未指明修改位置;请加入带 Pointer 的 Amendment。",
    en="The request names nothing to amend; add an Amendment with its pointers.",
    fr="La demande n'indique rien à modifier ; ajoutez un Amendment avec ses pointeurs.",
)
POINTER_UNKNOWN = kind(
    "declaration.pointer_unknown",
    vi="Con trỏ {section} {tag} không chỉ vào chỗ nào của tờ khai; hãy kiểm tra mã lớp và mã phần tử.",
    zh="指针 {section} {tag} 不指向报关单的任何位置;请核对类号和元素号。",
    en="The pointer {section} {tag} leads nowhere in a declaration; check the numbers of class and element.",
    fr="Le pointeur {section} {tag} ne mène nulle part dans une déclaration ; vérifiez les numéros de classe et d'élément.",
)
PLACE_MISSING = kind(
    "declaration.place_missing",
    vi="Tờ khai không có {place} để sửa; hãy kiểm tra số thứ tự.",
    zh="报关单没有可修改的 {place};请核对序号。",
    en="The declaration has no {place} to amend; check the sequence numbers.",
    fr="La déclaration n'a pas de {place} à modifier ; vérifiez les numéros d'ordre.",
)
MISCOUNTED = kind(
    "declaration.miscounted",
    Severity.WARNING,
    vi="Đoạn {line}: phần kết đếm {count} đoạn, thực có {found}; hãy hỏi người gửi xem có thiếu gì không.",
    zh="第 {line} 段:尾段计数 {count},实际 {found};请向发送方核实是否缺失。",
    en="Segment {line}: the trailer counts {count} segments, there are {found}; ask the sender whether something is missing.",
    fr="Segment {line} : la fin compte {count} segments, il y en a {found} ; demandez à l'expéditeur s'il manque quelque chose.",
)
MESSAGES_MISCOUNTED = kind(
    "declaration.messages_miscounted",
    Severity.WARNING,
    vi="Đoạn {line}: phần kết của bản trao đổi đếm {count} điện, thực có {found}; hãy hỏi người gửi xem có thiếu điện nào không.",
    zh="第 {line} 段:交换尾段计数 {count} 个报文,实际 {found} 个;请向发送方核实是否缺少报文。",
    en="Segment {line}: the interchange counts {count} messages, there are {found}; ask the sender whether one is missing.",
    fr="Segment {line} : l'échange compte {count} messages, il y en a {found} ; demandez à l'expéditeur s'il en manque un.",
)
INTERCHANGE_UNENDED = kind(
    "declaration.interchange_unended",
    Severity.WARNING,
    vi="Đoạn {line}: bản trao đổi “{reference}” không có phần kết UNZ của nó; hãy hỏi người gửi xem có thiếu điện nào không.",
    zh="第 {line} 段:交换“{reference}”没有自己的尾段 UNZ;请向发送方核实是否缺少报文。",
    en="Segment {line}: the interchange “{reference}” has no trailer UNZ of its own; ask the sender whether a message is missing.",
    fr="Segment {line} : l'échange « {reference} » n'a pas sa propre fin UNZ ; demandez à l'expéditeur s'il manque un message.",
)
SUBMITTED_TWICE = kind(
    "declaration.submitted_twice",
    vi="Tờ khai này đã được nộp; hãy sửa đổi nó thay vì nộp lại.",
    zh="该报关单已提交;请修改,而不要重新提交。",
    en="This declaration was submitted before; amend it instead of submitting it again.",
    fr="Cette déclaration a déjà été déposée ; modifiez-la au lieu de la déposer à nouveau.",
)
NOTHING_SUBMITTED = kind(
    "declaration.nothing_submitted",
    vi="Chưa có tờ khai nào để yêu cầu này nói tới; hãy nộp tờ khai trước.",
    zh="尚无该申请所指的报关单;请先提交报关单。",
    en="There is no declaration yet that this is about; submit one first.",
    fr="Il n'y a pas encore de déclaration à laquelle cela se rapporte ; déposez-en une d'abord.",
)
OTHER_DECLARATION = kind(
    "declaration.other_declaration",
    vi="Chứng từ nói về tờ khai {named}, còn đây là tờ khai {known}; hãy kiểm tra số.",
    zh="单证所指为报关单 {named},而这里是 {known};请核对编号。",
    en="The document is about the declaration {named}, and this one is {known}; check the number.",
    fr="Le document porte sur la déclaration {named}, et celle-ci est {known} ; vérifiez le numéro.",
)
CANCELLED_ALREADY = kind(
    "declaration.cancelled_already",
    vi="Tờ khai {named} đã bị hủy; hãy nộp tờ khai mới.",
    zh="报关单 {named} 已撤销;请提交新的报关单。",
    en="The declaration {named} was cancelled; submit a new one.",
    fr="La déclaration {named} a été annulée ; déposez-en une nouvelle.",
)
NO_REASON = kind(
    "declaration.no_reason",
    vi="Yêu cầu hủy không nêu lý do; hãy thêm ChangeReasonCode hoặc một câu trong AdditionalInformation.",
    zh="撤销申请未写明原因;请加入 ChangeReasonCode 或 AdditionalInformation 中的说明。",
    en="The cancellation gives no reason; add a ChangeReasonCode, or a sentence in AdditionalInformation.",
    fr="L'annulation ne donne pas de motif ; ajoutez un ChangeReasonCode, ou une phrase dans AdditionalInformation.",
)
CANCELS_A_PART = kind(
    "declaration.cancels_a_part",
    vi="Yêu cầu hủy chỉ vào một phần của tờ khai; hãy dùng yêu cầu sửa đổi (COR) để bỏ phần đó.",
    zh="撤销申请只指向报关单的一部分;请用修改申请(COR)去掉该部分。",
    en="The cancellation points at a part of the declaration; take the part out by an amendment (COR).",
    fr="L'annulation vise une partie de la déclaration ; retirez cette partie par une modification (COR).",
)
INTENT_UNKNOWN = kind(
    "declaration.intent_unknown",
    vi="Mã chức năng {function} với loại {type} không phải là yêu cầu nào được biết; hãy dùng COR, INV hoặc GPR.",
    zh="功能代码 {function} 与类型 {type} 不是已知的申请;请使用 COR、INV 或 GPR。",
    en="Function code {function} with type {type} is no request that is known; use COR, INV or GPR.",
    fr="Le code de fonction {function} avec le type {type} n'est aucune demande connue ; utilisez COR, INV ou GPR.",
)


# --- China's road manifest and filing -------------------------------------------------------------

NO_BATCH = kind(
    "road.no_batch",
    vi="Điện không nêu số lô vận chuyển (货物运输批次号); hãy thêm số này.",
    zh="报文未写明货物运输批次号;请补充。",
    en="The message names no cargo transport batch (货物运输批次号); add it.",
    fr="Le message ne nomme pas de lot de transport (货物运输批次号) ; ajoutez-le.",
)
BATCH_UNKNOWN = kind(
    "road.batch_unknown",
    vi="Chưa có bản lược khai nào cho lô {batch}; hãy gửi bản lược khai trước.",
    zh="批次 {batch} 尚无舱单;请先发送舱单。",
    en="No manifest names the batch {batch} yet; send the manifest first.",
    fr="Aucun manifeste ne nomme encore le lot {batch} ; envoyez d'abord le manifeste.",
)
CONFIRMED_ALREADY = kind(
    "road.confirmed_already",
    vi="Lô {batch} đã được xác nhận vận chuyển; xác nhận chỉ gửi một lần và lược khai không đổi sau đó. Hãy xóa lô rồi khai lại.",
    zh="批次 {batch} 已发送承运确报;确报只发送一次,之后舱单不再更改。请删除该批次后重新申报。",
    en="The carriage of batch {batch} was confirmed: that is done once, and its manifest does not change after. Delete the batch and file anew.",
    fr="Le transport du lot {batch} est confirmé : cela se fait une fois, et le manifeste ne change plus ensuite. Supprimez le lot et déclarez à nouveau.",
)
DELETION_BY_BATCH = kind(
    "road.deletion_by_batch",
    vi="Chỉ xóa theo số lô, không theo vận đơn (lô {batch}); hãy gửi lệnh xóa không có vận đơn.",
    zh="只能按批次删除,不能按运单删除(批次 {batch});请发送不含运单的删除报文。",
    en="A deletion is by batch number only, not by waybill (batch {batch}); send it without waybills.",
    fr="Une suppression se fait par lot seulement, pas par lettre de voiture (lot {batch}) ; envoyez-la sans lettres de voiture.",
)
NO_WAYBILL = kind(
    "road.no_waybill",
    vi="Vận đơn không có số; hãy thêm 运单号.",
    zh="运单缺少运单号;请补充。",
    en="The waybill has no number; add 运单号.",
    fr="La lettre de voiture n'a pas de numéro ; ajoutez 运单号.",
)
WAYBILL_ELSEWHERE = kind(
    "road.waybill_elsewhere",
    vi="Vận đơn {waybill} đã thuộc lô {batch}: vận đơn chia cho nhiều xe vẫn dùng một số lô. Hãy dùng số lô đó.",
    zh="运单 {waybill} 已属于批次 {batch}:分车运输的运单使用同一批次号。请使用该批次号。",
    en="The waybill {waybill} is of batch {batch}: a waybill split over trucks keeps one batch number. Use that one.",
    fr="La lettre de voiture {waybill} est du lot {batch} : répartie sur plusieurs camions, elle garde un seul lot. Utilisez celui-là.",
)
CHANGE_WITHOUT_REASON = kind(
    "road.change_without_reason",
    vi="Vận đơn {waybill} được gửi lại với nội dung khác mà không có mã lý do; hãy thêm 更改原因代码.",
    zh="运单 {waybill} 再次发送且内容不同,但没有更改原因代码;请补充更改原因代码。",
    en="The waybill {waybill} comes again with other content and no reason; add 更改原因代码.",
    fr="La lettre de voiture {waybill} revient avec un autre contenu et sans motif ; ajoutez 更改原因代码.",
)
ELEMENT_MISSING = kind(
    "road.element_missing",
    vi="Thiếu phần tử bắt buộc “{element}”; hãy bổ sung.",
    zh="缺少必填项“{element}”;请补充。",
    en="The element “{element}” is required and not there; add it.",
    fr="L'élément « {element} » est obligatoire et absent ; ajoutez-le.",
)
ELEMENT_UNUSED = kind(
    "road.element_unused",
    vi="Phần tử “{element}” không dùng cho {kind}, hoặc lặp lại quá số lần; hãy bỏ bớt.",
    zh="“{element}”不适用于{kind},或重复次数过多;请去掉。",
    en="The element “{element}” is not used for {kind}, or stands too often; take it out.",
    fr="L'élément « {element} » ne sert pas pour {kind}, ou revient trop souvent ; retirez-le.",
)
ELEMENT_FORM = kind(
    "road.element_form",
    vi="Phần tử “{element}”: “{text}” không theo dạng {form}; hãy sửa.",
    zh="“{element}”:“{text}”不符合格式 {form};请更正。",
    en="The element “{element}”: “{text}” is not of the form {form}; mend it.",
    fr="L'élément « {element} » : « {text} » n'est pas de la forme {form} ; corrigez-le.",
)
