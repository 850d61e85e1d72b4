"""What can be wrong with an order about a crossing, in every language.

Each sentence names the place and the mend.
"""

from __future__ import annotations

from gatepair.base.findings import kind

# --- the order itself ---------------------------------------------------------------------
UNKNOWN = kind(
    "crossing.unknown",
    vi="Cửa khẩu này không có lượt qua {crossing}; hãy kiểm tra mã hoặc khai báo trước.",
    zh="本口岸没有通行记录 {crossing}；请核对编号或先行申报。",
    en="This post has no crossing {crossing}; check the reference or declare it first.",
    fr="Ce poste n'a pas de passage {crossing} ; vérifiez la référence ou déclarez-le d'abord.",
)
ALREADY_DECLARED = kind(
    "crossing.already_declared",
    vi="Lượt qua {crossing} đã được khai báo; hãy sửa từng trường thay vì khai lại.",
    zh="通行 {crossing} 已申报；请更正个别字段，不要重新申报。",
    en="Crossing {crossing} is already declared; correct single fields instead of declaring again.",
    fr="Le passage {crossing} est déjà déclaré ; corrigez un champ au lieu de redéclarer.",
)
NOT_YOUR_DUTY = kind(
    "crossing.not_your_duty",
    vi="Nhiệm vụ {duty} không được ra lệnh {command}; việc này thuộc về {allowed}.",
    zh="{duty} 岗位无权下达 {command}；该事项由 {allowed} 办理。",
    en="Duty {duty} may not give {command}; it belongs to {allowed}.",
    fr="La fonction {duty} ne peut pas ordonner {command} ; cela revient à {allowed}.",
)
WRONG_SIDE = kind(
    "crossing.wrong_side",
    vi="Việc này thuộc về bên {needed}; với lượt qua này phía ta là bên {role}.",
    zh="此操作属于 {needed} 一侧；对本次通行，本口岸是 {role}。",
    en="This act belongs to the {needed} post; for this crossing we are the {role} post.",
    fr="Cet acte revient au poste {needed} ; pour ce passage nous sommes le poste {role}.",
)
WRONG_STAGE = kind(
    "crossing.wrong_stage",
    vi="Lượt qua đang ở bước {stage}; việc này chỉ làm được ở bước {needed}.",
    zh="通行处于 {stage} 阶段；此操作只能在 {needed} 阶段进行。",
    en="The crossing is at stage {stage}; this can be done only at {needed}.",
    fr="Le passage est à l'étape {stage} ; ceci ne se fait qu'à {needed}.",
)
ENDED = kind(
    "crossing.ended",
    vi="Lượt qua đã kết thúc ({stage}) và không nhận thêm lệnh; hãy khai báo lượt mới.",
    zh="通行已结束（{stage}），不再接受指令；请申报新的通行。",
    en="The crossing has ended ({stage}) and takes no more orders; declare a new one.",
    fr="Le passage est terminé ({stage}) et n'accepte plus d'ordre ; déclarez-en un nouveau.",
)
NOTHING_CHANGED = kind(
    "crossing.nothing_changed",
    vi="Điều này đã được ghi đúng như vậy ({what}); không cần làm gì thêm.",
    zh="该内容已如此记录（{what}）；无需再办。",
    en="This already stands as you say ({what}); nothing needs to be done.",
    fr="C'est déjà enregistré ainsi ({what}) ; rien n'est à faire.",
)
TIME_FUTURE = kind(
    "crossing.time_future",
    vi="Thời điểm nêu ra chạy trước đồng hồ cửa khẩu {ahead_s} giây; hãy chỉnh đồng hồ của thiết bị gửi.",
    zh="所报时间比本口岸时钟超前 {ahead_s} 秒；请校准发送设备的时钟。",
    en="The stated time lies {ahead_s} s ahead of this post's clock; set the sender's clock right.",
    fr="L'heure indiquée est en avance de {ahead_s} s sur ce poste ; réglez l'horloge de l'expéditeur.",
)
TIME_ORDER = kind(
    "crossing.time_order",
    vi="Thời điểm nêu ra sớm hơn việc đã ghi gần nhất {behind_s} giây; hãy nêu đúng lúc xảy ra.",
    zh="所报时间早于最近一次记录 {behind_s} 秒；请报实际发生的时间。",
    en="The stated time lies {behind_s} s before the latest recorded act; state when it really happened.",
    fr="L'heure indiquée précède de {behind_s} s le dernier acte enregistré ; indiquez l'heure réelle.",
)

# --- declaring and correcting -------------------------------------------------------------
ROUTE_UNKNOWN = kind(
    "crossing.route_unknown",
    vi="Phương án cửa khẩu không có tuyến {route}; hãy chọn một trong: {known}.",
    zh="口岸方案中没有线路 {route}；请从 {known} 中选择。",
    en="The plan has no route {route}; choose one of {known}.",
    fr="Le plan n'a pas de route {route} ; choisissez parmi {known}.",
)
LANE_MISSING = kind(
    "crossing.lane_missing",
    vi="Tuyến {route} không có làn loại {lane_kind} cho chiều {direction}; hãy chọn tuyến hoặc loại làn khác.",
    zh="线路 {route} 没有 {direction} 方向的 {lane_kind} 车道；请选择其他线路或车道类型。",
    en="Route {route} has no {lane_kind} lane going {direction}; choose another route or kind of lane.",
    fr="La route {route} n'a pas de voie {lane_kind} dans le sens {direction} ; choisissez-en une autre.",
)
LOAD_LANE = kind(
    "crossing.load_lane",
    vi="{load} không được đi làn {lane_kind}; làn dành cho loại này là {allowed}.",
    zh="{load} 不得使用 {lane_kind} 车道；应使用 {allowed}。",
    en="A {load} may not use a {lane_kind} lane; it goes by {allowed}.",
    fr="{load} ne peut pas emprunter une voie {lane_kind} ; il passe par {allowed}.",
)
CONTAINER_MISSING = kind(
    "crossing.container_missing",
    vi="Làn không người lái chỉ chở công-te-nơ, nhưng chưa nêu số công-te-nơ; hãy bổ sung.",
    zh="无人驾驶车道运送集装箱，但绑定中没有箱号；请补充。",
    en="The unmanned lane carries containers, but the binding names none; add its number.",
    fr="La voie sans conducteur porte des conteneurs, mais aucun n'est indiqué ; ajoutez son numéro.",
)
GOODS_MISSING = kind(
    "crossing.goods_missing",
    vi="Tờ khai theo loại hình {regime} nhưng không có hàng; hãy thêm ít nhất một mặt hàng hoặc khai xe rỗng.",
    zh="监管方式为 {regime}，却没有货物；请至少填写一项，或按空车申报。",
    en="The declaration is under regime {regime} but lists no goods; add an item or declare the vehicle empty.",
    fr="La déclaration est au régime {regime} sans marchandise ; ajoutez un article ou déclarez à vide.",
)
GOODS_ON_EMPTY = kind(
    "crossing.goods_on_empty",
    vi="Xe khai rỗng phải dùng loại hình empty và không có hàng; hãy sửa loại tải hoặc tờ khai.",
    zh="空车须按监管方式 empty 申报，且不得列有货物；请更正载运类型或申报单。",
    en="An empty vehicle is declared under regime empty and without goods; mend the load or the declaration.",
    fr="Un véhicule vide se déclare au régime empty et sans marchandise ; corrigez l'un ou l'autre.",
)
BATCH_TAKEN = kind(
    "crossing.batch_taken",
    vi="Số lô vận chuyển {batch} đang thuộc lượt qua {holder}; chỉ các xe chung một vận đơn chia lô và chưa xe nào rời đi mới dùng chung số.",
    zh="货物运输批次号 {batch} 已用于通行 {holder}；只有分装同一运单且均未驶离的车辆才可共用批次号。",
    en="Batch number {batch} belongs to crossing {holder}; only trucks that share one split waybill, before any of them left, share it.",
    fr="Le numéro de lot {batch} appartient au passage {holder} ; seuls des camions d'une même lettre scindée, avant tout départ, le partagent.",
)
BATCH_SHARED = kind(
    "crossing.batch_shared",
    vi="Lô {batch} còn {others} xe khác cùng qua; hãy rút cả lô.",
    zh="批次 {batch} 还有 {others} 辆车一同通行；请按批次整体撤回。",
    en="Batch {batch} has {others} other trucks that cross together; withdraw the whole batch.",
    fr="Le lot {batch} compte {others} autres camions qui passent ensemble ; retirez tout le lot.",
)
BATCH_APART = kind(
    "crossing.batch_apart",
    vi="Xe của lượt qua {crossing} cùng lô còn ở bước {stage}; các xe chung vận đơn qua cùng nhau, hãy chờ xe đó được thông quan.",
    zh="同批次的通行 {crossing} 尚在 {stage} 阶段；分装同一运单的车辆须一同通行，请等待其放行。",
    en="Crossing {crossing} of the same batch is still at {stage}; trucks that share a waybill cross together, wait until it is released.",
    fr="Le passage {crossing} du même lot est encore à {stage} ; les camions d'une même lettre passent ensemble, attendez sa mainlevée.",
)
BATCH_UNKNOWN = kind(
    "crossing.batch_unknown",
    vi="Cửa khẩu này không có lượt qua nào còn mở mang số lô {batch}; hãy kiểm tra số.",
    zh="本口岸没有批次号为 {batch} 的未结通行；请核对编号。",
    en="This post has no open crossing under batch number {batch}; check the number.",
    fr="Ce poste n'a aucun passage ouvert sous le numéro de lot {batch} ; vérifiez-le.",
)
HELD_BY_PARTNER = kind(
    "crossing.held_by_partner",
    vi="Cơ quan {duty} của cửa khẩu đối diện đang giữ lượt qua này ({reasons}); hãy chờ bên đó gỡ lệnh giữ.",
    zh="对方口岸的 {duty} 部门暂扣本次通行（{reasons}）；请等待其解除。",
    en="The facing post's {duty} holds this crossing ({reasons}); wait until that side lifts it.",
    fr="Le service {duty} du poste d'en face retient ce passage ({reasons}) ; attendez qu'il le lève.",
)
NOTHING_TO_RECOGNISE = kind(
    "crossing.nothing_to_recognise",
    vi="Cửa khẩu đối diện chưa báo kết quả kiểm tra nào của nhiệm vụ {duty}; hãy tự kiểm tra hoặc nêu nguồn khác.",
    zh="对方口岸尚未通报 {duty} 岗位的查验结果；请自行查验或注明其他来源。",
    en="The facing post has told of no inspection by {duty}; inspect here or name another source.",
    fr="Le poste d'en face n'a fait part d'aucune visite de {duty} ; faites la visite ici ou citez une autre source.",
)
DOCUMENT_UNKNOWN = kind(
    "crossing.document_unknown",
    vi="Tờ khai không có chứng từ {kind} số {number}; hãy kiểm tra loại và số.",
    zh="申报中没有 {kind} 单证 {number}；请核对种类和编号。",
    en="The declaration has no document {kind} {number}; check its kind and number.",
    fr="La déclaration n'a pas de document {kind} {number} ; vérifiez le type et le numéro.",
)
QUESTION_UNKNOWN = kind(
    "crossing.question_unknown",
    vi="Không có câu hỏi nào đang chờ nhiệm vụ {duty} về chứng từ {kind} số {number}.",
    zh="没有等待 {duty} 岗位答复的关于 {kind} 单证 {number} 的问题。",
    en="No question about the document {kind} {number} waits for {duty}.",
    fr="Aucune question sur le document {kind} {number} n'attend {duty}.",
)
NO_PARTNER = kind(
    "crossing.no_partner",
    vi="Cửa khẩu này hoạt động một phía; không có ai ở phía đối diện để hỏi.",
    zh="本口岸单边运行；对方无人可询。",
    en="This post works alone; there is nobody over there to ask.",
    fr="Ce poste travaille seul ; il n'y a personne en face à qui demander.",
)
DECLARE_AT_EXIT = kind(
    "crossing.declare_at_exit",
    vi="Lượt qua chiều {direction} được khai một lần ở cửa khẩu đối diện và sẽ được báo sang đây.",
    zh="{direction} 方向的通行在对方口岸申报一次，并会通报本口岸。",
    en="A crossing going {direction} is declared once, at the facing post, and will be announced here.",
    fr="Un passage dans le sens {direction} se déclare une fois, au poste d'en face, et sera annoncé ici.",
)
RETURN_UNKNOWN = kind(
    "crossing.return_unknown",
    vi="Lượt qua {return_of} chưa đưa xe này đến cửa khẩu này; chỉ khai chiều về cho xe đã được nhận tại đây.",
    zh="通行 {return_of} 并未将该车带到本口岸；只有在此接收过的车辆才能申报返程。",
    en="Crossing {return_of} did not bring this vehicle to this post; name the one that was received here.",
    fr="Le passage {return_of} n'a pas amené ce véhicule ici ; indiquez celui qui y a été reçu.",
)
CLAIM_TAKEN = kind(
    "crossing.claim_taken",
    vi="{claim} đang gắn với lượt qua {holder} chưa kết thúc; hãy kết thúc lượt đó hoặc sửa biển, số.",
    zh="{claim} 正绑定于未结束的通行 {holder}；请先结束该通行或更正号码。",
    en="{claim} is bound to the open crossing {holder}; end that one or mend the number.",
    fr="{claim} est lié au passage ouvert {holder} ; terminez-le ou corrigez le numéro.",
)
PATH_UNKNOWN = kind(
    "crossing.path_unknown",
    vi="Không có trường {field}; ví dụ đúng: goods.0.hs, parties.exporter, driver.name.",
    zh="没有字段 {field}；正确示例：goods.0.hs、parties.exporter、driver.name。",
    en="There is no field {field}; right examples: goods.0.hs, parties.exporter, driver.name.",
    fr="Le champ {field} n'existe pas ; exemples : goods.0.hs, parties.exporter, driver.name.",
)
VALUE_UNFIT = kind(
    "crossing.value_unfit",
    vi="Giá trị không hợp với trường {field}: {why}.",
    zh="该值不符合字段 {field}：{why}。",
    en="The value does not fit the field {field}: {why}.",
    fr="La valeur ne convient pas au champ {field} : {why}.",
)
USE_CHANGE_BINDING = kind(
    "crossing.use_change_binding",
    vi="Chỗ xếp hàng gắn với đầu kéo, rơ-moóc, công-te-nơ và chủ xe; hãy dùng lệnh ChangeBinding.",
    zh="牵引车、挂车、集装箱和车主属于排队号的绑定；请使用 ChangeBinding。",
    en="Tractor, trailer, containers and owner are what the place is tied to; use ChangeBinding.",
    fr="Tracteur, remorque, conteneurs et propriétaire lient la place ; utilisez ChangeBinding.",
)
CORRECTED_TOO_LATE = kind(
    "crossing.corrected_too_late",
    vi="Xe đã rời đi; cửa khẩu xuất không sửa được nữa, hãy báo cơ quan ở cửa khẩu nhập.",
    zh="车辆已离开；出境口岸不能再更正，请联系入境口岸的主管部门。",
    en="The vehicle has left; the exit post corrects nothing any more, turn to the agencies of the entry post.",
    fr="Le véhicule est parti ; le poste de sortie ne corrige plus, adressez-vous au poste d'entrée.",
)
DOCUMENT_TWICE = kind(
    "crossing.document_twice",
    vi="Chứng từ {kind} số {number} đã được đính kèm.",
    zh="单证 {kind} 编号 {number} 已附上。",
    en="Document {kind} number {number} is already attached.",
    fr="Le document {kind} numéro {number} est déjà joint.",
)
REBIND_INSIDE = kind(
    "crossing.rebind_inside",
    vi="Xe đã vào trong cửa khẩu; chỉ ban quản lý cửa khẩu được đổi xe, kèm một mã đã công bố.",
    zh="车辆已在口岸内；只有口岸管委会可凭公布的代码变更绑定。",
    en="The vehicle is inside the gate; only the gate board changes its binding, under a published code.",
    fr="Le véhicule est dans l'enceinte ; seule la direction du poste change le lien, sous un code publié.",
)

# --- the queue ----------------------------------------------------------------------------
QUEUE_NONE = kind(
    "crossing.queue_none",
    vi="Lượt qua này không cần xếp hàng tại cửa khẩu {post}; xe có thể đến thẳng barie.",
    zh="本次通行在口岸 {post} 无需排队；车辆可直接前往道闸。",
    en="This crossing needs no place at post {post}; the vehicle may come to the barrier.",
    fr="Ce passage n'a pas besoin de place au poste {post} ; le véhicule peut venir à la barrière.",
)
HAS_PLACE = kind(
    "crossing.has_place",
    vi="Lượt qua đã có chỗ số {number}; mỗi lượt chỉ có một chỗ.",
    zh="本次通行已有排队号 {number}；每次通行只有一个排队号。",
    en="The crossing already has place {number}; there is one place for one crossing.",
    fr="Le passage a déjà la place {number} ; il n'y en a qu'une par passage.",
)
NO_PLACE = kind(
    "crossing.no_place",
    vi="Lượt qua chưa có chỗ xếp hàng; hãy lấy số trước.",
    zh="本次通行没有排队号；请先取号。",
    en="The crossing has no place in the queue; take one first.",
    fr="Le passage n'a pas de place dans la file ; prenez-en une d'abord.",
)
YARD_UNKNOWN = kind(
    "crossing.yard_unknown",
    vi="Cửa khẩu {post} không có bãi {yard} loại phù hợp; các bãi có: {known}.",
    zh="口岸 {post} 没有合适的场地 {yard}；可用场地：{known}。",
    en="Post {post} has no such yard {yard}; there are {known}.",
    fr="Le poste {post} n'a pas de parc {yard} ; il y a {known}.",
)
SLOT_WINDOW = kind(
    "crossing.slot_window",
    vi="Khung giờ phải kết thúc sau khi bắt đầu và nằm trong tương lai.",
    zh="时段的结束须晚于开始，且须在将来。",
    en="A slot must end after it begins and lie in the future.",
    fr="Un créneau doit finir après son début et se situer dans l'avenir.",
)
QUEUE_STOPPED = kind(
    "crossing.queue_stopped",
    vi="Chiều này đang dừng ({why}); chỗ vẫn được giữ, xe sẽ được gọi khi mở lại.",
    zh="该方向已暂停（{why}）；排队号保留，恢复后再叫号。",
    en="This direction stands still ({why}); the place is kept and is called when it runs again.",
    fr="Ce sens est à l'arrêt ({why}) ; la place est gardée et sera appelée à la reprise.",
)
NOT_TESTED = kind(
    "crossing.not_tested",
    vi="Nhóm {commodity} chỉ được gọi khi có phiếu kiểm nghiệm; hãy đính kèm chứng từ test_report.",
    zh="{commodity} 类货物须有检测报告方可叫号；请附上 test_report 单证。",
    en="Goods of group {commodity} are called only with their test paper; attach a test_report.",
    fr="Le groupe {commodity} n'est appelé qu'avec son rapport d'analyse ; joignez un test_report.",
)
CALL_RUNNING = kind(
    "crossing.call_running",
    vi="Thời hạn của lệnh gọi còn {left_s} giây; chưa thể coi là lỡ.",
    zh="叫号宽限还剩 {left_s} 秒；尚不能视为错过叫号。",
    en="The grace of the call runs another {left_s} s; it is not missed yet.",
    fr="Le délai de l'appel court encore {left_s} s ; il n'est pas manqué.",
)
NOT_CALLED = kind(
    "crossing.not_called",
    vi="Xe chưa được gọi (bước {stage}); hãy chờ ở bãi đệm cho đến khi có lệnh gọi.",
    zh="车辆尚未被叫号（{stage}）；请在缓冲场等候叫号。",
    en="The vehicle is not called (stage {stage}); wait at the buffer until it is.",
    fr="Le véhicule n'est pas appelé (étape {stage}) ; attendez l'appel au parc d'attente.",
)
INSTRUCTION_CHANGED = kind(
    "crossing.instruction_changed",
    vi="Lệnh này không còn hiệu lực ({instruction}); hãy đọc lệnh mới rồi xác nhận.",
    zh="该指令已失效（{instruction}）；请阅读新指令后再确认。",
    en="This instruction no longer stands ({instruction}); read the new one and acknowledge that.",
    fr="Cette consigne n'est plus valable ({instruction}) ; lisez la nouvelle et confirmez-la.",
)
INSTRUCTION_SILENT = kind(
    "crossing.instruction_silent",
    vi="Lệnh này không cần xác nhận ({instruction}); chỉ cần làm theo.",
    zh="该指令无需确认（{instruction}）；照办即可。",
    en="This instruction needs no acknowledgement ({instruction}); simply follow it.",
    fr="Cette consigne n'a pas à être confirmée ({instruction}) ; suivez-la.",
)
MOVE_CODE_UNKNOWN = kind(
    "crossing.move_code_unknown",
    vi="Mã {code} không có trong quy tắc đã công bố; chỉ dùng được: {known}.",
    zh="代码 {code} 不在公布的规则中；可用代码：{known}。",
    en="Code {code} is not in the published rule; only these are: {known}.",
    fr="Le code {code} n'est pas dans la règle publiée ; il n'y a que {known}.",
)

# --- what the lane sees -------------------------------------------------------------------
BINDING_MISMATCH = kind(
    "crossing.binding_mismatch",
    vi="Làn đọc được {seen}, nhưng lượt qua gắn với {bound}; giữ xe lại và kiểm tra.",
    zh="车道识别为 {seen}，而通行绑定的是 {bound}；请拦下核查。",
    en="The lane sees {seen}, but the crossing is bound to {bound}; keep the vehicle and check it.",
    fr="La voie voit {seen}, mais le passage est lié à {bound} ; retenez le véhicule et vérifiez.",
)
STATION_UNKNOWN = kind(
    "crossing.station_unknown",
    vi="Cửa khẩu {post} không có điểm {station} trong phương án.",
    zh="方案中口岸 {post} 没有作业点 {station}。",
    en="Post {post} has no station {station} in the plan.",
    fr="Le poste {post} n'a pas de station {station} dans le plan.",
)
LANE_UNKNOWN = kind(
    "crossing.lane_unknown",
    vi="Tuyến {route} không có làn {lane}.",
    zh="线路 {route} 没有车道 {lane}。",
    en="Route {route} has no lane {lane}.",
    fr="La route {route} n'a pas de voie {lane}.",
)
LANE_CLOSED = kind(
    "crossing.lane_closed",
    vi="Làn {lane} đang đóng ({why}); hãy chờ mở lại hoặc chọn làn khác.",
    zh="车道 {lane} 关闭（{why}）；请等候开放或改走其他车道。",
    en="Lane {lane} is closed ({why}); wait until it opens or take another.",
    fr="La voie {lane} est fermée ({why}) ; attendez l'ouverture ou prenez-en une autre.",
)
LANE_OTHER_WAY = kind(
    "crossing.lane_other_way",
    vi="Làn {lane} không mở cho chiều {direction}; hãy chọn làn đúng chiều.",
    zh="车道 {lane} 未向 {direction} 方向开放；请选择方向相符的车道。",
    en="Lane {lane} is not open for direction {direction}; take one that is.",
    fr="La voie {lane} n'est pas ouverte dans le sens {direction} ; prenez-en une qui l'est.",
)
LANE_OTHER_KIND = kind(
    "crossing.lane_other_kind",
    vi="Làn {lane} là loại {lane_kind}; xe có người lái và không người lái không bao giờ chung làn.",
    zh="车道 {lane} 为 {lane_kind} 类型；有人驾驶与无人驾驶车辆绝不共用车道。",
    en="Lane {lane} is of kind {lane_kind}, which this load may not use; manned and unmanned never share a lane.",
    fr="La voie {lane} est de type {lane_kind} ; trafics avec et sans conducteur ne la partagent jamais.",
)
SEAL_MISMATCH = kind(
    "crossing.seal_mismatch",
    vi="Số niêm phong đọc được là {seen}, phải là {expected}; hãy kiểm tra niêm phong.",
    zh="识别到的封志为 {seen}，应为 {expected}；请验封。",
    en="The seals seen are {seen}, they should be {expected}; check the seals.",
    fr="Les scellés vus sont {seen}, ils devraient être {expected} ; contrôlez les scellés.",
)
SEAL_NOT_INTACT = kind(
    "crossing.seal_not_intact",
    vi="Niêm phong {number} không còn nguyên vẹn; hải quan phải kiểm tra và niêm phong lại.",
    zh="封志 {number} 已破损；须由海关查验并重新施封。",
    en="Seal {number} is not intact; customs must look and seal again.",
    fr="Le scellé {number} n'est pas intact ; la douane doit contrôler et sceller de nouveau.",
)
SEAL_KNOWN = kind(
    "crossing.seal_known",
    vi="Niêm phong {number} đã được gắn cho lượt qua này.",
    zh="封志 {number} 已用于本次通行。",
    en="Seal {number} is already on this crossing.",
    fr="Le scellé {number} est déjà posé sur ce passage.",
)
SEAL_UNKNOWN = kind(
    "crossing.seal_unknown",
    vi="Lượt qua không có niêm phong {number}; hãy đọc lại số.",
    zh="本次通行没有封志 {number}；请重新核对号码。",
    en="There is no seal {number} on this crossing; read the number again.",
    fr="Ce passage n'a pas de scellé {number} ; relisez le numéro.",
)
SEAL_OF_CUSTOMS = kind(
    "crossing.seal_of_customs",
    vi="Niêm phong hải quan {number} chỉ do hải quan gắn hoặc mở.",
    zh="海关封志 {number} 只能由海关施封或启封。",
    en="Customs seal {number} is put on and opened by customs only.",
    fr="Le scellé de douane {number} n'est posé et ouvert que par la douane.",
)

# --- agencies -----------------------------------------------------------------------------
REASONS_MISSING = kind(
    "crossing.reasons_missing",
    vi="Giữ lại hoặc từ chối phải nêu ít nhất một mã lý do.",
    zh="暂扣或拒绝须至少给出一个理由代码。",
    en="A hold, refusal or decline must name at least one reason code.",
    fr="Retenir, refuser ou décliner exige au moins un code de motif.",
)
DECISION_MISSING = kind(
    "crossing.decision_missing",
    vi="Chưa có quyết định còn hiệu lực của {duty}; cơ quan đó phải quyết định trước.",
    zh="缺少 {duty} 的有效决定；须由该部门先行决定。",
    en="The decision of {duty} does not stand; that agency must decide first.",
    fr="La décision de {duty} fait défaut ; ce service doit d'abord décider.",
)
ON_HOLD = kind(
    "crossing.on_hold",
    vi="{duty} đang giữ lại ({reasons}); chỉ cơ quan đó gỡ được.",
    zh="{duty} 正在暂扣（{reasons}）；只有该部门可以解除。",
    en="{duty} holds it ({reasons}); only that agency can lift the hold.",
    fr="{duty} le retient ({reasons}) ; seul ce service peut lever la retenue.",
)
REFUSED_BY = kind(
    "crossing.refused_by",
    vi="{duty} đã từ chối ({reasons}); hàng phải đi theo diện bị từ chối.",
    zh="{duty} 已拒绝（{reasons}）；货物须按拒绝流程处理。",
    en="{duty} refused it ({reasons}); the goods take the way of refused goods.",
    fr="{duty} l'a refusé ({reasons}) ; les marchandises suivent la voie du refus.",
)
NOT_REFUSED = kind(
    "crossing.not_refused",
    vi="{duty} chưa ra quyết định từ chối; hãy quyết định refuse trước khi trả hàng.",
    zh="{duty} 尚未作出拒绝决定；请先作出 refuse 决定。",
    en="{duty} has not decided to refuse; give that verdict before the goods are sent back.",
    fr="{duty} n'a pas décidé de refuser ; rendez ce verdict avant de renvoyer.",
)
CHANNEL_MISSING = kind(
    "crossing.channel_missing",
    vi="Chưa phân luồng; hải quan phải phân luồng trước khi thông quan.",
    zh="尚未分配通道；海关须先分配通道再放行。",
    en="No channel is assigned; customs assigns it before release.",
    fr="Aucun circuit n'est attribué ; la douane l'attribue avant la mainlevée.",
)
CHANNEL_ASSIGNED = kind(
    "crossing.channel_assigned",
    vi="Đã phân luồng {channel}; mỗi lượt chỉ phân luồng một lần.",
    zh="已分配 {channel} 通道；每次通行只抽取一次。",
    en="Channel {channel} is assigned already; it is drawn once.",
    fr="Le circuit {channel} est déjà attribué ; il n'est tiré qu'une fois.",
)
CHANNEL_NONE = kind(
    "crossing.channel_none",
    vi="Cửa khẩu {post} không có hồ sơ phân luồng cho chiều này; không cần phân luồng.",
    zh="口岸 {post} 在此方向没有通道方案；无需分配。",
    en="Post {post} has no channel profile for this role; none is needed.",
    fr="Le poste {post} n'a pas de profil de circuits pour ce rôle ; il n'en faut pas.",
)
DOCUMENTS_UNCHECKED = kind(
    "crossing.documents_unchecked",
    vi="Luồng {channel} yêu cầu hải quan kiểm tra hồ sơ; hãy ghi nhận hồ sơ hợp lệ, hoặc hải quan quyết định đồng ý.",
    zh="{channel} 通道须海关审核单证；请登记单证合规，或由海关作出同意决定。",
    en="Channel {channel} asks customs to check the papers; record that they are in order, or decide to clear.",
    fr="Le circuit {channel} exige le contrôle documentaire ; enregistrez que les documents sont en règle, ou rendez un avis favorable.",
)
INSPECTION_MISSING = kind(
    "crossing.inspection_missing",
    vi="Luồng đỏ yêu cầu hải quan kiểm tra thực tế đạt; hãy chỉ định và kết thúc kiểm tra thực tế.",
    zh="红色通道须海关查验合格；请下达查验指令并完成查验。",
    en="The red channel asks for a passed inspection by customs; order and finish one.",
    fr="Le circuit rouge exige une visite conforme de la douane ; ordonnez-la et terminez-la.",
)
INSPECTION_OPEN = kind(
    "crossing.inspection_open",
    vi="Việc kiểm tra của {duty} ở {bay} chưa kết thúc.",
    zh="{duty} 在 {bay} 的查验尚未结束。",
    en="The inspection of {duty} in {bay} is not finished.",
    fr="La visite de {duty} au quai {bay} n'est pas terminée.",
)
INSPECTION_FAILED = kind(
    "crossing.inspection_failed",
    vi="Kiểm tra của {duty} không đạt; cần kiểm tra lại đạt hoặc từ chối hàng.",
    zh="{duty} 查验未通过；须复查合格或拒绝货物。",
    en="The inspection of {duty} did not pass; it must pass again or the goods be refused.",
    fr="La visite de {duty} n'est pas conforme ; il en faut une nouvelle qui le soit, ou refuser les marchandises.",
)
INSPECTION_NONE = kind(
    "crossing.inspection_none",
    vi="{duty} không có kiểm tra nào đang mở.",
    zh="{duty} 没有正在进行的查验。",
    en="{duty} has no inspection open.",
    fr="{duty} n'a pas de visite en cours.",
)
SAMPLE_OPEN = kind(
    "crossing.sample_open",
    vi="Mẫu {number} đang chờ phòng thử nghiệm {laboratory}.",
    zh="样品 {number} 正等待实验室 {laboratory} 的结果。",
    en="Sample {number} waits for laboratory {laboratory}.",
    fr="L'échantillon {number} attend le laboratoire {laboratory}.",
)
SAMPLE_FAILED = kind(
    "crossing.sample_failed",
    vi="Mẫu {number} không đạt; hàng phải bị từ chối.",
    zh="样品 {number} 不合格；货物须予拒绝。",
    en="Sample {number} did not pass; the goods must be refused.",
    fr="L'échantillon {number} n'est pas conforme ; les marchandises doivent être refusées.",
)
SAMPLE_KNOWN = kind(
    "crossing.sample_known",
    vi="Số mẫu {number} đã dùng; hãy đặt số khác.",
    zh="样品编号 {number} 已使用；请另取编号。",
    en="Sample number {number} is used already; give another.",
    fr="Le numéro d'échantillon {number} est déjà pris ; donnez-en un autre.",
)
SAMPLE_UNKNOWN = kind(
    "crossing.sample_unknown",
    vi="Không có mẫu {number} đang chờ kết quả.",
    zh="没有等待结果的样品 {number}。",
    en="No sample {number} waits for an answer.",
    fr="Aucun échantillon {number} n'attend de réponse.",
)
SAMPLE_EXPECTED = kind(
    "crossing.sample_expected",
    vi="Kết quả không thể dự kiến trước lúc lấy mẫu; hãy sửa thời điểm.",
    zh="结果预计时间不能早于取样时间；请更正。",
    en="A result cannot be expected before the sample is taken; mend the time.",
    fr="Un résultat ne peut être attendu avant le prélèvement ; corrigez l'heure.",
)
NOT_RELEASED = kind(
    "crossing.not_released",
    vi="Hải quan chưa thông quan; xe không được đi.",
    zh="海关尚未放行；车辆不得离开。",
    en="Customs has not released it; the vehicle may not go.",
    fr="La douane n'a pas donné mainlevée ; le véhicule ne peut pas partir.",
)
ALREADY_RELEASED = kind(
    "crossing.already_released",
    vi="Lượt qua đã được thông quan.",
    zh="本次通行已放行。",
    en="The crossing is released already.",
    fr="Le passage a déjà reçu mainlevée.",
)
NOT_RECEIVED = kind(
    "crossing.not_received",
    vi="Hàng chưa được nhận tại cửa khẩu này; hãy xác nhận bàn giao trước.",
    zh="货物尚未在本口岸接收；请先确认交接。",
    en="The load has not been received at this post; confirm the handover first.",
    fr="Le chargement n'a pas été reçu à ce poste ; confirmez d'abord la remise.",
)
DISPUTE_OPEN = kind(
    "crossing.dispute_open",
    vi="Bàn giao đang tranh chấp ({reason}); phải giải quyết trước.",
    zh="交接存在争议（{reason}）；须先解决。",
    en="The handover is disputed ({reason}); settle that first.",
    fr="La remise est contestée ({reason}) ; réglez d'abord ce point.",
)

# --- money --------------------------------------------------------------------------------
FEE_NONE = kind(
    "crossing.fee_none",
    vi="Cửa khẩu {post} không thu phí hạ tầng cho lượt qua này.",
    zh="口岸 {post} 对本次通行不收取设施费。",
    en="Post {post} charges no infrastructure fee for this crossing.",
    fr="Le poste {post} ne perçoit pas de redevance pour ce passage.",
)
FEE_MISSING = kind(
    "crossing.fee_missing",
    vi="Phí hạ tầng chưa được tính; hãy tính phí trước.",
    zh="设施费尚未核定；请先核定。",
    en="The infrastructure fee is not assessed; assess it first.",
    fr="La redevance n'est pas calculée ; calculez-la d'abord.",
)
FEE_UNPAID = kind(
    "crossing.fee_unpaid",
    vi="Còn thiếu phí {due_minor} {currency} (đơn vị nhỏ nhất).",
    zh="尚欠费用 {due_minor} {currency}（最小货币单位）。",
    en="{due_minor} {currency} of the fee, in minor units, are still due.",
    fr="Il reste dû {due_minor} {currency} de redevance, dans la plus petite unité.",
)
FEE_CURRENCY = kind(
    "crossing.fee_currency",
    vi="Phí tính bằng {expected}, không phải {given}.",
    zh="费用以 {expected} 计，而非 {given}。",
    en="The fee is in {expected}, not in {given}.",
    fr="La redevance est en {expected}, pas en {given}.",
)
FEE_TOO_MUCH = kind(
    "crossing.fee_too_much",
    vi="Chỉ còn phải trả {due_minor}; số tiền {given_minor} là thừa.",
    zh="仅需再付 {due_minor}；所付 {given_minor} 过多。",
    en="Only {due_minor} are due; {given_minor} is too much.",
    fr="Il n'est dû que {due_minor} ; {given_minor} est trop.",
)
RECEIPT_USED = kind(
    "crossing.receipt_used",
    vi="Biên lai {receipt} đã được ghi; một khoản tiền chỉ ghi một lần.",
    zh="收据 {receipt} 已入账；一笔款项只记一次。",
    en="Receipt {receipt} is recorded already; one payment counts once.",
    fr="Le reçu {receipt} est déjà enregistré ; un paiement ne compte qu'une fois.",
)

# --- the other side -----------------------------------------------------------------------
PARTNER_NOT_ACCEPTED = kind(
    "crossing.partner_not_accepted",
    vi="Cửa khẩu đối diện chưa nhận lượt qua này; hãy chờ câu trả lời.",
    zh="对方口岸尚未同意接收本次通行；请等候答复。",
    en="The facing post has not accepted this crossing; wait for its answer.",
    fr="Le poste d'en face n'a pas accepté ce passage ; attendez sa réponse.",
)
PARTNER_DECLINED = kind(
    "crossing.partner_declined",
    vi="Cửa khẩu đối diện không nhận ({reasons}); xe không được đi.",
    zh="对方口岸不予接收（{reasons}）；车辆不得离开。",
    en="The facing post declined it ({reasons}); the vehicle may not go.",
    fr="Le poste d'en face l'a décliné ({reasons}) ; le véhicule ne peut pas partir.",
)
PARTNER_SILENT = kind(
    "crossing.partner_silent",
    vi="Tin cuối của cửa khẩu đối diện đã {age_s} giây; thỏa thuận không cho phép đi khi im lặng lâu như vậy.",
    zh="对方口岸的最近消息已过 {age_s} 秒；协议不允许在此情况下离开。",
    en="The facing post's last word is {age_s} s old; the agreement allows no departure on that.",
    fr="La dernière nouvelle d'en face date de {age_s} s ; l'accord ne permet pas de partir ainsi.",
)
OFFICER_NEEDED = kind(
    "crossing.officer_needed",
    vi="Theo điều khoản {clause}, một cán bộ phải xác nhận bằng tên (confirmed_by).",
    zh="依 {clause} 条款，须由一名官员具名确认（confirmed_by）。",
    en="Under clause {clause} an officer must confirm by name (confirmed_by).",
    fr="Selon la clause {clause}, un agent doit confirmer nommément (confirmed_by).",
)
NOT_DEPARTED = kind(
    "crossing.not_departed",
    vi="Cửa khẩu xuất chưa báo xe rời đi; chỉ nhận hàng khi đã được báo và đã rời.",
    zh="出境口岸尚未通报离开；须已通报并已离开方可接收。",
    en="The exit post has not said that it departed; a load is received only when announced and departed.",
    fr="Le poste de sortie n'a pas signalé le départ ; on ne reçoit qu'après annonce et départ.",
)
ALREADY_DEPARTED = kind(
    "crossing.already_departed",
    vi="Xe đã rời cửa khẩu xuất; không thể đổi câu trả lời nữa, hãy nêu tranh chấp hoặc từ chối sau khi nhận.",
    zh="车辆已离开出境口岸；答复不能再改，请在接收时提出争议或拒绝。",
    en="It has left the exit post already; the answer cannot change, dispute or refuse it on arrival.",
    fr="Il a déjà quitté le poste de sortie ; contestez ou refusez à l'arrivée.",
)
PARTNER_CONTRADICTS = kind(
    "crossing.partner_contradicts",
    vi="Tin của đối tác ({message}) không khớp với điều ghi ở đây (bước {stage}); hai bên cần đối chiếu.",
    zh="对方消息（{message}）与本方记录（阶段 {stage}）不符；双方须核对。",
    en="The partner's {message} does not fit what is recorded here (stage {stage}); the two posts must compare.",
    fr="Le message {message} du partenaire contredit nos écritures (étape {stage}) ; comparez les deux postes.",
)

# --- the stay -----------------------------------------------------------------------------
NO_STAY = kind(
    "crossing.no_stay",
    vi="Không có thời hạn lưu lại nào đang tính cho lượt qua này.",
    zh="本次通行没有正在计时的停留期限。",
    en="No stay clock runs for this crossing.",
    fr="Aucun délai de séjour ne court pour ce passage.",
)
STAY_NOT_DUE = kind(
    "crossing.stay_not_due",
    vi="Chưa đến lúc cảnh báo hết hạn lưu lại; còn {left_s} giây.",
    zh="尚未到停留提醒时间；还剩 {left_s} 秒。",
    en="No warning of the stay is due; {left_s} s are left.",
    fr="Aucun avertissement de séjour n'est dû ; il reste {left_s} s.",
)
LODGED_UNREAD = kind(
    "crossing.lodged_unread",
    vi="Không đọc được tờ khai: {why}; hãy sửa rồi gửi lại.",
    zh="无法读取报关单：{why}；请更正后重新提交。",
    en="The declaration cannot be read: {why}; mend it and lodge it again.",
    fr="La déclaration ne peut être lue : {why} ; corrigez-la et déposez-la de nouveau.",
)
LODGED_NO_DECLARATION = kind(
    "crossing.lodged_no_declaration",
    vi="Tệp có {count} tài liệu, trong đó {declarations} tờ khai; hãy gửi đúng một tờ khai mỗi lần.",
    zh="文件含 {count} 份单证，其中报关单 {declarations} 份；每次请只提交一份报关单。",
    en="The text holds {count} documents, {declarations} of them declarations; lodge exactly one declaration at a time.",
    fr="Le texte contient {count} documents, dont {declarations} déclarations ; déposez exactement une déclaration à la fois.",
)
LODGED_NO_REFERENCE = kind(
    "crossing.lodged_no_reference",
    vi="Tờ khai không có số tham chiếu; hãy ghi FunctionalReferenceID hoặc ID.",
    zh="报关单没有编号；请填写 FunctionalReferenceID 或 ID。",
    en="The declaration has no reference; give it a FunctionalReferenceID or an ID.",
    fr="La déclaration n'a pas de référence ; donnez-lui un FunctionalReferenceID ou un ID.",
)
LODGED_NO_TABLES = kind(
    "crossing.lodged_no_tables",
    vi="Biểu thuế lưu tại cửa khẩu này bị hỏng nên chưa tính được; hãy báo người vận hành hệ thống.",
    zh="本口岸保存的税率表已损坏，无法评定；请通知运维人员。",
    en="The sheets of rates kept at this post are damaged, so nothing can be assessed; tell its operator.",
    fr="Les barèmes gardés à ce poste sont endommagés, rien ne peut être évalué ; prévenez son exploitant.",
)
LODGED_FOR_EMPTY = kind(
    "crossing.lodged_for_empty",
    vi="Xe rỗng không có tờ khai hàng hóa.",
    zh="空车没有货物报关单。",
    en="An empty vehicle has no goods declaration.",
    fr="Un véhicule vide n'a pas de déclaration de marchandises.",
)
LODGED_TOO_LATE = kind(
    "crossing.lodged_too_late",
    vi="Tờ khai {reference} không thể thay nữa: hàng đã được thông quan hoặc đã đi; hãy sửa qua hải quan.",
    zh="报关单 {reference} 不能再替换：货物已放行或已出境；请经海关更正。",
    en="The declaration {reference} can no longer be lodged: the goods are released or gone; amend it with customs.",
    fr="La déclaration {reference} ne peut plus être déposée : la marchandise a reçu mainlevée ou est partie ; rectifiez-la auprès de la douane.",
)
LODGED_BY_ANOTHER = kind(
    "crossing.lodged_by_another",
    vi="Tờ khai {reference} do người khác nộp; hãy dùng số tham chiếu của mình.",
    zh="报关单 {reference} 由他人提交；请使用自己的编号。",
    en="The declaration {reference} was lodged by somebody else; use a reference of your own.",
    fr="La déclaration {reference} a été déposée par quelqu'un d'autre ; prenez une référence à vous.",
)
LODGED_TOO_MANY = kind(
    "crossing.lodged_too_many",
    vi="Một lượt qua có tối đa {most} tờ khai.",
    zh="一次通行最多 {most} 份报关单。",
    en="A crossing has at most {most} declarations.",
    fr="Un passage a au plus {most} déclarations.",
)

# --- two persons --------------------------------------------------------------------------
PROPOSED_ALREADY = kind(
    "crossing.proposed_already",
    vi="Việc này đã chờ người thứ hai (số {number}); hãy để một người khác cùng nhiệm vụ xác nhận hoặc bỏ.",
    zh="该操作已在等待第二人（编号 {number}）；请由同岗位的另一人确认或撤下。",
    en="This already waits for a second person (number {number}); let another of your duty confirm or drop it.",
    fr="Ceci attend déjà une seconde personne (numéro {number}) ; qu'un autre de votre fonction confirme ou abandonne.",
)
PROPOSED_TOO_MANY = kind(
    "crossing.proposed_too_many",
    vi="Đã có {most} việc chờ người thứ hai; hãy xác nhận hoặc bỏ bớt trước.",
    zh="已有 {most} 项操作等待第二人；请先确认或撤下。",
    en="{most} acts already wait for a second person; confirm or drop some first.",
    fr="{most} actes attendent déjà une seconde personne ; confirmez ou abandonnez d'abord.",
)
PROPOSAL_UNKNOWN = kind(
    "crossing.proposal_unknown",
    vi="Không có việc số {number} chờ người thứ hai; có thể đã xong hoặc đã bỏ.",
    zh="没有编号 {number} 的操作在等待第二人；可能已办或已撤下。",
    en="No act with number {number} waits for a second person; it may be done or dropped.",
    fr="Aucun acte numéro {number} n'attend une seconde personne ; il est peut-être fait ou abandonné.",
)
SECOND_PERSON_NEEDED = kind(
    "crossing.second_person_needed",
    vi="Người đề nghị không được tự xác nhận; cần một người khác cùng nhiệm vụ {duty}.",
    zh="提出者不能自行确认；须由 {duty} 岗位的另一人确认。",
    en="Who asked for an act does not confirm it; another person with the duty {duty} must.",
    fr="Qui a demandé un acte ne le confirme pas ; il faut une autre personne de la fonction {duty}.",
)
