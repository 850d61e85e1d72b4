"""What can be wrong with a plan or a scenario file.

Every text has two sentences: what is wrong, and how to mend it.  :class:`gatepair.plan.problems.Problem`
shows them apart.
"""

from __future__ import annotations

from gatepair.base.findings import kind

NOT_YAML = kind(
    "plan.not_yaml",
    vi="Tệp không phải YAML hợp lệ: {why}. Hãy sửa cú pháp ở dòng này.",
    zh="文件不是有效的YAML：{why}。请修正此行的语法。",
    en="The file is not valid YAML: {why}. Mend the syntax at this line.",
    fr="Le fichier n'est pas du YAML valide : {why}. Corrigez la syntaxe à cette ligne.",
)
TOO_LARGE = kind(
    "plan.too_large",
    vi="Tệp dài hơn {limit} ký tự. Hãy tách dữ liệu ra khỏi tệp phương án.",
    zh="文件超过{limit}个字符。请把数据移出方案文件。",
    en="The file is longer than {limit} characters. Keep a plan to one pair and move other content out.",
    fr="Le fichier dépasse {limit} caractères. Gardez un plan par paire et déplacez le reste.",
)
TOO_DEEP = kind(
    "plan.too_deep",
    vi="Nội dung lồng nhau quá {limit} tầng. Hãy bớt số tầng tại đây.",
    zh="嵌套超过{limit}层。请减少此处的层数。",
    en="The content is nested more than {limit} levels deep. Flatten it here.",
    fr="Le contenu est imbriqué sur plus de {limit} niveaux. Aplatissez-le ici.",
)
TOO_MANY = kind(
    "plan.too_many",
    vi="Tệp có hơn {limit} giá trị. Hãy giữ mỗi phương án cho một cặp cửa khẩu.",
    zh="文件中的值超过{limit}个。请让每个方案只描述一对口岸。",
    en="The file has more than {limit} values. Keep a plan to one pair of gates.",
    fr="Le fichier compte plus de {limit} valeurs. Gardez un plan par paire de postes.",
)
NO_ALIASES = kind(
    "plan.no_aliases",
    vi="Tệp dùng neo, bí danh hoặc nhãn YAML ({mark}). Hãy viết giá trị đầy đủ.",
    zh="文件使用了YAML锚点、别名或标签（{mark}）。请写出完整的值。",
    en="The file uses a YAML anchor, alias or tag ({mark}). Write the value out in full.",
    fr="Le fichier emploie une ancre, un alias ou une étiquette YAML ({mark}). Écrivez la valeur en entier.",
)
DUPLICATE_KEY = kind(
    "plan.duplicate_key",
    vi="Khóa {key} được viết hai lần, lần đầu ở dòng {line}. Hãy giữ lại một lần.",
    zh="键{key}写了两次，第一次在第{line}行。请只保留一次。",
    en="The key {key} is written twice, first at line {line}. Keep one of them.",
    fr="La clé {key} est écrite deux fois, d'abord à la ligne {line}. Gardez-en une.",
)
UNKNOWN_KEY = kind(
    "plan.unknown_key",
    vi="Khóa {key} không có ở đây. Hãy viết {known}.",
    zh="此处没有键{key}。请写{known}。",
    en="There is no key {key} here. Write {known}.",
    fr="Il n'y a pas de clé {key} ici. Écrivez {known}.",
)
MISSING_KEY = kind(
    "plan.missing_key",
    vi="Thiếu khóa {key}. Hãy thêm khóa này với giá trị kiểu {wanted}.",
    zh="缺少键{key}。请添加此键，类型为{wanted}。",
    en="The key {key} is missing. Add it with {wanted}.",
    fr="La clé {key} manque. Ajoutez-la avec {wanted}.",
)
WRONG_TYPE = kind(
    "plan.wrong_type",
    vi="Đây là {found}. Hãy viết {wanted}.",
    zh="此处是{found}。请写{wanted}。",
    en="Here stands {found}. Write {wanted}.",
    fr="Ici se trouve {found}. Écrivez {wanted}.",
)
NOT_A_CHOICE = kind(
    "plan.not_a_choice",
    vi="{found} không phải là lựa chọn hợp lệ. Hãy viết {known}.",
    zh="{found}不是有效选项。请写{known}。",
    en="{found} is not one of the choices. Write {known}.",
    fr="{found} n'est pas un des choix. Écrivez {known}.",
)
OUT_OF_RANGE = kind(
    "plan.out_of_range",
    vi="Số {found} nằm ngoài khoảng cho phép. Hãy viết một số {wanted}.",
    zh="数字{found}超出允许范围。请写{wanted}的数字。",
    en="The number {found} is out of range. Write a number {wanted}.",
    fr="Le nombre {found} est hors limites. Écrivez un nombre {wanted}.",
)
BAD_FORM = kind(
    "plan.bad_form",
    vi="{found} không đúng dạng. Hãy viết {wanted}.",
    zh="{found}的格式不对。请写{wanted}。",
    en="{found} does not have the right form. Write {wanted}.",
    fr="{found} n'a pas la bonne forme. Écrivez {wanted}.",
)
UNKNOWN_REFERENCE = kind(
    "plan.unknown_reference",
    vi="{table} không có {found}. Hãy viết {known} hoặc thêm mục này.",
    zh="{table}中没有{found}。请写{known}或添加该项。",
    en="There is no {found} among the {table}. Write {known}, or add it there.",
    fr="Il n'y a pas de {found} parmi {table}. Écrivez {known}, ou ajoutez-le.",
)
SIDES_AND_POSTS = kind(
    "plan.sides_and_posts",
    vi="Một cặp có đúng hai bên và hai cửa khẩu, mỗi bên một cửa khẩu. Hãy khai hai bên và hai cửa khẩu đối diện.",
    zh="一对口岸恰好有两方和两个口岸，每方一个。请声明两方和两个相对的口岸。",
    en="A pair has exactly two sides and two posts, one post on each side. Declare two sides and two facing posts.",
    fr="Une paire a exactement deux côtés et deux postes, un par côté. Déclarez deux côtés et deux postes qui se font face.",
)
UNKNOWN_ZONE = kind(
    "plan.unknown_zone",
    vi="Múi giờ {found} không tồn tại. Hãy viết tên IANA như Asia/Ho_Chi_Minh.",
    zh="时区{found}不存在。请写IANA名称，如Asia/Shanghai。",
    en="The time zone {found} does not exist. Write an IANA name such as Asia/Ho_Chi_Minh.",
    fr="Le fuseau {found} n'existe pas. Écrivez un nom IANA comme Asia/Ho_Chi_Minh.",
)
UNKNOWN_HOLIDAYS = kind(
    "plan.unknown_holidays",
    vi="Không có lịch ngày lễ cho {found}. Hãy viết mã nước có lịch, như VN hoặc CN.",
    zh="没有{found}的节假日历。请写有日历的国家代码，如VN或CN。",
    en="There is no public-holiday calendar for {found}. Write a country that has one, such as VN or CN.",
    fr="Il n'y a pas de calendrier de jours fériés pour {found}. Écrivez un pays qui en a un, comme VN ou CN.",
)
LANE_TWICE = kind(
    "plan.lane_twice",
    vi="Làn {lane} đã có ở tuyến {route}. Hãy đặt tên khác: lệnh chỉ nêu tên làn.",
    zh="车道{lane}已在线路{route}中。请换名：指令只写车道名。",
    en="The lane {lane} already stands in route {route}. Give it another name, because orders name the lane alone.",
    fr="La voie {lane} existe déjà dans la route {route}. Donnez-lui un autre nom, car les ordres ne nomment que la voie.",
)
TIDAL_WITHOUT_CLEAR = kind(
    "plan.tidal_without_clear",
    vi="Làn đổi chiều {lane} không có thời gian trống làn. Hãy đặt clear_s lớn hơn 0.",
    zh="潮汐车道{lane}没有清空时间。请把clear_s设为大于0。",
    en="The tidal lane {lane} has no time to run empty before it is turned. Set clear_s above 0.",
    fr="La voie réversible {lane} n'a pas de temps de dégagement. Mettez clear_s au-dessus de 0.",
)
TIDAL_PERSONS = kind(
    "plan.tidal_persons",
    vi="Làn {lane} là làn người và đổi chiều. Hãy cho làn này một chiều cố định.",
    zh="车道{lane}供人员使用却为潮汐车道。请给它固定方向。",
    en="The lane {lane} is for persons and yet tidal. Give it a fixed direction.",
    fr="La voie {lane} est pour les personnes et pourtant réversible. Donnez-lui un sens fixe.",
)
LANE_WITHOUT_FLEET = kind(
    "plan.lane_without_fleet",
    vi="Làn không người lái {lane} không có đội xe trên tuyến {route}. Hãy thêm đội xe cho tuyến hoặc đổi loại làn.",
    zh="无人车道{lane}所在线路{route}没有车队。请添加车队或改变车道类型。",
    en="The unmanned lane {lane} has no fleet on route {route}. Add a fleet for the route, or give the lane another kind.",
    fr="La voie sans conducteur {lane} n'a pas de flotte sur la route {route}. Ajoutez une flotte, ou changez le type de la voie.",
)
FLEET_WITHOUT_LANE = kind(
    "plan.fleet_without_lane",
    vi="Đội xe {fleet} chạy trên tuyến {route} không có làn riêng không người lái. Hãy thêm làn loại unmanned.",
    zh="车队{fleet}的线路{route}没有专用无人车道。请添加unmanned车道。",
    en="The fleet {fleet} runs on route {route}, which has no unmanned lane of its own. Add a lane of kind unmanned.",
    fr="La flotte {fleet} roule sur la route {route}, qui n'a pas de voie sans conducteur. Ajoutez une voie de type unmanned.",
)
DIRECTION_WITHOUT_LANE = kind(
    "plan.direction_without_lane",
    vi="Không có làn hàng hóa nào theo chiều {direction}. Hãy thêm một làn chiều này hoặc làn đổi chiều.",
    zh="没有任何货运车道通向{direction}。请添加该方向或潮汐车道。",
    en="No lane for goods leads {direction}. Add a lane of that direction, or a tidal one.",
    fr="Aucune voie de marchandises ne mène vers {direction}. Ajoutez une voie de ce sens, ou réversible.",
)
HOURS_REVERSED = kind(
    "plan.hours_reversed",
    vi="Giờ kết thúc {until} không sau giờ bắt đầu {start}. Hãy tách ca qua đêm thành hai khung giờ.",
    zh="结束时间{until}不晚于开始时间{start}。请把跨夜时段分成两段。",
    en="The end {until} does not come after the start {start}. Split a window over midnight in two.",
    fr="La fin {until} ne vient pas après le début {start}. Coupez en deux une plage qui passe minuit.",
)
HOURS_OVERLAP = kind(
    "plan.hours_overlap",
    vi="Khung giờ {first} và {second} chồng lên nhau. Hãy gộp hoặc tách hai khung giờ.",
    zh="时段{first}与{second}重叠。请合并或分开。",
    en="The windows {first} and {second} overlap. Join them, or part them.",
    fr="Les plages {first} et {second} se chevauchent. Réunissez-les ou séparez-les.",
)
CUTOFF_OUTSIDE = kind(
    "plan.cutoff_outside",
    vi="Giờ chặn {cutoff} của chiều {direction} không nằm trong khung giờ nào. Hãy viết giờ nằm trong giờ mở cửa.",
    zh="{direction}方向的截止时间{cutoff}不在任何时段内。请写开放时间内的时刻。",
    en="The cut-off {cutoff} for {direction} lies in no opening. Write a time within the opening hours.",
    fr="L'heure limite {cutoff} pour {direction} n'est dans aucune ouverture. Écrivez une heure d'ouverture.",
)
ALWAYS_CLOSED = kind(
    "plan.always_closed",
    vi="Lịch {calendar} không bao giờ mở. Hãy thêm ít nhất một khung giờ có ngày trong tuần.",
    zh="日历{calendar}从不开放。请至少添加一个带星期的时段。",
    en="The calendar {calendar} is never open. Add at least one opening with a weekday.",
    fr="Le calendrier {calendar} n'est jamais ouvert. Ajoutez au moins une ouverture avec un jour.",
)
BAD_DATE = kind(
    "plan.bad_date",
    vi="Ngày {found} không có trong lịch. Hãy viết một ngày có thật dạng 2025-11-11.",
    zh="日期{found}不存在。请写真实日期，如2025-11-11。",
    en="The date {found} is not in the calendar. Write a real date such as 2025-11-11.",
    fr="La date {found} n'existe pas. Écrivez une date réelle comme 2025-11-11.",
)
DATES_REVERSED = kind(
    "plan.dates_reversed",
    vi="Ngày cuối {last} trước ngày đầu {first}. Hãy đổi thứ tự hai ngày.",
    zh="最后日期{last}早于最初日期{first}。请对调。",
    en="The last date {last} comes before the first {first}. Swap them.",
    fr="La dernière date {last} précède la première {first}. Échangez-les.",
)
AGENCY_MISSING = kind(
    "plan.agency_missing",
    vi="Cửa khẩu {post} không có cơ quan giữ vai {duty}. Hãy thêm cơ quan này vào agencies.",
    zh="口岸{post}没有履行{duty}职责的机构。请在agencies中添加。",
    en="The post {post} has no agency that holds the duty {duty}. Add one to its agencies.",
    fr="Le poste {post} n'a pas de service chargé de {duty}. Ajoutez-le à agencies.",
)
DUTY_TWICE = kind(
    "plan.duty_twice",
    vi="Hai cơ quan của {post} cùng giữ vai {duty}: {first} và {second}. Hãy để mỗi vai một cơ quan.",
    zh="{post}有两个机构履行{duty}：{first}和{second}。请让每项职责只属一个机构。",
    en="Two agencies of {post} hold the duty {duty}: {first} and {second}. Leave each duty to one agency.",
    fr="Deux services de {post} ont la charge {duty} : {first} et {second}. Laissez chaque charge à un seul.",
)
NOT_AN_AGENCY = kind(
    "plan.not_an_agency",
    vi="Vai {duty} không phải của một cơ quan ra quyết định. Hãy viết {known}.",
    zh="职责{duty}不属于作出决定的机构。请写{known}。",
    en="The duty {duty} is not that of an agency that decides. Write {known}.",
    fr="La charge {duty} n'est pas celle d'un service qui décide. Écrivez {known}.",
)
CUSTOMS_LISTED = kind(
    "plan.customs_listed",
    vi="Hải quan được ghi trong các quyết định bắt buộc. Hãy bỏ đi: hải quan luôn là bên cuối cùng theo quy tắc.",
    zh="必需决定中列出了海关。请删去：按规则海关总是最后。",
    en="Customs is listed among the required decisions. Take it out, because customs is last by rule.",
    fr="La douane figure parmi les décisions requises. Retirez-la, car la douane vient en dernier par règle.",
)
DUTY_REPEATED = kind(
    "plan.repeated",
    vi="{found} được ghi hai lần. Hãy giữ lại một lần.",
    zh="{found}列了两次。请只保留一次。",
    en="{found} is listed twice. Keep it once.",
    fr="{found} figure deux fois. Gardez-le une fois.",
)
NO_CATCH_ALL = kind(
    "plan.no_catch_all",
    vi="Danh sách này không kết thúc bằng một mục nhận mọi trường hợp{scope}. Hãy thêm mục cuối không có điều kiện.",
    zh="此列表末尾没有涵盖一切情况的项{scope}。请在最后添加无条件的一项。",
    en="The list does not end with an entry that takes every case{scope}. Add a last entry without conditions.",
    fr="La liste ne se termine pas par une entrée qui prend tous les cas{scope}. Ajoutez une dernière entrée sans condition.",
)
UNREACHABLE = kind(
    "plan.unreachable",
    vi="Mục {found} không bao giờ tới lượt vì mục {first} nhận mọi trường hợp trước đó. Hãy chuyển lên trước.",
    zh="第{found}项永远轮不到，因为{first}已涵盖一切。请移到其前面。",
    en="The entry {found} is never reached, because {first} before it takes every case. Move it up.",
    fr="L'entrée {found} n'est jamais atteinte, car {first} prend tout avant. Remontez-la.",
)
SUM_NOT_1000 = kind(
    "plan.sum_not_1000",
    vi="Các phần cộng lại là {found}. Hãy sửa để tổng bằng 1000.",
    zh="各份额之和为{found}。请改为总和1000。",
    en="The shares add up to {found}. Make them add up to 1000.",
    fr="Les parts totalisent {found}. Faites qu'elles totalisent 1000.",
)
BAD_SELECTOR = kind(
    "plan.bad_selector",
    vi="{found} không phải bộ chọn. Hãy viết default, một nhóm hàng hoặc channel:green, channel:yellow, channel:red.",
    zh="{found}不是选择项。请写default、货物组或channel:green、channel:yellow、channel:red。",
    en="{found} selects nothing. Write default, a commodity group, or channel:green, channel:yellow, channel:red.",
    fr="{found} ne sélectionne rien. Écrivez default, un groupe, ou channel:green, channel:yellow, channel:red.",
)
NO_DEFAULT = kind(
    "plan.no_default",
    vi="Không có giá trị default. Hãy thêm default cho mọi trường hợp còn lại.",
    zh="没有default值。请为其余情况添加default。",
    en="There is no default. Add default for all that is not named.",
    fr="Il n'y a pas de default. Ajoutez default pour le reste.",
)
SERVICE_INCOMPLETE = kind(
    "plan.service_incomplete",
    vi="Dạng {shape} cần {wanted}. Hãy thêm hoặc sửa số này.",
    zh="{shape}形状需要{wanted}。请补充或修正。",
    en="The shape {shape} needs {wanted}. Add or correct it.",
    fr="La forme {shape} demande {wanted}. Ajoutez ou corrigez.",
)
STAY_ORDER = kind(
    "plan.stay_order",
    vi="Các hạn lưu lại không hợp lý: {why}. Hãy viết như 24, 36, 72 giờ và báo trước ngắn hơn.",
    zh="停留期限不合理：{why}。请如24、36、72小时，提前提醒更短。",
    en="The stay clocks do not fit together: {why}. Write them like 24, 36 and 72 hours with an earlier warning.",
    fr="Les délais de séjour ne s'accordent pas : {why}. Écrivez-les comme 24, 36 et 72 heures, avec une alerte avant.",
)
NO_PROVENANCE = kind(
    "plan.no_provenance",
    vi="Con số ở đây không có xuất xứ. Hãy thêm provenance với kind documented, computed hoặc assumed.",
    zh="此处的数字没有出处。请添加provenance，kind为documented、computed或assumed。",
    en="The numbers here have no provenance. Add provenance with kind documented, computed or assumed.",
    fr="Les nombres ici n'ont pas de provenance. Ajoutez provenance avec kind documented, computed ou assumed.",
)
NO_SOURCE = kind(
    "plan.no_source",
    vi="Con số ghi là có tài liệu nhưng không nêu nguồn. Hãy thêm source hoặc ghi là assumed.",
    zh="数字标为有据可查却没有来源。请添加source或改为assumed。",
    en="The number is called documented and names no source. Add source, or call it assumed.",
    fr="Le nombre est dit documenté sans nommer de source. Ajoutez source, ou dites-le assumed.",
)
NO_REASONING = kind(
    "plan.no_reasoning",
    vi="Con số {kind} không nói dựa vào đâu. Hãy thêm note giải thích.",
    zh="{kind}的数字没有说明依据。请添加note解释。",
    en="The {kind} number does not say on what it rests. Add a note that says so.",
    fr="Le nombre {kind} ne dit pas sur quoi il repose. Ajoutez une note qui le dit.",
)
NO_STATION = kind(
    "plan.no_station",
    vi="Ở {post} vai {role} không có trạm nào của {duty}, dù quyết định của họ là bắt buộc. Hãy thêm một trạm.",
    zh="{post}作为{role}没有{duty}的站点，而其决定是必需的。请添加站点。",
    en="At {post} as {role} no station belongs to {duty}, whose decision is required. Add a station.",
    fr="À {post} en {role}, aucune station n'est à {duty}, dont la décision est requise. Ajoutez une station.",
)
NO_GATE_YARD = kind(
    "plan.no_gate_yard",
    vi="Cửa khẩu {post} không có bãi loại gate. Hãy thêm một bãi trong cửa khẩu.",
    zh="口岸{post}没有gate类堆场。请添加口岸内堆场。",
    en="The post {post} has no yard of kind gate. Add the yard inside the gate.",
    fr="Le poste {post} n'a pas de parc de type gate. Ajoutez le parc intérieur.",
)
NO_QUEUE = kind(
    "plan.no_queue",
    vi="Cửa khẩu {post} không có quy tắc xếp hàng. Hãy thêm quy tắc vào queues.",
    zh="口岸{post}没有排队规则。请在queues中添加。",
    en="The post {post} has no queue rule, and vehicles leave there. Add one under queues.",
    fr="Le poste {post} n'a pas de règle de file. Ajoutez-en une sous queues.",
)
QUOTA_TWICE = kind(
    "plan.quota_twice",
    vi="Hạn mức của {post} chiều {direction} được khai hai lần. Hãy giữ một.",
    zh="{post}的{direction}方向配额声明了两次。请保留一个。",
    en="The quota of {post} for {direction} is declared twice. Keep one.",
    fr="Le quota de {post} pour {direction} est déclaré deux fois. Gardez-en un.",
)
QUOTA_AT_EXIT = kind(
    "plan.quota_at_exit",
    vi="{post} không nhận xe theo chiều {direction} mà cho xe đi. Hãy khai hạn mức tại cửa khẩu nhận.",
    zh="{post}在{direction}方向是放行而不是接收。请在接收口岸声明配额。",
    en="{post} does not take vehicles in going {direction}, it lets them out. Declare the quota at the post that takes them in.",
    fr="{post} ne reçoit pas les véhicules vers {direction}, il les laisse sortir. Déclarez le quota au poste qui reçoit.",
)
PROFILE_LENGTH = kind(
    "plan.profile_length",
    vi="Hồ sơ có {found} trọng số và tổng {total}. Hãy viết 24 trọng số theo giờ, tổng lớn hơn 0.",
    zh="分布有{found}个权重，总和{total}。请写24个小时权重，总和大于0。",
    en="The profile has {found} weights with sum {total}. Write 24 weights by hour with a sum above 0.",
    fr="Le profil a {found} poids de somme {total}. Écrivez 24 poids horaires de somme positive.",
)
CURRENCY_DIFFERS = kind(
    "plan.currency_differs",
    vi="Biểu phí dùng {found}, nhưng bên thu phí dùng {wanted}. Hãy dùng một loại tiền.",
    zh="收费表使用{found}，而收费方使用{wanted}。请使用同一货币。",
    en="The fee schedule is in {found}, and the side that collects it uses {wanted}. Use one currency.",
    fr="Le barème est en {found}, et le côté qui perçoit emploie {wanted}. Employez une seule monnaie.",
)
SCENARIO_OF_OTHER_PLAN = kind(
    "plan.scenario_of_other_plan",
    vi="Kịch bản này dành cho phương án {found}. Hãy dùng với {found} thay vì {plan}.",
    zh="此情景属于方案{found}。请与{found}而不是{plan}一起使用。",
    en="The scenario belongs to the plan {found}. Use it with {found}, not with {plan}.",
    fr="Le scénario appartient au plan {found}. Employez-le avec {found}, non avec {plan}.",
)
OVERRIDE_NOWHERE = kind(
    "plan.override_nowhere",
    vi="Phương án không có chỗ {found}. Hãy viết một đường dẫn có thật; sau {until} có {known}.",
    zh="方案中没有{found}。请写存在的路径；{until}之后可写{known}。",
    en="The plan has no place {found}. Write a path that exists; after {until} stands {known}.",
    fr="Le plan n'a pas de place {found}. Écrivez un chemin existant ; après {until} vient {known}.",
)
STOP_TIMES = kind(
    "plan.stop_times",
    vi="Lần dừng không nằm trong kịch bản: {why}. Hãy sửa giờ hoặc ngày của lần dừng.",
    zh="停止时间不在情景内：{why}。请修正时间或日期。",
    en="The stop does not fit the scenario: {why}. Mend its times or its day.",
    fr="L'arrêt ne tient pas dans le scénario : {why}. Corrigez ses heures ou son jour.",
)
SOURCE_DIFFERS = kind(
    "plan.source_differs",
    vi="Nguồn {found} đã có trong phương án với nội dung khác. Hãy đặt khóa khác.",
    zh="来源{found}已在方案中且内容不同。请换一个键。",
    en="The source {found} already stands in the plan with other content. Give it another key.",
    fr="La source {found} existe déjà dans le plan avec un autre contenu. Donnez-lui une autre clé.",
)
CRISIS_BEFORE_WARNING = kind(
    "plan.crisis_before_warning",
    vi="Mức khủng hoảng {crisis} thấp hơn mức cảnh báo {warning}. Hãy đặt mức khủng hoảng không thấp hơn mức cảnh báo.",
    zh="危机界限{crisis}低于预警界限{warning}。请使危机界限不低于预警界限。",
    en="The limit of the crisis, {crisis}, lies below that of the warning, {warning}. Set it no lower than the warning.",
    fr="Le seuil de crise {crisis} est inférieur au seuil d'alerte {warning}. Fixez-le au moins au seuil d'alerte.",
)
