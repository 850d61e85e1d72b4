"""What choosing and auditing the channel finds, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

BY_RULE = kind(
    "channel.by_rule",
    Severity.NOTE,
    vi="Quy tắc {rule}: số rút {draw} cho luồng {channel}.",
    zh="规则 {rule}：抽号 {draw}，得 {channel} 通道。",
    en="The rule {rule} and the draw {draw} give channel {channel}.",
    fr="La règle {rule} et le tirage {draw} donnent le circuit {channel}.",
)
BY_DEFAULT = kind(
    "channel.by_default",
    Severity.NOTE,
    vi="Không quy tắc nào áp dụng: số rút {draw} cho luồng {channel}.",
    zh="无规则适用：抽号 {draw}，得 {channel} 通道。",
    en="No rule holds; the draw {draw} gives channel {channel} by default.",
    fr="Aucune règle ne vaut ; le tirage {draw} donne par défaut le circuit {channel}.",
)
BY_SCORE = kind(
    "channel.by_score",
    Severity.NOTE,
    vi="Điểm {score} theo quy tắc {rule} nâng lên luồng {channel}.",
    zh="评分 {score} 按规则 {rule} 提高至 {channel} 通道。",
    en="The score {score} raises it to channel {channel} by the rule {rule}.",
    fr="Le score {score} le porte au circuit {channel} par la règle {rule}.",
)
PICKED = kind(
    "channel.picked",
    Severity.NOTE,
    vi="Được chọn ngẫu nhiên: số rút {draw} nhỏ hơn tỷ lệ {share} phần nghìn.",
    zh="随机抽中：抽号 {draw} 小于千分之 {share}。",
    en="Picked at random: the draw {draw} is below the share of {share} thousandths.",
    fr="Choisi au hasard : le tirage {draw} est sous la part de {share} millièmes.",
)
IN_BAY = kind(
    "channel.in_bay",
    Severity.NOTE,
    vi="Kiểm tra tại {bay}, {hour} giờ ngày {day}.",
    zh="于 {day} {hour} 时在 {bay} 查验。",
    en="It is inspected in bay {bay} in hour {hour} of {day}.",
    fr="Il est visité au quai {bay} à l'heure {hour} du {day}.",
)
BUDGET_SPENT = kind(
    "channel.budget_spent",
    Severity.WARNING,
    vi="Hết chỗ kiểm tra trong giờ {hour}; chuyển sang luồng vàng.",
    zh="第 {hour} 时查验名额已满；转为黄色通道。",
    en="The bays of hour {hour} are full; it becomes yellow.",
    fr="Les quais de l'heure {hour} sont pleins ; il passe au jaune.",
)
NO_BAY = kind(
    "channel.no_bay",
    Severity.WARNING,
    vi="Phải kiểm tra nhưng trong {hours} giờ tới không có chỗ; hãy bố trí chỗ bằng tay.",
    zh="必须查验，但未来 {hours} 小时内无空位；请人工安排。",
    en="It must be inspected and no bay is free for {hours} hours; find one by hand.",
    fr="Il doit être visité et aucun quai n'est libre avant {hours} heures ; trouvez-en un à la main.",
)
UNTIL_BEFORE_FROM = kind(
    "channel.until_before_from",
    vi="Ngày cuối {until} trước ngày đầu {first}. Hãy sửa một trong hai.",
    zh="最后一天 {until} 早于第一天 {first}。请更正其一。",
    en="The last day {until} lies before the first {first}. Mend one of them.",
    fr="Le dernier jour {until} précède le premier {first}. Corrigez l'un des deux.",
)
RULE_TWICE = kind(
    "channel.rule_twice",
    vi="Khóa {key} đã dùng cho quy tắc trước. Hãy đặt khóa khác.",
    zh="键 {key} 已用于前面的规则。请另取一键。",
    en="The key {key} names an earlier rule already. Give this one another.",
    fr="La clé {key} nomme déjà une règle. Donnez-en une autre à celle-ci.",
)
MUST_WITHOUT_RED = kind(
    "channel.must_without_red",
    vi="Quy tắc {key} buộc kiểm tra nhưng tỷ lệ đỏ bằng 0. Hãy sửa tỷ lệ hoặc bỏ must.",
    zh="规则 {key} 要求查验而红色比例为 0。请更正比例或去掉 must。",
    en="The rule {key} must inspect and has no red share. Mend the shares or take away must.",
    fr="La règle {key} oblige à visiter sans part rouge. Corrigez les parts ou retirez must.",
)
BAY_HOURS = kind(
    "channel.bay_hours",
    vi="Giờ kết thúc {until} không sau giờ bắt đầu {start}. Hãy sửa giờ.",
    zh="结束时 {until} 不晚于开始时 {start}。请更正时间。",
    en="The hour {until} does not lie after {start}. Mend the hours.",
    fr="L'heure {until} n'est pas après {start}. Corrigez les heures.",
)
SALT_OTHER = kind(
    "channel.salt_other",
    vi="Muối được công bố không khớp với cam kết trước kỳ {period}.",
    zh="公布的盐与 {period} 之前的承诺不符。",
    en="The salt that was shown is not the one the post committed itself to before {period}.",
    fr="Le sel montré n'est pas celui sur lequel le poste s'était engagé avant {period}.",
)
NO_PROFILE = kind(
    "channel.no_profile",
    vi="Lượt {crossing}: không có hồ sơ nào có hiệu lực ngày {day}.",
    zh="{crossing}：{day} 没有生效的规则集。",
    en="For {crossing} no profile was in force on {day}.",
    fr="Pour {crossing}, aucun profil n'était en vigueur le {day}.",
)
CHOICE_OTHER = kind(
    "channel.choice_other",
    vi="Lượt {crossing}: ghi {recorded}, tính lại được {found}.",
    zh="{crossing}：记录为 {recorded}，重算为 {found}。",
    en="For {crossing} {recorded} was recorded, and {found} is what comes out.",
    fr="Pour {crossing}, {recorded} est inscrit et {found} est ce qui en résulte.",
)
DRAWN_TWICE = kind(
    "channel.drawn_twice",
    vi="Lượt {crossing} được phân luồng hơn một lần.",
    zh="{crossing} 被分配通道超过一次。",
    en="For {crossing} the channel was drawn more than once.",
    fr="Pour {crossing}, le circuit a été tiré plus d'une fois.",
)
SHARE_MISSED = kind(
    "channel.share_missed",
    vi="Chọn ngẫu nhiên {picked} trên {checked} lượt, quá xa con số đã hứa là khoảng {promised}.",
    zh="随机抽中 {picked}/{checked}，与承诺的约 {promised} 相差过大。",
    en="Of {checked} loads {picked} were picked at random, too far from the promised {promised} or so.",
    fr="Sur {checked} charges, {picked} ont été choisies au hasard, trop loin des {promised} environ promises.",
)
