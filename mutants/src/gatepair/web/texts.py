"""The words of the public page in its four languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.base.findings import Language

LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"vi": "Tiếng Việt", "zh": "中文", "en": "English", "fr": "Français"}

TEXTS: Final[Mapping[str, Mapping[Language, str]]] = {
    "title": {"vi": "Bảng thông tin cửa khẩu", "zh": "口岸公告板", "en": "Gate board", "fr": "Tableau du poste"},
    "synthetic": {
        "vi": "Số liệu mô phỏng: xe, hàng và người đều không có thật.",
        "zh": "模拟数据（合成）：车辆、货物和人员均非真实。",
        "en": "Synthetic figures: vehicles, goods and people are made up.",
        "fr": "Chiffres synthétiques : véhicules, marchandises et personnes sont inventés.",
    },
    "as_of": {"vi": "Lúc", "zh": "截至", "en": "As of", "fr": "À"},
    "out": {"vi": "Chiều đi", "zh": "去程", "en": "Outbound", "fr": "Sens aller"},
    "in": {"vi": "Chiều về", "zh": "来程", "en": "Inbound", "fr": "Sens retour"},
    "open": {"vi": "Đang mở", "zh": "开放", "en": "Open", "fr": "Ouvert"},
    "closed": {"vi": "Ngoài giờ", "zh": "非开放时间", "en": "Closed", "fr": "Fermé"},
    "closes": {"vi": "Mở đến", "zh": "开放至", "en": "Open until", "fr": "Ouvert jusqu'à"},
    "opens": {"vi": "Mở lại", "zh": "下次开放", "en": "Opens", "fr": "Ouvre"},
    "stopped": {"vi": "Tạm dừng", "zh": "暂停", "en": "Stopped", "fr": "Arrêté"},
    "reason": {"vi": "Lý do", "zh": "原因", "en": "Reason", "fr": "Motif"},
    "by_partner": {
        "vi": "do phía bên kia", "zh": "由对方决定", "en": "by the other side", "fr": "par l'autre côté",
    },
    "route": {"vi": "Tuyến", "zh": "线路", "en": "Route", "fr": "Route"},
    "expected_end": {
        "vi": "Dự kiến mở lại", "zh": "预计恢复", "en": "Expected to reopen", "fr": "Réouverture prévue",
    },
    "still_allowed": {"vi": "Vẫn được qua", "zh": "仍可通行", "en": "Still allowed", "fr": "Restent admis"},
    "keeps_place": {
        "vi": "Không xe nào mất chỗ vì việc dừng này.",
        "zh": "暂停期间任何车辆都不会失去排队位置。",
        "en": "Nobody loses a place because of this stop.",
        "fr": "Personne ne perd sa place à cause de cet arrêt.",
    },
    "waiting": {"vi": "Đang chờ gọi", "zh": "等候叫号", "en": "Waiting to be called", "fr": "En attente d'appel"},
    "called": {"vi": "Đã gọi", "zh": "已叫号", "en": "Called", "fr": "Appelés"},
    "inside": {"vi": "Trong cửa khẩu", "zh": "已进口岸", "en": "Inside the gate", "fr": "Dans l'enceinte"},
    "stock": {"vi": "Tổng số xe tồn", "zh": "滞留车辆总数", "en": "Vehicles in all", "fr": "Véhicules au total"},
    "cleared_today": {
        "vi": "Đã thông quan hôm nay", "zh": "今日已放行", "en": "Cleared today", "fr": "Dédouanés aujourd'hui",
    },
    "days": {
        "vi": "Số tồn so với số thông quan hôm nay",
        "zh": "滞留数与今日放行数之比",
        "en": "Vehicles over cleared today",
        "fr": "Véhicules rapportés aux dédouanés du jour",
    },
    "new_place": {
        "vi": "Nếu lấy số bây giờ, chờ khoảng",
        "zh": "现在取号预计等候",
        "en": "A place taken now waits about",
        "fr": "Une place prise maintenant attend environ",
    },
    "class": {"vi": "Nhóm ưu tiên", "zh": "优先类别", "en": "Class", "fr": "Classe"},
    "unclassed": {"vi": "Khác", "zh": "其他", "en": "Other", "fr": "Autres"},
    "vehicles": {"vi": "Số xe", "zh": "车辆数", "en": "Vehicles", "fr": "Véhicules"},
    "median_wait": {"vi": "Chờ (trung vị)", "zh": "等候（中位数）", "en": "Waited (median)", "fr": "Attente (médiane)"},
    "longest_wait": {"vi": "Chờ lâu nhất", "zh": "最长等候", "en": "Longest wait", "fr": "Attente la plus longue"},
    "nobody": {"vi": "Không có xe chờ.", "zh": "无车辆等候。", "en": "Nobody waits.", "fr": "Personne n'attend."},
    "unknown": {"vi": "chưa biết", "zh": "未知", "en": "not known", "fr": "inconnu"},
    "minutes": {"vi": "phút", "zh": "分钟", "en": "min", "fr": "min"},
    "hours": {"vi": "giờ", "zh": "小时", "en": "h", "fr": "h"},
    "age": {"vi": "tuổi số liệu", "zh": "数据时效", "en": "age", "fr": "âge"},
    "seconds": {"vi": "giây", "zh": "秒", "en": "s", "fr": "s"},
    "partner_age": {
        "vi": "Tin cuối từ phía bên kia cách đây",
        "zh": "距对方最近一次消息",
        "en": "Last word of the other side",
        "fr": "Dernière nouvelle de l'autre côté",
    },
    "alone": {
        "vi": "Cửa khẩu này hoạt động một phía.",
        "zh": "本口岸单边运行。",
        "en": "This gate runs one-sided.",
        "fr": "Ce poste fonctionne seul.",
    },
    "your_place": {"vi": "Chỗ của bạn", "zh": "您的排队位置", "en": "Your place", "fr": "Votre place"},
    "token": {"vi": "Mã chỗ", "zh": "排队凭证码", "en": "Place token", "fr": "Jeton de place"},
    "look_up": {"vi": "Xem", "zh": "查询", "en": "Look up", "fr": "Chercher"},
    "no_place": {
        "vi": "Không có chỗ nào với mã này.",
        "zh": "没有与此凭证码对应的位置。",
        "en": "No place has this token.",
        "fr": "Aucune place n'a ce jeton.",
    },
    "number": {"vi": "Số", "zh": "号码", "en": "Number", "fr": "Numéro"},
    "ahead": {"vi": "Xe phía trước", "zh": "前面车辆", "en": "Vehicles ahead", "fr": "Véhicules devant"},
    "state": {"vi": "Tình trạng", "zh": "状态", "en": "State", "fr": "État"},
    "state.waiting": {"vi": "đang chờ", "zh": "等候中", "en": "waiting", "fr": "en attente"},
    "state.at_buffer": {"vi": "ở bãi đệm", "zh": "在缓冲场", "en": "at a buffer yard", "fr": "à un parc tampon"},
    "state.called": {
        "vi": "đã gọi: hãy đến ngay", "zh": "已叫号：请立即前来", "en": "called: come now", "fr": "appelé : venez",
    },
    "state.standby": {"vi": "lỡ gọi, chờ gọi lại", "zh": "过号待叫", "en": "missed, on standby", "fr": "manqué, en réserve"},
    "state.inside": {"vi": "trong cửa khẩu", "zh": "已进口岸", "en": "inside the gate", "fr": "dans l'enceinte"},
    "state.gone": {"vi": "không còn chỗ", "zh": "位置已结束", "en": "place has ended", "fr": "place terminée"},
    "come_before": {"vi": "Đến trước", "zh": "请于此前到达", "en": "Come before", "fr": "Venez avant"},
    "forecast": {"vi": "Chờ thêm khoảng", "zh": "预计还需", "en": "Still to wait about", "fr": "Attente restante"},
    "how": {
        "vi": "Cách tính", "zh": "计算方法", "en": "How figures are found", "fr": "Méthode des chiffres",
    },
    "how.count": {
        "vi": "Đếm từ sổ cái của cửa khẩu, tính đến thời điểm nêu trên; thông quan tính từ 0 giờ địa phương.",
        "zh": "由口岸账本计数，截至上述时间；放行数自当地零时起算。",
        "en": "Counted from the gate's ledger as of the time above; cleared since local midnight.",
        "fr": "Comptés dans le registre du poste à l'heure ci-dessus ; dédouanés depuis minuit, heure locale.",
    },
    "how.forecast": {
        "vi": "Dự báo: số xe phía trước chia cho tốc độ của 2 giờ qua; chỉ là ước tính.",
        "zh": "预测：前面车辆数除以过去两小时的速度；仅为估计。",
        "en": "Forecast: vehicles ahead over the rate of the last 2 h; an estimate only.",
        "fr": "Prévision : véhicules devant rapportés au rythme des 2 dernières heures ; simple estimation.",
    },
    "order": {
        "vi": "Thứ tự công khai (ai cũng kiểm tra được)",
        "zh": "公开排序（任何人可核验）",
        "en": "The public order (anyone can check it)",
        "fr": "L'ordre public (chacun peut le vérifier)",
    },
    "local_time": {"vi": "giờ địa phương", "zh": "当地时间", "en": "local time", "fr": "heure locale"},
    "goods.fresh_fruit": {"vi": "Trái cây tươi", "zh": "鲜水果", "en": "fresh fruit", "fr": "fruits frais"},
    "goods.fresh_vegetables": {"vi": "Rau tươi", "zh": "新鲜蔬菜", "en": "fresh vegetables", "fr": "légumes frais"},
    "goods.live_seafood": {"vi": "Thủy sản sống", "zh": "鲜活水产品", "en": "live seafood", "fr": "produits de la mer vivants"},
    "goods.frozen_food": {"vi": "Thực phẩm đông lạnh", "zh": "冷冻食品", "en": "frozen food", "fr": "aliments surgelés"},
    "goods.grain_starch": {"vi": "Ngũ cốc, tinh bột", "zh": "粮食和淀粉", "en": "grain and starch", "fr": "céréales et amidon"},
    "goods.electronics": {"vi": "Điện tử", "zh": "电子产品", "en": "electronics", "fr": "électronique"},
    "goods.machinery": {"vi": "Máy móc", "zh": "机械", "en": "machinery", "fr": "machines"},
    "goods.vehicles": {"vi": "Xe cộ", "zh": "车辆", "en": "vehicles", "fr": "véhicules"},
    "goods.textiles": {"vi": "Hàng dệt", "zh": "纺织品", "en": "textiles", "fr": "textiles"},
    "goods.ore": {"vi": "Quặng", "zh": "矿石", "en": "ore", "fr": "minerai"},
    "goods.other": {"vi": "Hàng khác", "zh": "其他货物", "en": "other goods", "fr": "autres marchandises"},
    "goods.none": {"vi": "Xe không tải", "zh": "空车", "en": "empty vehicles", "fr": "véhicules vides"},
}  # fmt: skip


def words(language: Language) -> dict[str, str]:
    """Return every text in ``language`` by key."""
    return {key: texts[language] for key, texts in TEXTS.items()}
