"""What the gate and the public order can find wrong, in four languages."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

NOT_ENTRY = kind(
    "gate.not_entry",
    vi="Cửa khẩu này không tiếp nhận chiều {direction}; chỉ cửa khẩu tiếp nhận mới báo hạn mức và sức chứa.",
    zh="本口岸不接收 {direction} 方向的车辆;只有接收方才通告配额和容量。",
    en="This post does not take in direction {direction}; quota and room are announced by the post that takes in.",
    fr="Ce poste n'accueille pas le sens {direction} ; le quota et la place sont annoncés par le poste qui accueille.",
)
NOTHING_NEW = kind(
    "gate.nothing_new",
    vi="Điều này đã được báo đúng như vậy ({what}); không cần báo lại.",
    zh="该内容已如此通报({what});无需重复。",
    en="This is told already as you say ({what}); nothing needs to be done.",
    fr="C'est déjà dit ainsi ({what}) ; rien n'est à faire.",
)
DATES_UNFIT = kind(
    "gate.dates_unfit",
    vi="Từ {first} đến {last} không phải là khoảng ngày hợp lệ; mỗi lần tối đa {most} ngày.",
    zh="{first} 至 {last} 不是有效的日期范围;每次最多 {most} 天。",
    en="{first} to {last} is no range of dates; at most {most} days at once.",
    fr="De {first} à {last} n'est pas une suite de dates ; au plus {most} jours à la fois.",
)
ALERT_UNKNOWN = kind(
    "gate.alert_unknown",
    vi="Cửa khẩu này không có báo động {reference} đang hiệu lực; hiện có: {known}.",
    zh="本口岸没有生效中的警报 {reference};现有:{known}。",
    en="No alert {reference} of this post stands; there are: {known}.",
    fr="Aucune alerte {reference} de ce poste n'est en vigueur ; il y a : {known}.",
)
DAY_NOT_OVER = kind(
    "gate.day_not_over",
    vi="Ngày {date} chưa kết thúc ở cửa khẩu này (hôm nay là {today}); hãy báo thống kê khi ngày đã hết.",
    zh="{date} 在本口岸尚未结束(今天是 {today});请在当日结束后上报统计。",
    en="The day {date} is not over at this post (today is {today}); report it when it is.",
    fr="Le jour {date} n'est pas terminé à ce poste (nous sommes le {today}) ; déclarez-le quand il le sera.",
)
ALREADY_STOPPED = kind(
    "gate.already_stopped",
    vi="Chiều {direction} tuyến {route} đã dừng với cùng nội dung; không cần dừng lần nữa.",
    zh="方向{direction}、道路{route}已按相同内容停止；无需再次停止。",
    en="Direction {direction}, road {route} is already stopped in the same terms; nothing more is to be done.",
    fr="Le sens {direction}, route {route}, est déjà arrêté dans les mêmes termes ; il n'y a rien de plus à faire.",
)
NOT_STOPPED = kind(
    "gate.not_stopped",
    vi="Chiều {direction} tuyến {route} không có lệnh dừng nào của cửa khẩu này để gỡ.",
    zh="方向{direction}、道路{route}没有本口岸发出的停止令可供解除。",
    en="No stop of this post stands on direction {direction}, road {route}; there is nothing to reopen.",
    fr="Aucun arrêt de ce poste ne pèse sur le sens {direction}, route {route} ; il n'y a rien à rouvrir.",
)
STOP_IS_PARTNERS = kind(
    "gate.stop_is_partners",
    vi="Lệnh dừng chiều {direction} tuyến {route} là của phía đối diện; chỉ phía đó mới gỡ được.",
    zh="方向{direction}、道路{route}的停止令由对方发出，只有对方可以解除。",
    en="The stop of direction {direction}, road {route} is the partner's; only the partner can end it.",
    fr="L'arrêt du sens {direction}, route {route}, est celui du partenaire ; lui seul peut y mettre fin.",
)
RECOVERING_ALREADY = kind(
    "gate.recovering_already",
    vi="Cửa khẩu đang khôi phục từ bản sao lưu kết thúc ở vị trí {position}; hãy kết thúc việc đó trước.",
    zh="本口岸正在从止于位置{position}的备份中恢复；请先结束该恢复。",
    en="The post is already recovering from a backup that ended at position {position}; finish that first.",
    fr="Le poste se rétablit déjà depuis une sauvegarde arrêtée à la position {position} ; terminez-la d'abord.",
)
NOT_RECOVERING = kind(
    "gate.not_recovering",
    vi="Cửa khẩu không ở trạng thái khôi phục; không có gì để kết thúc.",
    zh="本口岸不在恢复状态；没有需要结束的恢复。",
    en="The post is not recovering from a backup; there is nothing to finish.",
    fr="Le poste ne se rétablit d'aucune sauvegarde ; il n'y a rien à terminer.",
)
UNKNOWN_ROUTE = kind(
    "gate.unknown_route",
    vi="Phương án cửa khẩu không có tuyến {route}; hãy chọn một trong: {known}.",
    zh="口岸规划中没有道路{route}；请从以下选择：{known}。",
    en="The plan has no road {route}; choose one of: {known}.",
    fr="Le plan n'a pas de route {route} ; choisissez parmi : {known}.",
)
UNKNOWN_LANE = kind(
    "gate.unknown_lane",
    vi="Phương án cửa khẩu không có làn {lane}; hãy chọn một trong: {known}.",
    zh="口岸规划中没有车道{lane}；请从以下选择：{known}。",
    en="The plan has no lane {lane}; choose one of: {known}.",
    fr="Le plan n'a pas de voie {lane} ; choisissez parmi : {known}.",
)
UNKNOWN_CALENDAR = kind(
    "gate.unknown_calendar",
    vi="Phương án cửa khẩu không có lịch {calendar}; hãy chọn một trong: {known}.",
    zh="口岸规划中没有日历{calendar}；请从以下选择：{known}。",
    en="The plan has no calendar {calendar}; choose one of: {known}.",
    fr="Le plan n'a pas de calendrier {calendar} ; choisissez parmi : {known}.",
)
LANE_NOT_TIDAL = kind(
    "gate.lane_not_tidal",
    vi="Làn {lane} chỉ chạy một chiều; không thể đổi chiều.",
    zh="车道{lane}为固定方向，不能换向。",
    en="Lane {lane} runs one way only and cannot be turned; choose a tidal lane.",
    fr="La voie {lane} est à sens fixe et ne peut pas être inversée ; choisissez une voie réversible.",
)
LANE_ALREADY_SO = kind(
    "gate.lane_already_so",
    vi="Làn {lane} đang chạy chiều {direction}; không cần đổi.",
    zh="车道{lane}已按方向{direction}通行；无需换向。",
    en="Lane {lane} already runs {direction}; it need not be turned.",
    fr="La voie {lane} va déjà dans le sens {direction} ; inutile de l'inverser.",
)
LANE_TURNING = kind(
    "gate.lane_turning",
    vi="Làn {lane} đang được đổi chiều; hãy chờ đến khi làn trống và mở lại.",
    zh="车道{lane}正在换向；请等车道清空并重新开放。",
    en="Lane {lane} is being turned; wait until it is clear and open again.",
    fr="La voie {lane} est en cours d'inversion ; attendez qu'elle soit dégagée et rouverte.",
)
HOURS_EMPTY = kind(
    "gate.hours_empty",
    vi="Giờ mở {start} phải trước giờ đóng {until}.",
    zh="开放时间{start}必须早于关闭时间{until}。",
    en="The opening {start} must lie before the closing {until}.",
    fr="L'ouverture {start} doit précéder la fermeture {until}.",
)
END_IN_THE_PAST = kind(
    "gate.end_in_the_past",
    vi="Giờ kết thúc dự kiến của lệnh dừng đã qua; hãy ghi một thời điểm về sau hoặc bỏ trống.",
    zh="停止令的预计结束时间已过；请填写将来的时间或留空。",
    en="The expected end of the stop has passed; give a later instant or leave it out.",
    fr="La fin prévue de l'arrêt est passée ; donnez un instant futur ou laissez vide.",
)
TIME_AHEAD = kind(
    "gate.time_ahead",
    vi="Thời điểm nêu ra nằm trong tương lai; hãy kiểm tra đồng hồ.",
    zh="所给时间在将来；请检查时钟。",
    en="The time given lies in the future; check the clock.",
    fr="L'heure donnée est dans le futur ; vérifiez l'horloge.",
)
TIME_LONG_PAST = kind(
    "gate.time_long_past",
    vi="Thời điểm nêu ra đã quá lâu (hơn {hours} giờ); hãy kiểm tra lại.",
    zh="所给时间过早（超过{hours}小时）；请核对。",
    en="The time given lies more than {hours} hours back; check it.",
    fr="L'heure donnée remonte à plus de {hours} heures ; vérifiez-la.",
)
ALARM_UNKNOWN = kind(
    "gate.alarm_unknown",
    vi="Không có cảnh báo {alarm} đang hiệu lực; đang hiệu lực: {known}. Có thể cảnh báo đã tự hết, hãy xem nhật ký.",
    zh="没有生效中的警报{alarm}；生效中的有：{known}。警报可能已自行解除，请查看日志。",
    en="No alarm {alarm} stands; these do: {known}. It may have cleared by itself: look into the log.",
    fr="Aucune alarme {alarm} n'est en cours ; en cours : {known}. Elle a pu s'éteindre seule : voyez le journal.",
)
ALARM_YOURS = kind(
    "gate.alarm_yours",
    vi="Bạn đã nhận cảnh báo {alarm}; không cần nhận lại.",
    zh="警报{alarm}已由您负责；无需再次接手。",
    en="You answer for the alarm {alarm} already; there is no need to take it again.",
    fr="Vous répondez déjà de l'alarme {alarm} ; inutile de la reprendre.",
)
SHIFT_YOURS = kind(
    "gate.shift_yours",
    vi="Bạn đang giữ ca trực này; người nhận ca phải là người khác.",
    zh="当班的就是您；接班人须为另一人。",
    en="You hold this shift already; another person takes it over.",
    fr="Vous tenez déjà ce quart ; c'est une autre personne qui le reprend.",
)
SLOT_NOT_A_WINDOW = kind(
    "slot.not_a_window",
    vi="Khung giờ phải bắt đầu đúng đầu giờ và dài {minutes} phút; hãy chọn lại.",
    zh="时段须从整点开始，时长{minutes}分钟；请重新选择。",
    en="A slot begins on the hour and lasts {minutes} minutes; choose such a window.",
    fr="Un créneau commence à l'heure pile et dure {minutes} minutes ; choisissez-en un tel.",
)
SLOT_PAST = kind(
    "slot.past",
    vi="Khung giờ đã qua; hãy chọn một khung giờ sau.",
    zh="该时段已过；请选择之后的时段。",
    en="The slot has passed; choose a later one.",
    fr="Le créneau est passé ; choisissez-en un plus tard.",
)
SLOT_FULL = kind(
    "slot.full",
    vi="Khung giờ đã đủ {capacity} xe; khung trống tiếp theo bắt đầu lúc {next}.",
    zh="该时段已满{capacity}辆；下一个空闲时段从{next}开始。",
    en="The slot holds its {capacity} vehicles; the next free one begins at {next}.",
    fr="Le créneau a ses {capacity} véhicules ; le prochain libre commence à {next}.",
)
SLOT_CLOSED = kind(
    "slot.closed",
    vi="Tuyến {route} không mở trong khung giờ này; hãy chọn giờ làm việc.",
    zh="道路{route}在该时段不开放；请选择开放时间。",
    en="Road {route} is not open in this slot; choose one within its hours.",
    fr="La route {route} n'est pas ouverte pendant ce créneau ; choisissez-en un dans ses heures.",
)

# --- the public order -------------------------------------------------------------------------

ORDER_MALFORMED = kind(
    "order.malformed",
    vi="Dòng {line} của tệp không đọc được: {why}; hãy lấy lại bản công bố.",
    zh="文件第{line}行无法读取：{why}；请重新获取公布的文件。",
    en="Line {line} of the file cannot be read: {why}; fetch the published file again.",
    fr="La ligne {line} du fichier est illisible : {why} ; récupérez à nouveau le fichier publié.",
)
ORDER_OTHER_PLAN = kind(
    "order.other_plan",
    vi="Thứ tự này thuộc {found}, còn phương án được đưa là {expected}; hãy dùng đúng tệp phương án.",
    zh="该顺序属于{found}，而所给规划是{expected}；请使用对应的规划文件。",
    en="This order belongs to {found}, the plan given is {expected}; use the plan of this order.",
    fr="Cet ordre relève de {found}, le plan fourni est {expected} ; utilisez le plan de cet ordre.",
)
ORDER_RULE_CHANGED = kind(
    "order.rule_changed",
    vi="Thứ tự được lập theo quy tắc hoặc giờ mở khác với phương án được đưa; hãy dùng phương án công bố của ngày đó.",
    zh="排序所用的规则或开放时间与所给规划不符；请使用当日公布的规划。",
    en="The order was made under another rule or other hours than the plan given; use the plan published for that day.",
    fr="L'ordre relève d'une autre règle ou d'autres heures que le plan fourni ; prenez le plan publié pour ce jour.",
)
ORDER_NO_HEAD = kind(
    "order.no_head",
    vi="Điểm kiểm không nêu thứ tự chiều {direction}; hãy yêu cầu bản công bố đầy đủ.",
    zh="检查点未包含方向{direction}的顺序；请索取完整的公布文件。",
    en="The checkpoint says nothing of the order of direction {direction}; ask for the whole publication.",
    fr="Le point de contrôle ne dit rien de l'ordre du sens {direction} ; demandez la publication complète.",
)
ORDER_SIGNATURE = kind(
    "order.signature",
    vi="Chữ ký của điểm kiểm không đúng với khóa được đưa; không được tin thứ tự này.",
    zh="检查点签名与所给密钥不符；不可信任该顺序。",
    en="The checkpoint's signature does not verify with the key given; do not trust this order.",
    fr="La signature du point de contrôle n'est pas celle de la clé fournie ; ne vous fiez pas à cet ordre.",
)
ORDER_SIZE = kind(
    "order.size",
    vi="Điểm kiểm nêu {expected} bản ghi, tệp có {found}; có dòng bị bớt hoặc thêm.",
    zh="检查点载明{expected}条记录，文件有{found}条；有记录被删除或添加。",
    en="The checkpoint counts {expected} records, the file has {found}; lines were removed or added.",
    fr="Le point de contrôle compte {expected} entrées, le fichier en a {found} ; des lignes ont été ôtées ou ajoutées.",
)
ORDER_ROOT = kind(
    "order.root",
    vi="Nội dung các bản ghi không khớp gốc Merkle trong điểm kiểm; có bản ghi đã bị sửa.",
    zh="记录内容与检查点中的默克尔根不符；有记录被更改。",
    en="The records do not give the root that the checkpoint states; a record was changed.",
    fr="Les entrées ne donnent pas la racine du point de contrôle ; une entrée a été modifiée.",
)
ORDER_GAP = kind(
    "order.gap",
    vi="Thiếu bản ghi {expected}; bản ghi tiếp theo là {found}.",
    zh="缺少第{expected}条记录；下一条是第{found}条。",
    en="Record {expected} is missing; the next one is {found}.",
    fr="L'entrée {expected} manque ; la suivante est {found}.",
)
ORDER_TIME = kind(
    "order.time",
    vi="Bản ghi {index}: thời điểm ghi lùi lại hoặc cách xa việc xảy ra; có người ghi lùi ngày.",
    zh="第{index}条记录：记录时间倒退或与发生时间相差过大；有人倒填时间。",
    en="Record {index}: its time runs backwards or lies far from when it was recorded; somebody dated it back.",
    fr="Entrée {index} : son heure recule ou s'écarte de l'enregistrement ; quelqu'un l'a antidatée.",
)
ORDER_NUMBER_GAP = kind(
    "order.number_gap",
    vi="Số {missing} chưa từng được cấp nhưng số {number} đã được cấp; một xe đã bị xóa khỏi thứ tự.",
    zh="号码{missing}从未发出，却已发出{number}号；有车辆被从顺序中删除。",
    en="Number {missing} was never given although {number} was; a vehicle was dropped from the order.",
    fr="Le numéro {missing} n'a jamais été donné alors que le {number} l'a été ; un véhicule a été effacé.",
)
ORDER_NUMBER_REUSED = kind(
    "order.number_reused",
    vi="Số {number} được cấp lần thứ hai; mỗi số chỉ được cấp một lần.",
    zh="号码{number}被第二次发出；每个号码只能发出一次。",
    en="Number {number} was given a second time; a number is given once.",
    fr="Le numéro {number} a été donné une seconde fois ; un numéro ne sert qu'une fois.",
)
ORDER_NO_PLACE = kind(
    "order.no_place",
    vi="Bản ghi {index} ({what}) nói về số {number}, là chỗ không có trong thứ tự.",
    zh="第{index}条记录（{what}）涉及号码{number}，顺序中没有该号。",
    en="Record {index} ({what}) speaks of number {number}, which holds no place in the order.",
    fr="L'entrée {index} ({what}) parle du numéro {number}, qui n'a pas de place dans l'ordre.",
)
ORDER_CLASS_FORGED = kind(
    "order.class_forged",
    vi="Số {number} được xếp hạng {found}, nhưng các dữ kiện công bố cho hạng {expected}.",
    zh="号码{number}被列为{found}类，而公布的事实对应{expected}类。",
    en="Number {number} was put in class {found}, but its published facts give class {expected}.",
    fr="Le numéro {number} a été mis en classe {found}, mais ses faits publiés donnent la classe {expected}.",
)
ORDER_CALL_UNEXPLAINED = kind(
    "order.call_unexplained",
    vi="Quy tắc không giải thích được việc gọi số {number}: lẽ ra phải là số {expected}.",
    zh="规则无法解释为何叫{number}号：应轮到{expected}号。",
    en="The rule does not explain the call of number {number}: number {expected} should have come.",
    fr="La règle n'explique pas l'appel du numéro {number} : c'était au numéro {expected} de venir.",
)
ORDER_CALL_NOT_DUE = kind(
    "order.call_not_due",
    vi="Số {number} được gọi khi chưa thể gọi: {why}.",
    zh="号码{number}在不可叫号时被叫：{why}。",
    en="Number {number} was called when it could not be: {why}.",
    fr="Le numéro {number} a été appelé alors qu'il ne pouvait l'être : {why}.",
)
ORDER_GRACE_SHORT = kind(
    "order.grace_short",
    vi="Số {number} chỉ được {given_min} phút để đến; quy tắc cho {grace_min} phút.",
    zh="号码{number}只获得{given_min}分钟到达；规则给{grace_min}分钟。",
    en="Number {number} was given {given_min} minutes to arrive; the rule gives {grace_min}.",
    fr="Le numéro {number} n'a eu que {given_min} minutes pour arriver ; la règle en donne {grace_min}.",
)
ORDER_MISS_EARLY = kind(
    "order.miss_early",
    vi="Số {number} bị ghi là không đến trước khi hết hạn, hoặc trong lúc cửa khẩu dừng.",
    zh="号码{number}在期限届满前或口岸停止期间被记为未到。",
    en="Number {number} was counted as not come before its grace ran out, or during a stop.",
    fr="Le numéro {number} a été compté absent avant la fin du délai, ou pendant un arrêt.",
)
ORDER_LOST_EARLY = kind(
    "order.lost_early",
    vi="Số {number} mất chỗ sau {misses} lần không đến; quy tắc cho phép gọi lại {recalls} lần.",
    zh="号码{number}在{misses}次未到后失效；规则允许再叫{recalls}次。",
    en="Number {number} lost its place after {misses} missed calls; the rule allows {recalls} recalls.",
    fr="Le numéro {number} a perdu sa place après {misses} appels manqués ; la règle accorde {recalls} rappels.",
)
ORDER_MOVE_WITHOUT_CODE = kind(
    "order.move_without_code",
    vi="Số {number} được dời lên mà không có mã; mỗi lần dời phải có mã đã công bố.",
    zh="号码{number}被无代码地前移；每次移动都须有公布的代码。",
    en="Number {number} was moved without a code; every move needs a published code.",
    fr="Le numéro {number} a été déplacé sans code ; tout déplacement exige un code publié.",
)
ORDER_MOVE_CODE_UNKNOWN = kind(
    "order.move_code_unknown",
    vi="Số {number} được dời theo mã {code}, là mã không có trong quy tắc công bố.",
    zh="号码{number}以代码{code}移动，公布的规则中没有该代码。",
    en="Number {number} was moved under the code {code}, which the published rule does not have.",
    fr="Le numéro {number} a été déplacé sous le code {code}, absent de la règle publiée.",
)
ORDER_MOVE_WITHOUT_PERSON = kind(
    "order.move_without_person",
    vi="Số {number} được dời mà không nêu người chịu trách nhiệm.",
    zh="号码{number}被移动但未载明责任人。",
    en="Number {number} was moved and no person answers for it.",
    fr="Le numéro {number} a été déplacé sans que personne n'en réponde.",
)
ORDER_SWAPPED = kind(
    "order.swapped",
    vi="Xe đến với số {number} không phải xe và công-te-nơ đã lấy số: đã tráo đổi.",
    zh="持{number}号到达的车辆或集装箱并非取号时的车辆或集装箱：已被调换。",
    en="What arrived with number {number} is not the vehicle and container that took it: it was swapped.",
    fr="Ce qui est arrivé avec le numéro {number} n'est pas le véhicule et le conteneur qui l'ont pris : échange.",
)
ORDER_NOT_CALLED = kind(
    "order.not_called",
    vi="Số {number} vào cửa khẩu mà không được gọi.",
    zh="号码{number}未经叫号即进入口岸。",
    en="Number {number} came through the gate without being called.",
    fr="Le numéro {number} est passé la porte sans avoir été appelé.",
)
ORDER_NOT_ARRIVED = kind(
    "order.not_arrived",
    vi="Số {number} được ghi là đã đi mà chưa từng vào cửa khẩu.",
    zh="号码{number}被记为已出境，却从未进入口岸。",
    en="Number {number} is said to have departed but never arrived.",
    fr="Le numéro {number} est dit parti sans être jamais arrivé.",
)
ORDER_CAUSE_UNKNOWN = kind(
    "order.cause_unknown",
    vi="Số {number} rời thứ tự vì lý do {cause}, là lý do không có trong quy tắc.",
    zh="号码{number}以{cause}为由离开顺序，规则中没有该理由。",
    en="Number {number} left the order for the cause {cause}, which the rules do not have.",
    fr="Le numéro {number} a quitté l'ordre pour la cause {cause}, inconnue des règles.",
)
ORDER_REWRITTEN = kind(
    "order.rewritten",
    vi="Bản ghi {index} khác với bản đã công bố trước (số {number}); thứ tự đã bị viết lại.",
    zh="第{index}条记录与先前公布的不同（号码{number}）；顺序已被改写。",
    en="Record {index} is not what was published earlier (number {number}); the order was rewritten.",
    fr="L'entrée {index} n'est plus celle publiée auparavant (numéro {number}) ; l'ordre a été réécrit.",
)
ORDER_SHRUNK = kind(
    "order.shrunk",
    vi="Trước đây đã công bố {expected} bản ghi, nay chỉ còn {found}; có bản ghi bị xóa.",
    zh="先前公布了{expected}条记录，现只有{found}条；有记录被删除。",
    en="{expected} records were published earlier, now there are {found}; records were removed.",
    fr="{expected} entrées étaient publiées, il n'y en a plus que {found} ; des entrées ont été ôtées.",
)
ORDER_EARLIER_UNUSABLE = kind(
    "order.earlier_unusable",
    vi="Bản công bố trước không dùng được để so sánh: {why}.",
    zh="先前公布的文件无法用于比较：{why}。",
    en="The earlier publication cannot be compared: {why}.",
    fr="La publication antérieure ne peut être comparée : {why}.",
)
ORDER_RECEIPT_MISSING = kind(
    "order.receipt_missing",
    vi="Biên nhận số {number} không có trong thứ tự tại bản ghi {index}: xe đã bị xóa khỏi thứ tự.",
    zh="{number}号的凭证不在顺序的第{index}条记录中：该车辆已被从顺序中删除。",
    en="The receipt for number {number} is not in the order at record {index}: the vehicle was dropped from it.",
    fr="Le reçu du numéro {number} n'est pas dans l'ordre à l'entrée {index} : le véhicule en a été effacé.",
)
ORDER_UNSIGNED = kind(
    "order.unsigned",
    Severity.NOTE,
    vi="Chưa kiểm chữ ký của điểm kiểm vì không có khóa; hãy dùng khóa công bố của cửa khẩu.",
    zh="未提供密钥，未核验检查点签名；请使用口岸公布的密钥。",
    en="The checkpoint's signature was not checked, for want of a key; give the post's published key.",
    fr="La signature du point de contrôle n'a pas été vérifiée, faute de clé ; donnez la clé publiée du poste.",
)
ORDER_PREFIX = kind(
    "order.prefix",
    vi="{size} bản ghi đầu không cho gốc Merkle của điểm kiểm trước; thứ tự đã bị viết lại.",
    zh="前{size}条记录与先前检查点的默克尔根不符；顺序已被改写。",
    en="The first {size} records do not give the root of the earlier checkpoint; the order was rewritten.",
    fr="Les {size} premières entrées ne donnent pas la racine du point de contrôle antérieur ; l'ordre a été réécrit.",
)
