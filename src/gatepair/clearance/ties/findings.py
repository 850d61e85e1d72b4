"""What is refused about ties, in every language."""

from __future__ import annotations

from gatepair.base.findings import kind

UNKNOWN = kind(
    "tie.declaration_unknown",
    vi="Không có tờ khai {declaration} ở đây; hãy nhận tờ khai trước.",
    zh="此处没有报关单 {declaration}；请先接收该报关单。",
    en="There is no declaration {declaration} here; take it first.",
    fr="Il n'y a pas de déclaration {declaration} ici ; recevez-la d'abord.",
)
KNOWN = kind(
    "tie.declaration_known",
    vi="Tờ khai {declaration} đã có; hãy sửa tờ khai thay vì nhận lần nữa.",
    zh="报关单 {declaration} 已存在；请更正而非再次接收。",
    en="Declaration {declaration} is already here; correct it instead of taking it again.",
    fr="La déclaration {declaration} est déjà là ; corrigez-la au lieu de la recevoir de nouveau.",
)
EMPTY = kind(
    "tie.share_empty",
    vi="Phần hàng phải có kiện hoặc khối lượng lớn hơn 0; hãy nhập số.",
    zh="部分货物的件数或重量须大于 0；请填写。",
    en="A share has packages or a mass above nought, and neither below; enter them.",
    fr="Une part a des colis ou une masse au-dessus de zéro, et aucun en dessous ; indiquez-les.",
)
OVER = kind(
    "tie.share_over",
    vi="Tờ khai {declaration} chỉ còn {packages} kiện, {mass_g} g; hãy giảm phần hàng này.",
    zh="报关单 {declaration} 只剩 {packages} 件、{mass_g} 克；请减少本部分。",
    en="Declaration {declaration} has only {packages} packages and {mass_g} g left; make the share smaller.",
    fr="Il ne reste de la déclaration {declaration} que {packages} colis et {mass_g} g ; réduisez la part.",
)
TWICE = kind(
    "tie.part_twice",
    vi="Một phần của tờ khai {declaration} đã ở trên lượt qua {crossing}; hãy gỡ ra rồi gắn lại.",
    zh="报关单 {declaration} 的一部分已在过境 {crossing} 上；请先解除再绑定。",
    en="A part of declaration {declaration} is already on crossing {crossing}; untie it and tie it again.",
    fr="Une part de la déclaration {declaration} est déjà sur le passage {crossing} ; déliez-la et reliez-la.",
)
ABSENT = kind(
    "tie.part_absent",
    vi="Lượt qua {crossing} không chở phần nào của tờ khai {declaration}; hãy kiểm tra số.",
    zh="过境 {crossing} 没有报关单 {declaration} 的货物；请核对编号。",
    en="Crossing {crossing} carries no part of declaration {declaration}; check the numbers.",
    fr="Le passage {crossing} ne porte aucune part de la déclaration {declaration} ; vérifiez les numéros.",
)
GONE = kind(
    "tie.crossing_gone",
    vi="Lượt qua {crossing} đã qua biên giới hoặc đã quay lại; hãy dùng lượt qua mới.",
    zh="过境 {crossing} 已越线或已返回；请使用新的过境。",
    en="Crossing {crossing} went over the line or turned back; use a new crossing.",
    fr="Le passage {crossing} a franchi la ligne ou a fait demi-tour ; prenez un nouveau passage.",
)
BELOW = kind(
    "tie.whole_below_parts",
    vi="Tờ khai {declaration} đã gắn {packages} kiện, {mass_g} g; tổng không thể nhỏ hơn, hãy gỡ bớt phần hàng trước.",
    zh="报关单 {declaration} 已绑定 {packages} 件、{mass_g} 克；总量不得更少，请先解除部分。",
    en="Declaration {declaration} has {packages} packages and {mass_g} g on crossings; the whole cannot be less, untie parts first.",
    fr="La déclaration {declaration} a {packages} colis et {mass_g} g sur des passages ; le tout ne peut être moindre, déliez d'abord des parts.",
)
