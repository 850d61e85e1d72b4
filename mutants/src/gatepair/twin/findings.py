"""What can be wrong with a network, or be seen in a run.

``path`` names the place: ``route.number.station``, a resource, a source, a calendar.
"""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

NO_BLOCK = kind(
    "twin.no_block",
    vi="Tuyến không có khối nào. Hãy viết ít nhất một khối.",
    zh="路线没有任何步骤。请至少写一个步骤。",
    en="The route has no block. Write at least one.",
    fr="La route n'a aucun bloc. Écrivez-en au moins un.",
)
NO_SOURCE = kind(
    "twin.no_source",
    vi="Không có nguồn nào đưa xe vào mạng. Hãy khai báo lượt đến hoặc xe có sẵn.",
    zh="没有任何来源使车辆进入网络。请声明到达或已在场的车辆。",
    en="No source brings anybody into the network. Declare arrivals, or who is present.",
    fr="Aucune source n'amène personne dans le réseau. Déclarez des arrivées ou des présents.",
)
NO_LABEL = kind(
    "twin.no_label",
    vi="Không có nhãn {label} ở đây. Các nhãn có là: {known}.",
    zh="此处没有标签{label}。已有标签：{known}。",
    en="There is no label {label} here. The labels are: {known}.",
    fr="Il n'y a pas d'étiquette {label} ici. Les étiquettes sont : {known}.",
)
NO_CLASS = kind(
    "twin.no_class",
    vi="Không có lớp {cls}. Các lớp có là: {known}.",
    zh="没有类别{cls}。已有类别：{known}。",
    en="There is no class {cls}. The classes are: {known}.",
    fr="Il n'y a pas de classe {cls}. Les classes sont : {known}.",
)
NAME_TWICE = kind(
    "twin.name_twice",
    vi="Tên {name} được dùng hai lần. Hãy đặt tên khác cho một bên.",
    zh="名称{name}使用了两次。请为其中一个改名。",
    en="The name {name} is used twice. Give one of them another.",
    fr="Le nom {name} est employé deux fois. Donnez-en un autre à l'un des deux.",
)
NO_CAPACITY = kind(
    "twin.no_capacity",
    vi="Không bao giờ có đơn vị nào để phục vụ. Hãy cho sức chứa lớn hơn 0 vào một lúc nào đó.",
    zh="任何时候都没有可用单位。请在某一时刻给出大于0的容量。",
    en="There is never a unit to serve with. Give it a capacity above 0 at some time.",
    fr="Il n'y a jamais d'unité pour servir. Donnez-lui une capacité supérieure à 0 à un moment.",
)
NEVER_ENOUGH = kind(
    "twin.never_enough",
    vi="Cần {count} đơn vị của {resource} nhưng nhiều nhất chỉ có {most}. Hãy cần ít hơn hoặc tăng sức chứa.",
    zh="需要{resource}的{count}个单位，但最多只有{most}个。请减少需求或增加容量。",
    en="It asks for {count} units of {resource}, but there are {most} at most. Ask for fewer, or add units.",
    fr="Il demande {count} unités de {resource}, mais il y en a {most} au plus. Demandez moins ou ajoutez-en.",
)
BAD_CAPACITY = kind(
    "twin.bad_capacity",
    vi="Sức chứa {capacity} lúc {tick} không dùng được. Hãy cho số nguyên không âm và thời điểm không âm.",
    zh="时刻{tick}的容量{capacity}不可用。请给出非负整数和非负时刻。",
    en="The capacity {capacity} at tick {tick} cannot be used. Give whole numbers from 0 on.",
    fr="La capacité {capacity} au tick {tick} est inutilisable. Donnez des entiers à partir de 0.",
)
CLOSED_FOR_EVER = kind(
    "twin.closed_for_ever",
    vi="Lịch không có khoảng mở cửa hợp lệ nào. Hãy cho các khoảng mở trước đóng, theo thứ tự, trong chu kỳ.",
    zh="日历没有有效的开放时段。请按顺序给出开始早于结束、且在周期内的时段。",
    en="The calendar has no usable open span. Give spans that open before they close, in order, within the period.",
    fr="Le calendrier n'a aucune plage ouverte utilisable. Donnez des plages ordonnées, dans la période.",
)
NOT_HELD = kind(
    "twin.not_held",
    vi="Trả lại {count} đơn vị của {resource} mà nơi này không giữ. Hãy lấy chúng trước.",
    zh="归还了此处并未占用的{resource}的{count}个单位。请先占用。",
    en="It gives back {count} units of {resource} that are not held here. Take them first.",
    fr="Il rend {count} unités de {resource} qui ne sont pas tenues ici. Prenez-les d'abord.",
)
HELD_AT_END = kind(
    "twin.held_at_end",
    vi="Kết thúc khi còn giữ {count} đơn vị của {resource}. Hãy trả lại chúng trước.",
    zh="结束时仍占用{resource}的{count}个单位。请先归还。",
    en="It ends while it holds {count} units of {resource}, which are then lost for ever. Give them back first.",
    fr="Il finit en tenant {count} unités de {resource}, perdues pour toujours. Rendez-les d'abord.",
)
UNEQUAL_HOLDS = kind(
    "twin.unequal_holds",
    severity=Severity.WARNING,
    vi="Các đường đến đây giữ tài nguyên khác nhau. Hãy tách phần còn lại của tuyến cho từng đường.",
    zh="通往此处的各条路径占用不同的资源。请为各路径分别书写其余部分。",
    en="The ways that lead here hold different things. Write the rest of the route apart for each.",
    fr="Les chemins qui mènent ici tiennent des choses différentes. Écrivez la suite à part pour chacun.",
)
NO_EXIT = kind(
    "twin.no_exit",
    severity=Severity.WARNING,
    vi="Từ đây không có đường nào dẫn tới lối ra, xe đi vòng mãi. Hãy thêm lối ra nếu không cố ý.",
    zh="从此处没有通往出口的路径，车辆将一直循环。若非有意，请添加出口。",
    en="No way leads from here to an exit, so they circle for ever. Add one unless this is meant.",
    fr="Aucun chemin ne mène d'ici à une sortie : on tourne sans fin. Ajoutez-en une si ce n'est pas voulu.",
)
NO_TIME_LOOP = kind(
    "twin.no_time_loop",
    vi="Vòng lặp qua đây không tốn thời gian, nên có thể không bao giờ dừng. Hãy thêm thời gian vào vòng.",
    zh="经过此处的循环不耗时，可能永不停止。请在循环中加入时间。",
    en="A loop through here passes no time, so it may never stop. Let time pass in it.",
    fr="Une boucle passe ici sans que le temps passe et peut ne jamais finir. Faites-y passer du temps.",
)
BAD_SHARES = kind(
    "twin.bad_shares",
    vi="Tổng tỷ lệ là {total}. Hãy cho các tỷ lệ không âm có tổng bằng 1.",
    zh="份额合计为{total}。请给出合计为1的非负份额。",
    en="The shares add up to {total}. Give shares from 0 on that add up to 1.",
    fr="La somme des parts est {total}. Donnez des parts positives ou nulles de somme 1.",
)
BAD_TIME = kind(
    "twin.bad_time",
    vi="Thời gian {shown} không dùng được. Hãy cho thời gian hữu hạn, không âm.",
    zh="时间{shown}不可用。请给出有限且非负的时间。",
    en="The time {shown} cannot be used. Give times that are finite and not negative.",
    fr="Le temps {shown} est inutilisable. Donnez des temps finis et non négatifs.",
)
BAD_COUNT = kind(
    "twin.bad_count",
    vi="Số lượng {count} không dùng được. Hãy cho ít nhất 1.",
    zh="数量{count}不可用。请至少为1。",
    en="The number {count} cannot be used. Give at least 1.",
    fr="Le nombre {count} est inutilisable. Donnez au moins 1.",
)
BAD_LEVEL = kind(
    "twin.bad_level",
    vi="Mức ưu tiên {level} không có. Hãy cho từ 1 (đầu tiên) đến {most}.",
    zh="没有优先级{level}。请给出1（最先）至{most}。",
    en="There is no priority level {level}. Give 1 (first) to {most}.",
    fr="Il n'y a pas de niveau de priorité {level}. Donnez de 1 (le premier) à {most}.",
)
EMPTY_SOURCE = kind(
    "twin.empty_source",
    vi="Nguồn không bao giờ đưa ai đến. Hãy cho một cường độ dương hoặc một danh sách.",
    zh="来源从不带来任何到达。请给出正的到达率或列表。",
    en="The source never brings anybody. Give it a rate above 0 or a list.",
    fr="La source n'amène jamais personne. Donnez-lui un débit positif ou une liste.",
)
BAD_SOURCE = kind(
    "twin.bad_source",
    vi="{count} giá trị {what} không khớp với {expected} lượt đến hoặc nằm ngoài phạm vi. Hãy sửa danh sách.",
    zh="{what}的{count}个值与{expected}个到达不符或超出范围。请修正列表。",
    en="The {count} values of {what} do not fit the {expected} arrivals, or lie out of range. Mend the list.",
    fr="Les {count} valeurs de {what} ne vont pas avec les {expected} arrivées ou sont hors limites. Corrigez la liste.",
)
NO_RECORD = kind(
    "twin.no_record",
    vi="Đường đi đọc cột {column} của bản ghi, nhưng nguồn chỉ cho {width} cột. Hãy cho đủ các cột.",
    zh="路线读取记录的第{column}列，但来源只给出{width}列。请补全各列。",
    en="The way reads column {column} of the record, but the source gives {width} columns. Give them all.",
    fr="Le chemin lit la colonne {column} du relevé, mais la source en donne {width}. Donnez-les toutes.",
)
TOO_MANY_WATCHES = kind(
    "twin.too_many_watches",
    vi="Có hơn {most} đồng hồ bấm giờ. Hãy dùng lại một chiếc đã đọc xong.",
    zh="秒表超过{most}个。请重用已读取的秒表。",
    en="There are more than {most} stopwatches. Use one again that has been read.",
    fr="Il y a plus de {most} chronomètres. Réemployez-en un qui a été lu.",
)
NO_WAY_OUT = kind(
    "twin.no_way_out",
    vi="Có giới hạn kiên nhẫn nhưng không nói đi đâu. Hãy cho nhãn on_renege.",
    zh="设定了耐心但没有去向。请给出on_renege标签。",
    en="Patience ends here, but not where to go then. Give the label on_renege.",
    fr="La patience finit ici, mais sans dire où aller. Donnez l'étiquette on_renege.",
)
NO_PREEMPTION = kind(
    "twin.no_preemption",
    vi="Không thể chiếm quyền khi lấy nhiều tài nguyên cùng lúc hoặc khi hàng được quét. Hãy lấy từng tài nguyên một.",
    zh="同时占用多种资源或扫描队列时不能抢占。请逐一占用。",
    en="Nobody can be pre-empted for several resources at once, nor where the queue is scanned. Take them one by one.",
    fr="On ne peut préempter pour plusieurs ressources à la fois ni là où la file est parcourue. Prenez-les une à une.",
)
SCAN_PAUSE = kind(
    "twin.scan_pause",
    vi="Hàng được quét không thể vừa tạm dừng công việc khi đóng cửa. Hãy chọn một trong hai.",
    zh="扫描队列的资源不能同时在关闭时暂停工作。请二选一。",
    en="A resource whose queue is scanned cannot pause work at closing too. Choose one.",
    fr="Une ressource dont la file est parcourue ne peut aussi suspendre le travail. Choisissez.",
)
NESTED_BATCH = kind(
    "twin.nested_batch",
    vi="Một nhóm đã gom lại được gom lần nữa. Hãy tách nhóm trước.",
    zh="已成组的又被编组。请先解散。",
    en="A batch gathers again before it has scattered. Scatter it first.",
    fr="Un groupe se regroupe avant de s'être séparé. Séparez-le d'abord.",
)
NOT_GATHERED = kind(
    "twin.not_gathered",
    vi="Tách nhóm ở nơi chưa gom nhóm. Hãy gom nhóm trước.",
    zh="此处未编组却要解散。请先编组。",
    en="It scatters where nobody has gathered. Gather first.",
    fr="Il se sépare là où personne n'est groupé. Groupez d'abord.",
)
UNREACHED = kind(
    "twin.unreached",
    severity=Severity.WARNING,
    vi="Không ai đi theo tuyến này. Hãy cho nó một nguồn hoặc bỏ đi.",
    zh="没有人走这条路线。请给它一个来源或删除。",
    en="Nobody takes this route. Give it a source or leave it out.",
    fr="Personne ne prend cette route. Donnez-lui une source ou retirez-la.",
)
MAY_DEADLOCK = kind(
    "twin.may_deadlock",
    severity=Severity.WARNING,
    vi="Có thể tắc nghẽn vì chờ nhau: {cycle}. Hãy lấy các tài nguyên này theo cùng một thứ tự hoặc cùng một lúc.",
    zh="可能相互等待而死锁：{cycle}。请按同一顺序或同时占用这些资源。",
    en="They may block each other for ever: {cycle}. Take these in one order, or all at once.",
    fr="Ils peuvent se bloquer pour toujours : {cycle}. Prenez-les dans un même ordre, ou d'un coup.",
)
STUCK = kind(
    "twin.stuck",
    severity=Severity.WARNING,
    vi="Cuối lượt chạy, {count} xe chờ {resource} mãi mãi, do {holders} đang giữ. Hãy gỡ vòng chờ.",
    zh="运行结束时，{count}个永远等待{resource}，它被{holders}占用。请解开等待环。",
    en="At the end {count} wait for {resource} for ever; it is held by {holders}. Undo the circle of waiting.",
    fr="À la fin, {count} attendent {resource} pour toujours, tenue par {holders}. Défaites le cercle d'attente.",
)
NEVER_OPEN_AGAIN = kind(
    "twin.never_open_again",
    severity=Severity.WARNING,
    vi="Cuối lượt chạy, {count} xe chờ một lịch không mở lại nữa. Hãy kéo dài lịch.",
    zh="运行结束时，{count}个等待不再开放的日历。请延长日历。",
    en="At the end {count} wait for a calendar that does not open again. Extend the calendar.",
    fr="À la fin, {count} attendent un calendrier qui ne rouvre plus. Prolongez le calendrier.",
)
