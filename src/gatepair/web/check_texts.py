"""The words of the page that checks the public order in the browser, and of the badge on the board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.base.findings import FindingKind, Language
from gatepair.operations import findings

CHECK_TEXTS: Final[Mapping[str, Mapping[Language, str]]] = {
    "badge": {"vi": "Kiểm tra thứ tự", "zh": "排序核验", "en": "Check of the order", "fr": "Contrôle de l'ordre"},
    "badge.holds": {
        "vi": "Cửa khẩu đã tự kiểm lại {records} bản ghi: quy tắc giải thích được cả {calls} lần gọi",
        "zh": "口岸已自行复核{records}条记录：{calls}次叫号均符合规则",
        "en": "The post has re-checked its {records} records: the rule explains all {calls} calls",
        "fr": "Le poste a recontrôlé ses {records} entrées : la règle explique les {calls} appels",
    },
    "badge.running": {
        "vi": "Đang kiểm lại: {records} trên {expected} bản ghi",
        "zh": "正在复核：{records}/{expected}条记录",
        "en": "Being re-checked: {records} of {expected} records",
        "fr": "Contrôle en cours : {records} entrées sur {expected}",
    },
    "badge.fault": {
        "vi": "Có điều không khớp", "zh": "发现不符之处", "en": "Something does not agree", "fr": "Quelque chose ne concorde pas",
    },
    "badge.none": {"vi": "Chưa kiểm lại", "zh": "尚未复核", "en": "Not re-checked yet", "fr": "Pas encore recontrôlé"},
    "badge.at": {"vi": "lúc", "zh": "时间", "en": "at", "fr": "à"},
    "badge.self": {"vi": "Tự kiểm tra", "zh": "自行核验", "en": "Check it yourself", "fr": "Vérifiez vous-même"},
    "check": {
        "vi": "Kiểm tra thứ tự công khai", "zh": "核验公开排序", "en": "Check the public order", "fr": "Vérifier l'ordre public",
    },
    "check.intro": {
        "vi": "Trình duyệt của bạn tải thứ tự đã công bố và tự tính lại: chữ ký, cây băm và từng lần gọi theo quy tắc. Không gì được gửi đi.",
        "zh": "您的浏览器将下载公布的排序并自行重新计算：签名、哈希树，以及按规则的每次叫号。不会发送任何内容。",
        "en": "Your browser fetches the published order and works it out again: signature, hash tree, and each call by the rule. Nothing is sent.",
        "fr": "Votre navigateur récupère l'ordre publié et refait le calcul : signature, arbre de hachage, chaque appel selon la règle. Rien n'est envoyé.",
    },
    "check.start": {"vi": "Kiểm tra ngay", "zh": "立即核验", "en": "Check now", "fr": "Vérifier maintenant"},
    "check.size": {
        "vi": "{records} bản ghi, khoảng {kb} kB", "zh": "{records}条记录，约{kb} kB", "en": "{records} records, about {kb} kB", "fr": "{records} entrées, environ {kb} ko",
    },
    "check.other": {"vi": "Kiểm tra tệp khác", "zh": "核验其他文件", "en": "Check another file", "fr": "Vérifier un autre fichier"},
    "check.file": {
        "vi": "Bản đã lưu, thay cho bản công bố", "zh": "已保存的文件（代替公布的文件）", "en": "A copy that was saved, instead of the published one", "fr": "Une copie enregistrée, à la place de celle publiée",
    },
    "check.earlier": {
        "vi": "Bản cũ hơn để so sánh", "zh": "用于比较的较早副本", "en": "An older copy to compare with", "fr": "Une copie plus ancienne à comparer",
    },
    "check.noscript": {
        "vi": "Trang này cần JavaScript. Không có, hãy tải thứ tự và dùng lệnh «gatepair queue verify».",
        "zh": "本页需要JavaScript。若无，请下载排序并使用命令“gatepair queue verify”。",
        "en": "This page needs JavaScript. Without it, download the order and use the command “gatepair queue verify”.",
        "fr": "Cette page demande JavaScript. Sans lui, téléchargez l'ordre et utilisez la commande « gatepair queue verify ».",
    },
    "check.fetching": {"vi": "Đang tải…", "zh": "正在下载…", "en": "Fetching…", "fr": "Téléchargement…"},
    "check.read": {"vi": "Đang đọc: {count}", "zh": "读取中：{count}", "en": "Reading: {count}", "fr": "Lecture : {count}"},
    "check.replay": {"vi": "Đang tính lại: {count}", "zh": "重新计算中：{count}", "en": "Working it out: {count}", "fr": "Calcul : {count}"},
    "check.failed": {
        "vi": "Không kiểm tra được: không tải được thứ tự. Hãy thử lại khi có sóng.",
        "zh": "无法核验：未能下载排序。请在有信号时重试。",
        "en": "Not checked: the order could not be fetched. Try again when there is signal.",
        "fr": "Pas de contrôle : l'ordre n'a pas pu être récupéré. Réessayez avec du réseau.",
    },
    "check.holds": {"vi": "Thứ tự đúng", "zh": "排序成立", "en": "The order holds", "fr": "L'ordre est juste"},
    "check.unsigned": {
        "vi": "Nội dung đúng, nhưng chữ ký chưa kiểm được", "zh": "内容成立，但签名未能核验", "en": "What it says holds, but the signature was not checked", "fr": "Le contenu est juste, mais la signature n'est pas vérifiée",
    },
    "check.broken": {"vi": "Thứ tự không đúng", "zh": "排序不成立", "en": "The order does not hold", "fr": "L'ordre n'est pas juste"},
    "check.ran": {"vi": "Đã kiểm tra", "zh": "已核验内容", "en": "What was checked", "fr": "Ce qui a été vérifié"},
    "check.lines": {
        "vi": "{records} bản ghi, từng dòng đúng dạng quy định", "zh": "{records}条记录，逐行检查格式", "en": "{records} records, each line in its one allowed form", "fr": "{records} entrées, chaque ligne dans sa seule forme admise",
    },
    "check.signature": {
        "vi": "Chữ ký của điểm kiểm với khóa của cửa khẩu", "zh": "以口岸密钥核验检查点签名", "en": "The checkpoint's signature, with the post's key", "fr": "La signature du point de contrôle, avec la clé du poste",
    },
    "check.native": {"vi": "bằng WebCrypto của trình duyệt", "zh": "由浏览器WebCrypto计算", "en": "by the browser's WebCrypto", "fr": "par WebCrypto du navigateur"},
    "check.plain": {
        "vi": "bằng phép tính của trang: trình duyệt này không có Ed25519, hoặc trang không mở qua HTTPS", "zh": "由本页计算：此浏览器无Ed25519，或页面未经HTTPS打开", "en": "by this page's own arithmetic: the browser lacks Ed25519, or the page did not come over HTTPS", "fr": "par le calcul de cette page : le navigateur n'a pas Ed25519, ou la page n'est pas venue en HTTPS",
    },
    "check.uncheckable": {
        "vi": "không kiểm được: trình duyệt không biết loại chữ ký này, hoặc trang không mở qua HTTPS", "zh": "无法核验：浏览器不支持此类签名，或页面未经HTTPS打开", "en": "not checked: this browser does not know this kind of signature, or the page did not come over HTTPS", "fr": "pas vérifiée : ce navigateur ne connaît pas ce type de signature, ou la page n'est pas venue en HTTPS",
    },
    "check.root": {
        "vi": "Gốc Merkle trên {records} bản ghi so với gốc đã ký", "zh": "{records}条记录的默克尔根与已签名的根比较", "en": "The Merkle root over {records} records, against the signed one", "fr": "La racine de Merkle sur {records} entrées, contre celle signée",
    },
    "check.rule": {
        "vi": "Quy tắc, tuyến và giờ mở đúng bản nêu trong thứ tự", "zh": "规则、线路和时间与排序所载一致", "en": "The rule, roads and hours are those that the order names", "fr": "La règle, les routes et les heures sont celles que l'ordre nomme",
    },
    "check.calls": {
        "vi": "{places} chỗ, {calls} lần gọi theo quy tắc, {moves} lần dời tay có mã và người chịu trách nhiệm", "zh": "{places}个排队号、{calls}次叫号符合规则、{moves}次人工移动均有代码和责任人", "en": "{places} places, {calls} calls by the rule, {moves} moves by hand with code and person", "fr": "{places} places, {calls} appels selon la règle, {moves} déplacements à la main avec code et personne",
    },
    "check.compared": {"vi": "So với bản cũ hơn", "zh": "与较早副本比较", "en": "Compared with the older copy", "fr": "Comparé à la copie plus ancienne"},
    "check.not_run": {
        "vi": "không kiểm được: không đọc được dòng đầu", "zh": "未核验：首行无法读取", "en": "not run: the first line cannot be read", "fr": "pas fait : la première ligne est illisible",
    },
    "check.faults": {"vi": "Điều không khớp", "zh": "不符之处", "en": "What does not agree", "fr": "Ce qui ne concorde pas"},
    "check.yes": {"vi": "đúng", "zh": "成立", "en": "holds", "fr": "juste"},
    "check.no": {"vi": "sai", "zh": "不成立", "en": "does not hold", "fr": "faux"},
    "check.limits": {
        "vi": "Việc này không cho biết dữ kiện công bố (hàng, giấy kiểm nghiệm) có thật không. Khóa và ngày lễ lấy từ chính cửa khẩu này: hãy so khóa với khóa bạn có từ nguồn khác.",
        "zh": "此核验无法判断公布的事实（货物、检测单）是否真实。密钥和节假日来自本口岸：请与您从别处获得的密钥比对。",
        "en": "This cannot tell whether a published fact (goods, test paper) is true. Key and public holidays come from this post itself: compare the key with one that you have from elsewhere.",
        "fr": "Cela ne dit pas si un fait publié (marchandise, analyse) est vrai. La clé et les jours fériés viennent de ce poste même : comparez la clé à celle que vous tenez d'ailleurs.",
    },
    "check.key": {"vi": "Khóa", "zh": "密钥", "en": "Key", "fr": "Clé"},
    "check.download": {"vi": "Tải thứ tự", "zh": "下载排序", "en": "Download the order", "fr": "Télécharger l'ordre"},
    "check.nothing": {
        "vi": "Không chiều nào xếp hàng tại cửa khẩu này.", "zh": "本口岸没有排队方向。", "en": "No direction queues at this post.", "fr": "Aucun sens ne fait la queue à ce poste.",
    },
}  # fmt: skip


def check_words(language: Language) -> dict[str, str]:
    """Return every text in ``language`` by key."""
    return {key: texts[language] for key, texts in CHECK_TEXTS.items()}


def fault_words(language: Language) -> dict[str, str]:
    """Return the sentence of each fault of an order by its code, with its parameters in braces."""
    kinds = (one for one in vars(findings).values() if isinstance(one, FindingKind))
    return {kind.code: kind.texts[language] for kind in kinds if kind.code.startswith("order.")}
