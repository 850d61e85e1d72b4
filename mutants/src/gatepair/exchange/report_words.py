"""The words in which a report is read, in the four languages: one line for each question and for each finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gatepair.base.findings import REGISTRY, Language, Words, words_of
from gatepair.base.time import SECOND_MS, Instant, rfc3339
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.report import EntryReport, Found, Question, Report, RootSigned, Verdict, Verdicts, worst

ENTRIES_TOLD_MAX: Final = 50
"""Above this many entries only those are told of which something is not proved."""

LAST_MS: Final = 253_402_300_799_999
"""The last millisecond of the year 9999, where four-digit years end. Source: RFC 3339 §1."""

WORDS: Final[Words] = words_of(
    ("verdict.proved", "PROVED", "ĐÃ CHỨNG MINH", "已证明", "PROUVÉ"),
    ("verdict.incomplete", "INCOMPLETE", "CHƯA ĐỦ", "不完整", "INCOMPLET"),
    ("verdict.contradicted", "CONTRADICTED", "MÂU THUẪN", "相矛盾", "CONTREDIT"),
    ("whole.proved", "Everything that the policy asks for is proved.", "Mọi điều mà chính sách yêu cầu đều được chứng minh.", "策略所要求的各项均已证明。", "Tout ce que demande la politique est prouvé."),
    ("whole.incomplete", "Nothing is refuted, but something that the policy asks for is not proved.", "Không có gì bị bác bỏ, nhưng có điều mà chính sách yêu cầu chưa được chứng minh.", "没有被推翻的内容，但策略所要求的某些事项未得到证明。", "Rien n'est réfuté, mais quelque chose que demande la politique n'est pas prouvé."),
    ("whole.contradicted", "Something in the file is false, or contradicts what was signed.", "Trong tệp có điều sai hoặc trái với những gì đã ký.", "文件中有不实之处，或与已签署内容相矛盾。", "Quelque chose dans le fichier est faux, ou contredit ce qui a été signé."),
    ("about", "About {subject}; SHA-256 of the file {sha256}", "Về {subject}; SHA-256 của tệp {sha256}", "关于 {subject}；文件的 SHA-256 为 {sha256}", "Au sujet de {subject} ; SHA-256 du fichier {sha256}"),
    ("counted", "{entries} entries of {logs} logs, {recorded} entries of a post's own ledger", "{entries} mục của {logs} nhật ký, {recorded} mục trong sổ cái riêng của một cửa khẩu", "{logs} 个日志的 {entries} 个条目，口岸自有账本的 {recorded} 个条目", "{entries} entrées de {logs} journaux, {recorded} entrées du registre propre d'un poste"),
    ("agreement_line", "Agreement {id}, version {version}: {roots}", "Thỏa thuận {id}, phiên bản {version}: {roots}", "协议 {id} 第 {version} 版：{roots}", "Accord {id}, version {version} : {roots}"),
    ("root.trusted", "signed by the trusted root of {side}", "có chữ ký của khóa gốc đáng tin của {side}", "由 {side} 方受信任的根密钥签署", "signé par la racine de confiance de {side}"),
    ("root.untrusted", "signed by a root of {side} that is not trusted", "có chữ ký của một khóa gốc không được tin của {side}", "由 {side} 方不受信任的根密钥签署", "signé par une racine de {side} sans confiance"),
    ("root.unsigned", "not signed by the root of {side}", "chưa có chữ ký của khóa gốc bên {side}", "未由 {side} 方根密钥签署", "non signé par la racine de {side}"),
    ("entry_line", "{type} about {subject}: entry {index} of {log}", "{type} về {subject}: mục {index} của {log}", "{type}，关于 {subject}：{log} 第 {index} 条", "{type} au sujet de {subject} : entrée {index} de {log}"),
    ("entry_unread", "Entry {index} of {log}, which this version does not read", "Mục {index} của {log}, phiên bản này không đọc được", "{log} 第 {index} 条，本版本无法读取", "Entrée {index} de {log}, que cette version ne lit pas"),
    ("recorded_line", "{type} by {actor}: entry {position} of the ledger {ledger}", "{type} do {actor}: mục {position} của sổ cái {ledger}", "{type}，由 {actor}：账本 {ledger} 第 {position} 条", "{type} par {actor} : entrée {position} du registre {ledger}"),
    ("question.author", "author", "tác giả", "作者", "auteur"),
    ("question.place", "place", "vị trí", "位置", "place"),
    ("question.keys", "key", "khóa", "密钥", "clé"),
    ("question.agreement", "agreement", "thỏa thuận", "协议", "accord"),
    ("question.custody", "custody", "lưu giữ", "保管", "garde"),
    ("question.outcome", "outcome", "kết quả", "结果", "suite"),
    ("question.time", "time", "thời gian", "时间", "moment"),
    ("question.sections", "content", "nội dung", "内容", "contenu"),
    ("author.proved", "{post} wrote it: its key signed the log", "{post} đã viết: khóa của cửa khẩu đã ký nhật ký", "由 {post} 所写：其密钥签署了该日志", "{post} l'a écrite : sa clé a signé le journal"),
    ("author.incomplete", "who wrote it is not shown: no key that the agreement names signed the log", "chưa rõ ai viết: không khóa nào nêu trong thỏa thuận đã ký nhật ký", "未示明作者：协议所列密钥均未签署该日志", "l'auteur n'est pas montré : aucune clé nommée par l'accord n'a signé le journal"),
    ("author.contradicted", "the signature in the name of {post} is false", "chữ ký mang tên {post} là giả", "以 {post} 名义的签名不真实", "la signature au nom de {post} est fausse"),
    ("place.proved", "it stands there unchanged", "mục vẫn ở đó, không bị sửa", "原样位于该处", "elle s'y trouve, inchangée"),
    ("place.incomplete", "that it stands there is not shown", "chưa chứng minh là mục ở đó", "未示明其位于该处", "il n'est pas montré qu'elle s'y trouve"),
    ("place.contradicted", "the log that was signed does not hold what is shown here", "nhật ký đã ký không chứa nội dung nêu ở đây", "已签署的日志不含此处所示内容", "le journal signé ne contient pas ce qui est montré ici"),
    ("keys.proved", "the key counted at this size of the log", "khóa có hiệu lực ở kích thước này của nhật ký", "该密钥在日志此大小时有效", "la clé comptait à cette taille du journal"),
    ("keys.incomplete", "that the key counted is not shown", "chưa chứng minh là khóa có hiệu lực", "未示明该密钥有效", "il n'est pas montré que la clé comptait"),
    ("keys.contradicted", "the key did not count at this size of the log", "khóa không có hiệu lực ở kích thước này của nhật ký", "该密钥在日志此大小时无效", "la clé ne comptait pas à cette taille du journal"),
    ("agreement.proved", "the agreement {agreement} lists it, and trusted roots signed that", "thỏa thuận {agreement} có nêu, và các khóa gốc đáng tin đã ký", "协议 {agreement} 列有此项，且由受信任的根密钥签署", "l'accord {agreement} la prévoit, et des racines de confiance l'ont signé"),
    ("agreement.incomplete", "the agreement is missing, not in force, or not signed by roots that are trusted", "thiếu thỏa thuận, hoặc nó không có hiệu lực, hoặc không do khóa gốc đáng tin ký", "协议缺失、不在有效期内，或未由受信任的根密钥签署", "l'accord manque, n'est pas en vigueur, ou n'est pas signé par des racines de confiance"),
    ("agreement.contradicted", "it is not what the agreement lists, or a signature under that is false", "không đúng với thỏa thuận, hoặc một chữ ký dưới thỏa thuận là giả", "与协议所列不符，或协议下的签名不真实", "elle n'est pas ce que prévoit l'accord, ou une signature de celui-ci est fausse"),
    ("custody.proved", "the partner stated at {before} that it holds it", "đối tác xác nhận lúc {before} là đang lưu giữ", "对方于 {before} 声明持有", "le partenaire a déclaré à {before} qu'il la détient"),
    ("custody.incomplete", "no receipt of the partner is shown", "không có biên nhận của đối tác", "未示明对方回执", "aucun reçu du partenaire n'est montré"),
    ("custody.contradicted", "the partner's receipt is false", "biên nhận của đối tác là giả", "对方回执不真实", "le reçu du partenaire est faux"),
    ("outcome.proved", "the partner answered: {answers}", "đối tác đã trả lời: {answers}", "对方已答复：{answers}", "le partenaire a répondu : {answers}"),
    ("outcome.incomplete", "no answer of the partner is shown", "không có câu trả lời của đối tác", "未示明对方答复", "aucune réponse du partenaire n'est montrée"),
    ("outcome.contradicted", "the partner's answer is false", "câu trả lời của đối tác là giả", "对方答复不真实", "la réponse du partenaire est fausse"),
    ("time.proved", "written {after}before {before}; its author says {at}", "được viết {after}trước {before}; tác giả nêu {at}", "写于 {after}{before} 之前；作者称 {at}", "écrite {after}avant {before} ; son auteur dit {at}"),
    ("time.incomplete", "not bounded on both sides; its author says {at}", "chưa giới hạn được cả hai phía; tác giả nêu {at}", "未能界定前后两端；作者称 {at}", "non bornée des deux côtés ; son auteur dit {at}"),
    ("time.contradicted", "it names a state of the partner's log that never was", "mục nêu một trạng thái chưa từng có của nhật ký đối tác", "其所称对方日志状态从未存在", "elle nomme un état du journal du partenaire qui n'a jamais été"),
    ("after", "after {after} and ", "sau {after} và ", "{after} 之后、", "après {after} et "),
    ("sections.proved", "disclosed: {disclosed}; withheld: {withheld}", "công khai: {disclosed}; giữ lại: {withheld}", "已披露：{disclosed}；未披露：{withheld}", "divulgué : {disclosed} ; retenu : {withheld}"),
    ("sections.incomplete", "disclosed: {disclosed}; withheld although the policy asks for it: {withheld}", "công khai: {disclosed}; giữ lại dù chính sách yêu cầu: {withheld}", "已披露：{disclosed}；策略要求而未披露：{withheld}", "divulgué : {disclosed} ; retenu quoique demandé par la politique : {withheld}"),
    ("sections.contradicted", "what is disclosed is not what was written", "nội dung công khai không phải nội dung đã viết", "所披露内容并非当初所写", "ce qui est divulgué n'est pas ce qui a été écrit"),
    ("none", "none", "không có", "无", "rien"),
    ("findings", "Findings", "Phát hiện", "发现", "Constats"),
    ("more", "{count} more entries of which everything is proved", "{count} mục khác đều đã được chứng minh", "另有 {count} 个条目全部已证明", "{count} autres entrées dont tout est prouvé"),
)  # fmt: skip


def lines(report: Report, language: Language) -> Iterator[str]:
    """Yield ``report`` line by line: the verdict, the agreements, each entry with its questions, the findings."""

    def say(key: str, **params: object) -> str:
        return WORDS[key][language].format_map(params)

    yield f"{say(f'verdict.{report.verdict.value}')}  {say(f'whole.{report.verdict.value}')}"
    yield say("about", subject=report.subject, sha256=report.sha256)
    yield say("counted", entries=len(report.entries), logs=len(report.logs), recorded=len(report.recorded))
    for each in report.agreements:
        roots = "; ".join(say(_root_key(root), side=root.side) for root in each.roots)
        yield say("agreement_line", id=each.id, version=each.version, roots=roots)
    told = [each for each in report.entries if len(report.entries) <= ENTRIES_TOLD_MAX or not _all_proved(each)]
    for entry in told:
        yield ""
        yield say("entry_line" if entry.type else "entry_unread", **_of_entry(entry))
        params = _params(entry, language)
        for question, verdict in _in_order(entry.verdicts):
            yield (
                f"  {say(f'question.{question.value}')}: {say(f'verdict.{verdict.value}')} — "
                f"{say(f'{question.value}.{verdict.value}', **params)}"
            )
    if len(told) < len(report.entries):
        yield say("more", count=len(report.entries) - len(told))
    for recorded in report.recorded:
        yield ""
        yield say(
            "recorded_line",
            type=recorded.type,
            actor=recorded.actor,
            position=recorded.position,
            ledger=recorded.ledger,
        )
        for question, verdict in _in_order(recorded.verdicts):
            yield f"  {say(f'question.{question.value}')}: {say(f'verdict.{verdict.value}')}"
    if report.findings:
        yield ""
        yield f"{say('findings')}:"
        yield from (f"  {finding_line(found, language)}" for found in report.findings)


def finding_line(found: Found, language: Language) -> str:
    """Return a finding as one line: what it does, where it is, what it says, its code."""
    text = REGISTRY[found.code].at(found.path, **found.params).text(language)
    return f"{found.severity.value}  {found.path}: {text} [{found.code}]"


def _in_order(verdicts: Verdicts) -> Iterator[tuple[Question, Verdict]]:
    return ((question, verdicts[question]) for question in Question if question in verdicts)


def _root_key(root: RootSigned) -> str:
    if not root.signed:
        return "root.unsigned"
    return "root.trusted" if root.trusted else "root.untrusted"


def _all_proved(entry: EntryReport) -> bool:
    return worst(entry.verdicts.values()) is Verdict.PROVED


def _of_entry(entry: EntryReport) -> dict[str, object]:
    return {"type": entry.type, "subject": entry.subject, "index": entry.index, "log": entry.log}


def _params(entry: EntryReport, language: Language) -> dict[str, object]:
    claims = [each.at_ms for each in entry.after if each.at_ms is not None]
    after = WORDS["after"][language].format(after=_instant(max(claims))) if claims else ""
    return {
        "post": Origin.parse(entry.log).post,
        "agreement": entry.agreement,
        "before": "" if entry.before_s is None else _instant(entry.before_s * SECOND_MS),
        "after": after,
        "at": "" if entry.at_ms is None else _instant(entry.at_ms),
        "answers": ", ".join(_answer(each.type, each.verdict, each.codes) for each in entry.answers),
        "disclosed": _listed(entry.disclosed, language),
        "withheld": _listed(entry.withheld, language),
    }


def _answer(kind: str, verdict: str, codes: Sequence[str]) -> str:
    return " ".join(filter(None, (kind, verdict, " ".join(codes))))


def _listed(names: Sequence[str], language: Language) -> str:
    return ", ".join(names) or WORDS["none"][language]


def _instant(at_ms: int) -> str:
    # Anybody may sign any number; only what a calendar holds is shown as a date.
    return rfc3339(Instant(at_ms)) if at_ms <= LAST_MS else f"{at_ms} ms"
