"""The words of the twin's report in the four languages; words of the day's report are taken from there."""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Language, Words, words_of
from gatepair.insight.labels import LABELS, label

TWIN_LABELS: Final[Words] = words_of(
    ("title", "Report of the twin", "Báo cáo bản sao số", "数字孪生报告", "Rapport du jumeau numérique"),
    ("synthetic", "Simulated: vehicles, goods and traffic are synthetic; every figure is a mean over replications with its interval.", "Mô phỏng: phương tiện, hàng hóa và lưu lượng là giả lập; mỗi số liệu là trung bình của các lần lặp kèm khoảng tin cậy.", "仿真：车辆、货物和流量均为合成；每个数字是多次重复的平均值及其区间。", "Simulation : véhicules, marchandises et trafic sont synthétiques ; chaque chiffre est une moyenne de répétitions avec son intervalle."),
    ("cut_short", "Cut short: fewer replications ended than were asked for; what is shown rests on those that ended.", "Dừng sớm: số lần lặp hoàn tất ít hơn yêu cầu; kết quả chỉ dựa trên các lần đã hoàn tất.", "提前中止：完成的重复次数少于要求；所示结果仅基于已完成的。", "Interrompu : moins de répétitions terminées que demandé ; ce qui est montré repose sur celles-ci."),
    ("replications", "replications", "lần lặp", "次重复", "répétitions"),
    ("day", "day", "ngày", "天", "jour"),
    ("days", "days", "ngày", "天", "jours"),
    ("one_run", "one run, no interval", "một lần chạy, không có khoảng", "单次运行，无区间", "une seule exécution, sans intervalle"),
    ("interval", "interval", "khoảng tin cậy", "区间", "intervalle"),
    ("bottleneck", "Bottleneck", "Nút thắt", "瓶颈", "Goulot"),
    ("bottleneck_none", "Nothing is busy enough to be named as the bottleneck.", "Không có khâu nào đủ bận để gọi là nút thắt.", "没有任何作业点繁忙到可称为瓶颈。", "Rien n'est assez occupé pour être nommé goulot."),
    ("limited", "limited {share} % of the replications", "giới hạn {share} % số lần lặp", "限制了{share} %的重复", "a limité {share} % des répétitions"),
    ("cleared_big", "Cleared in the horizon", "Thông quan trong kỳ", "期内通关", "Dédouanés sur la période"),
    ("stock_end", "Stock at the end", "Tồn cuối kỳ", "期末滞留", "Stock à la fin"),
    ("wait_p90", "Waiting, 90th percentile", "Chờ, phân vị 90", "等候第90百分位", "Attente, 90e centile"),
    ("documented", "Held against the documented figures", "So với số liệu đã công bố", "与公布数字对照", "Comparé aux chiffres publiés"),
    ("documented_note", "Dot and whisker: mean and interval as a deviation from the documented value. Shaded: the aim.", "Chấm và râu: trung bình và khoảng, dưới dạng chênh lệch so với số đã công bố. Vùng tô: mục tiêu.", "点与误差线：相对公布值的偏差均值和区间。阴影：目标范围。", "Point et moustache : moyenne et intervalle en écart à la valeur publiée. Ombré : l'objectif."),
    ("value", "Value", "Giá trị", "数值", "Valeur"),
    ("kind", "Whence", "Nguồn", "来源", "Origine"),
    ("kind.documented", "documented", "đã công bố", "公布", "publié"),
    ("kind.computed", "computed", "tính ra", "推算", "calculé"),
    ("kind.assumed", "assumed", "giả định", "假设", "supposé"),
    ("this", "This run", "Lần chạy này", "本次运行", "Cette exécution"),
    ("course.stock", "All that stand over time", "Tổng số xe tồn theo thời gian", "滞留车辆总数随时间变化", "Tout ce qui stationne, au fil du temps"),
    ("course.waiting", "Queue for the call over time", "Hàng chờ gọi theo thời gian", "候叫队列随时间变化", "File d'attente de l'appel au fil du temps"),
    ("course.wait_s", "Waiting time by hour of the call", "Thời gian chờ theo giờ gọi", "按叫号时段的等候时间", "Attente selon l'heure de l'appel"),
    ("course.cleared", "Cleared over time", "Thông quan theo thời gian", "通关随时间变化", "Dédouanés au fil du temps"),
    ("band_note", "Line: median of the replications. Band: from the {low} to the {high} percentile of them.", "Đường: trung vị các lần lặp. Dải: từ phân vị {low} đến {high}.", "线：各次重复的中位数。带：第{low}至第{high}百分位。", "Ligne : médiane des répétitions. Bande : du {low}e au {high}e centile."),
    ("unit.vehicles", "vehicles", "xe", "辆", "véhicules"),
    ("unit.hours", "hours", "giờ", "小时", "heures"),
    ("unit.minutes", "minutes", "phút", "分钟", "minutes"),
    ("unit.days", "days", "ngày", "天", "jours"),
    ("loads", "How busy each station is", "Mức bận của từng khâu", "各作业点利用率", "Occupation de chaque station"),
    ("loads_note", "Part of the open capacity in use; the whisker is the interval.", "Phần năng lực mở được sử dụng; râu là khoảng tin cậy.", "开放能力的使用比例；误差线为区间。", "Part de la capacité ouverte utilisée ; la moustache est l'intervalle."),
    ("station", "Station", "Khâu", "作业点", "Station"),
    ("place", "Where", "Nơi", "地点", "Lieu"),
    ("utilisation", "In use", "Sử dụng", "利用率", "Occupation"),
    ("wait_mean", "Mean wait", "Chờ trung bình", "平均等候", "Attente moyenne"),
    ("queue_mean", "Mean queue", "Hàng chờ trung bình", "平均队列", "File moyenne"),
    ("waiting_by", "Waiting by direction and class", "Thời gian chờ theo hướng và nhóm", "按方向和类别的等候时间", "Attente par sens et par classe"),
    ("waiting_by_note", "From coming to the call, in each replication; then the mean of the replications with its interval. Chart: 90th percentile.", "Từ khi đến đến khi được gọi, trong mỗi lần lặp; sau đó lấy trung bình kèm khoảng. Biểu đồ: phân vị 90.", "每次重复中从到达到叫号；再取各次的平均值及区间。图：第90百分位。", "De l'arrivée à l'appel, dans chaque répétition ; puis la moyenne avec son intervalle. Graphique : 90e centile."),
    ("class", "Class", "Nhóm", "类别", "Classe"),
    ("all_classes", "all", "tất cả", "全部", "toutes"),
    ("compared", "Paired comparison", "So sánh theo cặp", "配对比较", "Comparaison appariée"),
    ("compared_note", "Each design less the base, replication by replication with the same vehicles and draws. All intervals hold together. A whisker that leaves out zero is a clear difference.", "Mỗi phương án trừ phương án gốc, theo từng lần lặp với cùng xe và cùng số ngẫu nhiên. Mọi khoảng cùng đúng một lúc. Râu không chứa số 0 là khác biệt rõ.", "各方案减去基准方案，逐次重复使用相同车辆和随机数。所有区间同时成立。误差线不含零，即为明确差异。", "Chaque variante moins la base, répétition par répétition, mêmes véhicules et mêmes tirages. Tous les intervalles valent ensemble. Une moustache qui exclut zéro est une différence nette."),
    ("designs", "Designs", "Các phương án", "方案", "Variantes"),
    ("base", "base", "gốc", "基准", "base"),
    ("difference", "Difference", "Chênh lệch", "差值", "Différence"),
    ("alike", "The same in every replication of every design:", "Giống nhau ở mọi lần lặp của mọi phương án:", "所有方案每次重复均相同：", "Identique dans chaque répétition de chaque variante :"),
    ("clear", "clear", "rõ", "明确", "nette"),
    ("not_clear", "not clear", "chưa rõ", "不明确", "pas nette"),
    ("figures_all", "Figures", "Số liệu", "数字", "Chiffres"),
    ("figures_more", "More figures", "Thêm số liệu", "更多数字", "Plus de chiffres"),
    ("assumed", "What was assumed", "Những gì được giả định", "所作假设", "Ce qui est supposé"),
    ("assumed_note", "Nobody has published these numbers; the result stands and falls with them.", "Chưa ai công bố các con số này; kết quả phụ thuộc vào chúng.", "这些数字没有公开来源；结果取决于它们。", "Personne n'a publié ces nombres ; le résultat en dépend."),
    ("documented_count", "numbers of the plan are documented or computed from documented ones", "con số của phương án là đã công bố hoặc tính từ số đã công bố", "个数字为公布或由公布数字推算", "nombres du plan sont publiés ou calculés à partir de nombres publiés"),
    ("findings", "Remarks on the network", "Nhận xét về mạng", "网络提示", "Remarques sur le réseau"),
    ("making", "How the figures were made", "Cách lập số liệu", "数字的得出", "Comment les chiffres ont été obtenus"),
    ("plan", "Plan", "Phương án", "方案文件", "Plan"),
    ("plan_hash", "Hash of the plan", "Mã băm của phương án", "方案哈希", "Empreinte du plan"),
    ("command", "Command", "Lệnh", "命令", "Commande"),
    ("level", "Level of the intervals", "Độ tin cậy", "区间置信水平", "Niveau des intervalles"),
    ("made_by", "Made by the Gatepair twin. The same plan, seed and replications give the same figures.", "Do bản sao số Gatepair lập. Cùng phương án, hạt giống và số lần lặp cho cùng số liệu.", "由 Gatepair 数字孪生生成。相同方案、种子和重复次数得到相同数字。", "Établi par le jumeau numérique Gatepair. Mêmes plan, graine et répétitions donnent les mêmes chiffres."),
    ("figure.cleared", "cleared", "thông quan", "通关", "dédouanés"),
    ("figure.stock", "stock at the end", "tồn cuối kỳ", "期末滞留", "stock final"),
    ("figure.arrivals", "arrivals", "đến", "到达", "arrivées"),
    ("figure.empties", "empties over the line", "xe rỗng qua biên giới", "空车过境", "vides passés"),
    ("figure.lost", "lost", "mất chỗ", "失去排队号", "perdus"),
    ("figure.overdue", "stays over the limit", "lưu quá hạn", "超期停留", "séjours dépassés"),
    ("figure.wait_mean_s", "waiting, mean", "chờ, trung bình", "等候平均", "attente, moyenne"),
    ("figure.wait_p50_s", "waiting, median", "chờ, trung vị", "等候中位数", "attente, médiane"),
    ("figure.wait_p90_s", "waiting, 90th percentile", "chờ, phân vị 90", "等候第90百分位", "attente, 90e centile"),
    ("figure.crossing_mean_s", "from coming to cleared, mean", "từ đến đến thông quan, trung bình", "到达至通关平均", "de l'arrivée au dédouanement, moyenne"),
    ("figure.crossing_p50_s", "from coming to cleared, median", "từ đến đến thông quan, trung vị", "到达至通关中位数", "de l'arrivée au dédouanement, médiane"),
    ("figure.crossing_p90_s", "from coming to cleared, 90th percentile", "từ đến đến thông quan, phân vị 90", "到达至通关第90百分位", "de l'arrivée au dédouanement, 90e centile"),
    ("figure.stage_mean_s", "stage, mean", "khâu, trung bình", "环节平均", "étape, moyenne"),
    ("figure.called", "called", "được gọi", "叫号", "appelés"),
    ("figure.missions", "missions of unmanned vehicles", "chuyến của xe không người lái", "无人车任务", "missions de véhicules sans conducteur"),
    ("figure.container_wait_mean_s", "containers' wait for a vehicle, mean", "container chờ xe, trung bình", "集装箱候车平均", "attente d'un véhicule par conteneur, moyenne"),
    ("figure.container_wait_p50_s", "containers' wait for a vehicle, median", "container chờ xe, trung vị", "集装箱候车中位数", "attente d'un véhicule par conteneur, médiane"),
    ("figure.container_wait_p90_s", "containers' wait for a vehicle, 90th percentile", "container chờ xe, phân vị 90", "集装箱候车第90百分位", "attente d'un véhicule par conteneur, 90e centile"),
    ("figure.containers", "containers", "container", "集装箱", "conteneurs"),
    ("figure.wait", "waiting", "chờ", "等候", "attente"),
    ("figure.utilisation", "in use", "sử dụng", "利用率", "occupation"),
    ("figure.mean", "mean", "trung bình", "平均", "moyenne"),
    ("figure.p50", "median", "trung vị", "中位数", "médiane"),
    ("figure.p90", "90th percentile", "phân vị 90", "第90百分位", "90e centile"),
    ("figure.stock_per_cleared_day", "stock in days of clearing", "tồn theo ngày thông quan", "滞留相当通关天数", "stock en jours de dédouanement"),
)  # fmt: skip
"""Every label by its key."""


def words(key: str, language: Language = "en") -> str:
    """Return the words of ``key``, of this page before those of the day's page; an unknown key shows itself."""
    found = TWIN_LABELS.get(key)
    return label(key, language) if found is None else found[language]


def figure_words(figure: str, language: Language = "en") -> str:
    """Return a dotted name such as ``cleared.out.fresh_fruit`` in words, part by part."""
    return " · ".join(_part(part, language) for part in figure.split("."))


def _part(part: str, language: Language) -> str:
    own = TWIN_LABELS.get(f"figure.{part}")
    if own is not None:
        return own[language]
    return LABELS[part][language] if part in {"out", "in", "all"} else part.replace("_", " ")
