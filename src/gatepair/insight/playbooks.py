"""What to do about each kind of alarm: numbered steps in four languages, each with the order it leads to.

Assumed, as a beginning: from what both sides did in the jams and stops of 2014 to 2025 (domain notes §4.2, §7).
A plan may put its own playbook in the place of each (``alarms.playbooks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.plan.alarms import ActName, AlarmKind, AlarmRules, PlayStep
from gatepair.plan.text import Text


def playbook(rules: AlarmRules, kind: AlarmKind) -> tuple[PlayStep, ...]:
    """Return the steps for ``kind``: the plan's own, else those that we ship."""
    return rules.playbooks.get(kind) or SHIPPED[kind]


def _step(en: str, vi: str, zh: str, fr: str, *, act: ActName = "") -> PlayStep:
    return PlayStep(text=Text(vi=vi, zh=zh, en=en, fr=fr), act=act)


_CALL: Final = _step(
    "Call the other side over the hotline and note what was agreed.",
    "Gọi phía bên kia qua đường dây nóng và ghi lại điều đã thống nhất.",
    "通过热线联系对方，并记录商定的内容。",
    "Appelez l'autre côté par la ligne directe et notez ce qui est convenu.",
    act="NoteHotline",
)
_TELL: Final = _step(
    "Write into the shift log what was found and done.",
    "Ghi vào nhật ký ca trực điều đã phát hiện và đã làm.",
    "在值班日志中记录发现的情况和所做的处理。",
    "Inscrivez au journal de quart ce qui a été constaté et fait.",
    act="NoteShift",
)

SHIPPED: Final[Mapping[AlarmKind, tuple[PlayStep, ...]]] = {
    AlarmKind.STOCK: (
        _step(
            "Look which limit binds the calls: servers, yard, or the other side's quota.",
            "Xem giới hạn nào đang chặn việc gọi xe: điểm phục vụ, bãi hay hạn mức của phía bên kia.",
            "查看叫号受哪一项限制：作业点、场地还是对方的配额。",
            "Voyez quelle limite bride les appels : guichets, parc ou quota de l'autre côté.",
        ),
        _step(
            "Ask the other side for longer hours, and record those agreed.",
            "Đề nghị phía bên kia kéo dài giờ làm việc và ghi giờ đã thống nhất.",
            "请对方延长开放时间，并记录商定的时间。",
            "Demandez à l'autre côté d'allonger les horaires et enregistrez ceux convenus.",
            act="AgreeHours",
        ),
        _step(
            "Turn a tidal lane to the fuller direction if it is clear.",
            "Đổi làn linh hoạt sang chiều đông xe hơn nếu làn đã trống.",
            "若潮汐车道已清空，将其换向到车流较大的方向。",
            "Inversez une voie réversible vers le sens le plus chargé si elle est libre.",
            act="TurnLane",
        ),
        _step(
            "In a crisis: stop taking in for a stated time, so that trucks wait at the origin and not here.",
            "Khi khủng hoảng: dừng tiếp nhận trong thời gian nêu rõ để xe chờ ở nơi xuất phát, không chờ tại đây.",
            "危机时：在明确的时段内停止接收，让车辆在始发地而不是在此等待。",
            "En crise : arrêtez ce sens pour une durée annoncée, afin que les camions attendent au départ et non ici.",
            act="StopIntake",
        ),
    ),
    AlarmKind.PERISHABLES: (
        _step(
            "Find the oldest perishable loads on the work list and ask what each waits for.",
            "Tìm các xe hàng tươi sống chờ lâu nhất trong danh sách việc và hỏi từng xe đang chờ gì.",
            "在工作清单中找出等待最久的易腐货物，询问各自在等什么。",
            "Repérez sur la liste de travail les denrées périssables les plus anciennes et ce que chacune attend.",
        ),
        _step(
            "Ask quarantine and the laboratory to take them first.",
            "Đề nghị kiểm dịch và phòng thử nghiệm làm các xe này trước.",
            "请检疫部门和实验室优先处理。",
            "Demandez à la quarantaine et au laboratoire de les traiter d'abord.",
        ),
        _CALL,
    ),
    AlarmKind.STAY: (
        _step(
            "Ask the yard where each vehicle is and why it has not gone home.",
            "Hỏi bãi xem từng xe đang ở đâu và vì sao chưa về.",
            "向货场了解每辆车的位置及未返回的原因。",
            "Demandez au parc où est chaque véhicule et pourquoi il n'est pas reparti.",
        ),
        _step(
            "Let the border guard decide on a vehicle whose stay is over.",
            "Để bộ đội biên phòng quyết định đối với xe đã quá hạn lưu lại.",
            "停留期限已过的车辆由边检决定如何处理。",
            "Laissez les gardes-frontières décider pour un véhicule dont le séjour a expiré.",
        ),
        _TELL,
    ),
    AlarmKind.PARTNER_SILENT: (
        _CALL,
        _step(
            "Look at the lanes of the link: is it the line, or does the other side stand still?",
            "Xem các kênh của đường truyền: do đường truyền, hay phía bên kia đang ngừng?",
            "查看链路各通道：是线路故障，还是对方停止运行？",
            "Regardez les voies de la liaison : est-ce la ligne, ou l'autre côté est-il arrêté ?",
        ),
        _step(
            "Without an answer: send over the line only what the agreement allows for a silent partner.",
            "Nếu không có trả lời: chỉ cho qua biên giới những gì thỏa thuận cho phép khi phía bên kia im lặng.",
            "若无答复：只让协议允许在对方无应答时过境的车辆过境。",
            "Sans réponse : ne faites passer la frontière qu'à ce que l'accord permet quand le partenaire se tait.",
        ),
    ),
    AlarmKind.LANE_FROZEN: (
        _step(
            "Read the evidence of the lane at the command centre; change nothing yet.",
            "Đọc chứng cứ của kênh truyền tại trung tâm điều hành; chưa thay đổi gì.",
            "在指挥中心查看该通道的证据；暂不改动。",
            "Lisez les preuves de la voie au centre de commandement ; ne changez rien encore.",
        ),
        _CALL,
        _step(
            "Two persons let the lane go on: one asks, another confirms.",
            "Hai người cho kênh truyền chạy tiếp: một người đề nghị, người khác xác nhận.",
            "由两人恢复链路通道：一人提出，另一人确认。",
            "Deux personnes relancent la voie : l'une demande, l'autre confirme.",
        ),
    ),
    AlarmKind.CLOCK: (
        _step(
            "Compare this post's clock with a trusted source.",
            "So đồng hồ của cửa khẩu này với nguồn tin cậy.",
            "将本口岸时钟与可信来源比对。",
            "Comparez l'horloge de ce poste à une source fiable.",
        ),
        _step(
            "Ask the other side to compare theirs; note what each found.",
            "Đề nghị phía bên kia kiểm tra đồng hồ của họ; ghi kết quả của mỗi bên.",
            "请对方核对其时钟；记录双方结果。",
            "Demandez à l'autre côté de vérifier la sienne ; notez les résultats.",
            act="NoteHotline",
        ),
    ),
    AlarmKind.PARKED: (
        _step(
            "Give again the acts of the lost time, from paper and from the agencies.",
            "Nhập lại các việc của khoảng thời gian bị mất, từ giấy tờ và từ các cơ quan.",
            "根据纸质记录和各部门资料重新录入丢失时段的业务。",
            "Saisissez de nouveau les actes de la période perdue, d'après le papier et les services.",
        ),
        _TELL,
    ),
    AlarmKind.LABORATORY: (
        _step(
            "Ask the laboratory when it works again.",
            "Hỏi phòng thử nghiệm khi nào làm việc lại.",
            "询问实验室何时恢复工作。",
            "Demandez au laboratoire quand il reprend.",
        ),
        _step(
            "Tell the other side that goods which need a test wait, and until when.",
            "Báo phía bên kia rằng hàng cần kiểm nghiệm phải chờ, và chờ đến khi nào.",
            "向对方通报：需检测的货物须等待，以及等到何时。",
            "Dites à l'autre côté que les marchandises à tester attendent, et jusqu'à quand.",
            act="ReportCondition",
        ),
    ),
    AlarmKind.STOP: (
        _step(
            "Ask whoever stopped it for the expected end, over the hotline.",
            "Hỏi bên đã dừng về thời điểm dự kiến kết thúc, qua đường dây nóng.",
            "通过热线向下令停止的一方询问预计结束时间。",
            "Demandez par la ligne directe la fin prévue à qui a ordonné l'arrêt.",
            act="NoteHotline",
        ),
        _step(
            "If it is our stop: give a new expected end, or reopen.",
            "Nếu là lệnh dừng của ta: nêu thời điểm kết thúc mới hoặc mở lại.",
            "若为我方停止：给出新的预计结束时间，或恢复开放。",
            "Si l'arrêt est le nôtre : donnez une nouvelle fin prévue, ou rouvrez.",
            act="StopIntake",
        ),
        _step(
            "Reopen as soon as the reason is gone.",
            "Mở lại ngay khi hết lý do.",
            "原因消除后立即恢复开放。",
            "Rouvrez dès que le motif a disparu.",
            act="ReopenIntake",
        ),
    ),
    AlarmKind.QUOTA: (
        _step(
            "Ask the other side whether it can take in more this hour.",
            "Hỏi phía bên kia có thể nhận thêm trong giờ này không.",
            "询问对方本小时能否多接收。",
            "Demandez à l'autre côté s'il peut en accueillir plus cette heure-ci.",
            act="NoteHotline",
        ),
        _step(
            "Let empties and other goods use their own lanes meanwhile.",
            "Trong lúc đó cho xe rỗng và hàng khác đi làn riêng.",
            "在此期间，让空车和其他货物走各自的车道。",
            "Laissez entre-temps les véhicules vides et les autres marchandises prendre leurs propres voies.",
        ),
    ),
    AlarmKind.YARD: (
        _step(
            "Hold vehicles at another buffer yard, or at the origin.",
            "Giữ xe tại bãi đệm khác hoặc tại nơi xuất phát.",
            "让车辆在其他缓冲场或始发地等待。",
            "Faites attendre les véhicules à un autre parc d'attente, ou au départ.",
        ),
        _step(
            "Announce less room, or stop taking in for a stated time.",
            "Thông báo ít chỗ hơn, hoặc dừng tiếp nhận trong thời gian nêu rõ.",
            "通报可容纳数量减少，或在明确时段内停止接收。",
            "Annoncez moins de place, ou arrêtez ce sens pour une durée annoncée.",
            act="AnnounceCapacity",
        ),
    ),
    AlarmKind.RECOVERY: (
        _step(
            "Follow the list of what was lost; give again each act with its true time.",
            "Theo danh sách dữ liệu đã mất, nhập lại từng việc với thời điểm thật.",
            "按丢失清单逐项重新录入，并注明真实时间。",
            "Suivez la liste de ce qui est perdu ; saisissez de nouveau chaque acte à son heure réelle.",
        ),
        _step(
            "Call vehicles by hand meanwhile; the post calls nobody by itself.",
            "Trong lúc đó gọi xe bằng tay; hệ thống không tự gọi xe nào.",
            "在此期间人工叫号；本口岸系统不会自动叫号。",
            "Appelez les véhicules à la main entre-temps ; le poste n'appelle personne de lui-même.",
        ),
        _TELL,
    ),
    AlarmKind.MISSED_CALLS: (
        _step(
            "Ask the buffer yard whether the calls reach the drivers: loudspeaker, board, phone.",
            "Hỏi bãi đệm xem lệnh gọi có đến lái xe không: loa, bảng, điện thoại.",
            "询问缓冲场叫号是否传达到司机：广播、公告板、电话。",
            "Demandez au parc d'attente si les appels atteignent les chauffeurs : haut-parleur, tableau, téléphone.",
        ),
        _step(
            "Look whether the road from the yard is blocked, and say so.",
            "Xem đường từ bãi ra có bị tắc không, rồi báo tình trạng đường.",
            "查看缓冲场出口道路是否堵塞，并予以通报。",
            "Voyez si la route depuis le parc est bloquée, et signalez-le.",
            act="ReportCondition",
        ),
    ),
}
