"""The report's words in the four languages; English comes first when none is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.base.findings import Language

LABELS: Final[Mapping[str, Mapping[Language, str]]] = {
    key: {"en": en, "vi": vi, "zh": zh, "fr": fr}
    for key, en, vi, zh, fr in (
        ("title", "Report of the day", "Báo cáo trong ngày", "日报", "Rapport du jour"),
        ("synthetic", "Synthetic: vehicles, goods, firms and persons are made up.", "Dữ liệu giả lập: phương tiện, hàng hóa, doanh nghiệp và con người đều là hư cấu.", "合成数据：车辆、货物、企业和人员均为虚构。", "Données synthétiques : véhicules, marchandises, entreprises et personnes sont inventés."),
        ("seed", "seed", "hạt giống", "种子", "graine"),
        ("figures", "Figures against the documented ones", "Số liệu so với số liệu đã công bố", "与公布数字对比", "Chiffres comparés aux chiffres publiés"),
        ("figure", "Figure", "Chỉ số", "指标", "Chiffre"),
        ("documented", "Documented", "Đã công bố", "公布", "Publié"),
        ("measured", "This run", "Lần chạy này", "本次运行", "Cette exécution"),
        ("deviation", "Deviation", "Chênh lệch", "偏差", "Écart"),
        ("within", "within the aim", "trong mục tiêu", "在目标内", "dans l'objectif"),
        ("outside", "outside the aim", "ngoài mục tiêu", "超出目标", "hors objectif"),
        ("stock", "Stock over the hours", "Lượng xe chờ theo giờ", "各时段滞留车辆", "Stock au fil des heures"),
        ("stock_note", "Vehicles that came and were neither cleared nor withdrawn, at the beginning of each hour.", "Xe đã đến mà chưa thông quan và chưa rút, tính đầu mỗi giờ.", "每小时开始时已到而未放行、未撤回的车辆。", "Véhicules venus, ni dédouanés ni retirés, au début de chaque heure."),
        ("cleared", "Cleared by hour", "Thông quan theo giờ", "各时段放行", "Dédouanés par heure"),
        ("waiting", "Waiting for the call, by hour of the call", "Thời gian chờ gọi, theo giờ gọi", "候叫时间（按叫号时段）", "Attente de l'appel, par heure d'appel"),
        ("waiting_note", "Bars are medians, whiskers the 90th percentile, in minutes; those that stood overnight count their night.", "Cột là trung vị, râu là phân vị 90, tính bằng phút; xe chờ qua đêm tính cả đêm.", "柱为中位数，须为第90百分位，单位分钟；过夜车辆计入夜间。", "Barres : médianes ; moustaches : 90e centile, en minutes ; la nuit compte pour ceux qui l'ont passée."),
        ("stages", "Time-release study", "Nghiên cứu thời gian giải phóng hàng", "货物放行时间研究", "Étude du temps de mainlevée"),
        ("stages_note", "Median and 90th percentile (nearest rank) of the stages that ended on this day; bars: median, thin: 90th percentile.", "Trung vị và phân vị 90 (hạng gần nhất) của các khâu kết thúc trong ngày.", "当日结束各环节的中位数和第90百分位（最近秩）。", "Médiane et 90e centile (rang le plus proche) des étapes terminées ce jour."),
        ("stage", "Stage", "Khâu", "环节", "Étape"),
        ("direction", "Direction", "Hướng", "方向", "Sens"),
        ("channel", "Channel", "Luồng", "通道", "Circuit"),
        ("count", "Count", "Số lượng", "数量", "Nombre"),
        ("median", "Median", "Trung vị", "中位数", "Médiane"),
        ("p90", "90th percentile", "Phân vị 90", "第90百分位", "90e centile"),
        ("mean", "Mean", "Trung bình", "平均", "Moyenne"),
        ("stops", "Stops", "Tạm dừng", "暂停", "Arrêts"),
        ("no_stops", "No stop was recorded.", "Không ghi nhận tạm dừng.", "没有暂停记录。", "Aucun arrêt n'a été enregistré."),
        ("until", "until", "đến", "至", "jusqu'à"),
        ("still", "not ended", "chưa kết thúc", "未结束", "non terminé"),
        ("by_partner", "by the partner", "do phía đối tác", "对方", "par le partenaire"),
        ("checks", "Checks", "Kiểm tra", "核验", "Vérifications"),
        ("check_ok", "holds", "đạt", "通过", "tient"),
        ("check_failed", "does not hold", "không đạt", "未通过", "ne tient pas"),
        ("check_open", "not checked", "chưa kiểm tra", "未核验", "non vérifié"),
        ("balance", "Balance of the day", "Cân đối trong ngày", "当日平衡", "Bilan du jour"),
        ("opening", "Opening", "Đầu ngày", "日初", "Ouverture"),
        ("arrivals", "Arrivals", "Đến", "到达", "Arrivées"),
        ("cleared_day", "Cleared", "Thông quan", "放行", "Dédouanés"),
        ("withdrawn", "Withdrawn", "Rút", "撤回", "Retirés"),
        ("closing", "Closing", "Cuối ngày", "日末", "Clôture"),
        ("empties", "Empty vehicles over the line", "Xe rỗng qua biên giới", "空车过境", "Véhicules vides passés"),
        ("days", "Day by day", "Theo từng ngày", "逐日", "Jour par jour"),
        ("date", "Date", "Ngày", "日期", "Date"),
        ("places", "Places in the queue", "Chỗ trong hàng chờ", "排队位置", "Places dans la file"),
        ("places_note", "A place ends when its vehicle departs; every other end is listed with its cause. A missed call costs no place: it is called again.", "Chỗ kết thúc khi xe qua biên giới; mọi kết thúc khác được nêu kèm lý do. Lỡ một lần gọi không mất chỗ: xe được gọi lại.", "车辆过界后位置结束；其他结束均列明原因。错过一次叫号不失去位置，会再次叫号。", "Une place finit quand le véhicule part ; toute autre fin est indiquée avec sa cause. Un appel manqué ne coûte pas la place : il est répété."),
        ("taken", "Taken", "Đã lấy", "取号", "Prises"),
        ("called", "Calls", "Lần gọi", "叫号次数", "Appels"),
        ("missed_calls", "Calls missed", "Lần gọi bị lỡ", "错过叫号", "Appels manqués"),
        ("departed", "Departed", "Đã qua biên giới", "已过界", "Partis"),
        ("lost", "Lost otherwise", "Mất vì lý do khác", "其他原因失去", "Perdues autrement"),
        ("cause.cancelled", "cancelled", "đã hủy", "取消", "annulée"),
        ("cause.diverted", "diverted", "chuyển cửa khẩu", "改道", "déviée"),
        ("cause.missed", "calls missed", "lỡ các lần gọi", "多次错过叫号", "appels manqués"),
        ("cause.rebound", "vehicle changed", "đổi phương tiện", "更换车辆", "véhicule changé"),
        ("cause.refused", "refused", "bị từ chối", "被拒绝", "refusée"),
        ("ratio", "Stock ÷ cleared", "Tồn ÷ thông quan", "滞留÷放行", "Stock ÷ dédouanés"),
        ("alarm", "Alarm", "Cảnh báo", "警报", "Alerte"),
        ("alarm.normal", "normal", "bình thường", "正常", "normal"),
        ("alarm.warning", "warning", "cảnh báo", "预警", "avertissement"),
        ("alarm.crisis", "crisis", "khủng hoảng", "危机", "crise"),
        ("out", "out", "xuất", "出", "sortie"),
        ("in", "in", "nhập", "进", "entrée"),
        ("all", "all", "tất cả", "全部", "tous"),
        ("green", "green", "xanh", "绿", "vert"),
        ("yellow", "yellow", "vàng", "黄", "jaune"),
        ("red", "red", "đỏ", "红", "rouge"),
        ("hour", "Hour", "Giờ", "时段", "Heure"),
        ("table", "Figures as a table", "Số liệu dạng bảng", "数据表", "Chiffres en tableau"),
        ("made_by", "Made by Gatepair from the ledgers of both posts.", "Gatepair lập từ sổ cái của hai cửa khẩu.", "由 Gatepair 根据两口岸账本生成。", "Établi par Gatepair à partir des registres des deux postes."),
        ("stage.declare_to_place", "Declared → place taken", "Khai báo → lấy chỗ", "申报→取号", "Déclaré → place prise"),
        ("stage.wait_for_call", "Place → call", "Lấy chỗ → được gọi", "取号→叫号", "Place → appel"),
        ("stage.call_to_arrival", "Call → arrival", "Được gọi → đến cổng", "叫号→到达", "Appel → arrivée"),
        ("stage.arrival_to_release", "Arrival → release (exit)", "Đến → thông quan (phía đi)", "到达→放行（出）", "Arrivée → mainlevée (sortie)"),
        ("stage.release_to_departure", "Release → over the line", "Thông quan → qua biên giới", "放行→过界", "Mainlevée → passage"),
        ("stage.departure_to_receipt", "Over the line → received", "Qua biên giới → tiếp nhận", "过界→接收", "Passage → réception"),
        ("stage.receipt_to_release", "Received → release (entry)", "Tiếp nhận → thông quan (phía đến)", "接收→放行（入）", "Réception → mainlevée (entrée)"),
        ("stage.release_to_exit", "Release → inland", "Thông quan → nội địa", "放行→离区", "Mainlevée → intérieur"),
        ("stage.whole", "Whole way", "Toàn bộ", "全程", "Parcours entier"),
    )
}  # fmt: skip
"""Every label by its key."""


def label(key: str, language: Language = "en") -> str:
    """Return the words of ``key``; a key without words shows itself."""
    words = LABELS.get(key)
    return key if words is None else words[language]
