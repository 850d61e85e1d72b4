"""An assessment told to a person: what is to be paid, why, what else was possible, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gatepair.base.findings import Finding, Language, Severity, words_of
from gatepair.clearance.assessing.model import Assessed, AssessedItem, Preference
from gatepair.clearance.channel.choosing import Chosen
from gatepair.clearance.duty.assess import Assessment, RateOption
from gatepair.clearance.origin.judge import Origin
from gatepair.clearance.origin.reasons import amount

WORDS: Final = words_of(
    ("head", "Assessed for {country} on {day}", "Tính cho {country} ngày {day}", "按 {country} {day} 评定", "Évalué pour {country} le {day}"),
    ("unknown", "not known", "chưa biết", "未知", "inconnu"),
    ("item", "Item", "Mặt hàng", "货物项", "Article"),
    ("value", "customs value", "trị giá hải quan", "完税价格", "valeur en douane"),
    ("options", "Rates side by side", "Các mức thuế suất", "税率对照", "Taux côte à côte"),
    ("taken", "taken", "được áp dụng", "采用", "retenu"),
    ("saves", "saves {amount}", "tiết kiệm {amount}", "节省 {amount}", "économise {amount}"),
    ("closed", "not open", "không áp dụng được", "不可用", "fermé"),
    ("paid", "To be paid", "Phải nộp", "应缴", "À payer"),
    ("on", "on", "trên", "计税基数", "sur"),
    ("origin", "Origin", "Xuất xứ", "原产地", "Origine"),
    ("proof", "proof {number}, to be taken until {day}", "chứng từ {number}, dùng được đến {day}", "证明 {number},有效至 {day}", "preuve {number}, recevable jusqu'au {day}"),
    ("proof_bad", "proof {number} cannot be taken", "không thể dùng chứng từ {number}", "证明 {number} 不能采用", "preuve {number} irrecevable"),
    ("total", "All items: duty {duty}, duty and taxes {total}", "Tất cả: thuế nhập khẩu {duty}, tổng thuế {total}", "合计:关税 {duty},税费 {total}", "Ensemble : droit {duty}, droit et taxes {total}"),
    ("saved", "preferences save {amount} against MFN", "ưu đãi tiết kiệm {amount} so với MFN", "优惠较最惠国税率节省 {amount}", "les préférences économisent {amount} par rapport au taux NPF"),
    ("permits", "Permits and quarantine", "Giấy phép và kiểm dịch", "许可与检疫", "Permis et quarantaine"),
    ("fee", "Infrastructure fee", "Phí hạ tầng", "基础设施费", "Redevance d'infrastructure"),
    ("channel", "Channel", "Luồng", "通道", "Circuit"),
    ("green", "green", "xanh", "绿", "vert"),
    ("yellow", "yellow", "vàng", "黄", "jaune"),
    ("red", "red", "đỏ", "红", "rouge"),
    ("findings", "Findings", "Phát hiện", "发现", "Constats"),
    ("premises", "It rests on", "Dựa trên", "前提", "Cela repose sur"),
    ("originating", "originating", "có xuất xứ", "具备原产资格", "originaire"),
    ("not_originating", "not originating", "không có xuất xứ", "不具备原产资格", "non originaire"),
    ("open", "open", "chưa đủ thông tin", "待定", "en suspens"),
    ("error", "error", "lỗi", "错误", "erreur"),
    ("warning", "warning", "cảnh báo", "警告", "avertissement"),
    ("note", "note", "ghi chú", "提示", "note"),
)  # fmt: skip
"""What the text says beside the findings, by key and language."""


class _Told:
    """Says an assessment in one language."""

    def __init__(self, language: Language, currency: str) -> None:
        self._language: Language = language
        self._currency = currency

    def say(self, key: str, **words: str) -> str:
        return WORDS[key][self._language].format(**words)

    def money(self, minor: int | None) -> str:
        return self.say("unknown") if minor is None else amount(minor, self._currency)

    def item(self, item: AssessedItem) -> Iterator[str]:
        head = f"{self.say('item')} {item.item}: {item.hs or '?'} {item.description}".rstrip()
        yield f"{head} ({item.origin or '?'})"
        if item.duty is not None:
            yield from self.duty(item.duty)
        for each in item.preferences:
            yield from self.preference(each)

    def duty(self, duty: Assessment) -> Iterator[str]:
        yield f"  {self.say('value')}: {self.money(duty.value_minor)}"
        yield f"  {self.say('options')}:"
        for option in duty.options:
            yield from self.option(option, duty)
        yield f"  {self.say('paid')}:"
        for charge in duty.charges:
            base = f" {self.say('on')} {self.money(charge.base_minor)}" if charge.base_minor is not None else ""
            line = f"    {charge.option.value:<10} {charge.rate!s:<8} {self.money(charge.amount_minor)}{base}"
            yield f"{line}  [{charge.source}]" if charge.source else line
        yield f"    = {self.money(duty.total_minor)}"

    def option(self, option: RateOption, duty: Assessment) -> Iterator[str]:
        marks = []
        if duty.taken is option:
            marks.append(self.say("taken"))
        saving = duty.saving_minor(option.option)
        if saving:
            marks.append(self.say("saves", amount=self.money(saving)))
        if not option.open:
            marks.append(self.say("closed"))
        shown = f"    {option.option.value:<10} {option.rate!s:<8} {self.money(option.duty_minor)}"
        yield f"{shown}  ({', '.join(marks)})" if marks else shown
        yield from (f"      {finding.text(self._language)}" for finding in option.refused)

    def preference(self, each: Preference) -> Iterator[str]:
        yield f"  {self.say('origin')} {each.treaty}:" + (f" {self.verdict(each)}" if each.verdict else "")
        if each.verdict is not None:
            for reason in each.verdict.reasons:
                yield f"    {reason.finding.text(self._language)}  [{reason.article or '-'}]"
            for finding in (*each.verdict.premises, *each.verdict.nearest):
                yield f"    {finding.text(self._language)}"
        if each.proof is not None and each.checked is not None:
            words = {"number": each.proof.number, "day": each.checked.until.isoformat()}
            yield f"    {self.say('proof', **words) if each.checked.valid else self.say('proof_bad', **words)}"
            yield from (
                f"    {reason.finding.text(self._language)}  [{reason.article}]" for reason in each.checked.reasons
            )

    def verdict(self, each: Preference) -> str:
        if each.verdict is None:
            return ""
        key = {Origin.ORIGINATING: "originating", Origin.NOT_ORIGINATING: "not_originating", Origin.OPEN: "open"}
        criterion = f" ({each.verdict.criterion})" if each.verdict.criterion else ""
        return self.say(key[each.verdict.origin]) + criterion

    def found(self, key: str, findings: Iterable[Finding]) -> Iterator[str]:
        lines = [
            f"  {self.weight(each)}{each.path}: {each.text(self._language)}".replace(" : ", " ") for each in findings
        ]
        if lines:
            yield f"{self.say(key)}:"
            yield from lines

    def weight(self, finding: Finding) -> str:
        return "" if finding.severity is Severity.NOTE else f"{self.say(finding.severity.value)}, "


def told(assessed: Assessed, language: Language, chosen: Chosen | None = None) -> Iterator[str]:
    """Yield the lines that tell ``assessed`` to a person in ``language``; ``chosen`` is told to customs alone."""
    teller = _Told(language, assessed.currency)
    yield teller.say("head", country=assessed.importing or teller.say("unknown"), day=assessed.on.isoformat())
    for item in assessed.items:
        yield from teller.item(item)
    if assessed.items:
        duty, total = teller.money(assessed.duty_minor), teller.money(assessed.total_minor)
        saved = assessed.saved_minor()
        yield teller.say("total", duty=duty, total=total) + (
            f"; {teller.say('saved', amount=teller.money(saved))}" if saved else ""
        )
    if assessed.permits is not None:
        steps = [each.finding for each in assessed.permits.steps]
        yield from teller.found("permits", [*steps, *assessed.permits.premises])
    if assessed.fee is not None:
        fee = assessed.fee
        yield f"{teller.say('fee')}: " + (
            teller.say("unknown") if fee.amount_minor is None else amount(fee.amount_minor, fee.currency)
        )
        yield from teller.found("fee", [*(each.finding for each in fee.steps), *fee.premises])
    if chosen is not None:
        choice = chosen.choice
        yield f"{teller.say('channel')}: {teller.say(choice.channel.value)} ({choice.reason}, {choice.profile} v{choice.version})"
        yield from teller.found("channel", [step.finding for step in choice.steps])
    yield from teller.found("findings", assessed.findings)
    yield from teller.found("premises", assessed.premises)
