"""What declaration checks find, in every language."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

HS_UNKNOWN = kind(
    "clearance.hs_unknown",
    vi="Mã HS {hs} không có trong Danh mục: cần 4, 6, 8 hoặc 10 chữ số và chương từ 01 đến 97.",
    zh="HS 编码 {hs} 不在目录中:应为 4、6、8 或 10 位,章号为 01 至 97。",
    en="HS code {hs} does not exist: it has 4, 6, 8 or 10 digits and a chapter from 01 to 97.",
    fr="Le code SH {hs} n'existe pas : il a 4, 6, 8 ou 10 chiffres et un chapitre de 01 à 97.",
)
HS_GROUP = kind(
    "clearance.hs_group",
    vi="Mã HS {hs} (chương {chapter}) không thuộc nhóm {commodity}; hãy sửa mã hoặc nhóm hàng.",
    zh="HS 编码 {hs}(第 {chapter} 章)不属于 {commodity} 类;请更正编码或类别。",
    en="HS code {hs} (chapter {chapter}) is not of group {commodity}; mend the code or the group.",
    fr="Le code SH {hs} (chapitre {chapter}) n'est pas du groupe {commodity} ; corrigez l'un ou l'autre.",
)
GROUP_NONE = kind(
    "clearance.group_none",
    vi="Mặt hàng không thể thuộc nhóm none; nhóm này chỉ dành cho xe rỗng.",
    zh="货物不能归入 none 类;该类仅用于空车。",
    en="Goods cannot be of group none; that is for empty vehicles.",
    fr="Une marchandise ne peut être du groupe none ; il est réservé aux véhicules vides.",
)
MASS_MISSING = kind(
    "clearance.mass_missing",
    vi="Khối lượng cả bì phải lớn hơn 0 kg; hãy nhập khối lượng.",
    zh="毛重须大于 0 千克;请填写毛重。",
    en="The gross mass must be more than 0 kg; enter it.",
    fr="La masse brute doit dépasser 0 kg ; indiquez-la.",
)
MASS_OVER_CONTAINER = kind(
    "clearance.mass_over_container",
    vi="{mass_kg} kg vượt quá {limit_kg} kg của {count} công-te-nơ; hãy kiểm tra khối lượng.",
    zh="{mass_kg} 千克超过 {count} 个集装箱的 {limit_kg} 千克;请核对重量。",
    en="{mass_kg} kg are more than the {limit_kg} kg that {count} containers may weigh; check the mass.",
    fr="{mass_kg} kg dépassent les {limit_kg} kg admis pour {count} conteneurs ; vérifiez la masse.",
)
PACKAGES_MISSING = kind(
    "clearance.packages_missing",
    Severity.WARNING,
    vi="Số kiện bằng 0; chỉ hàng rời mới không có kiện.",
    zh="件数为 0;只有散货没有件数。",
    en="The number of packages is 0; only bulk goods have none.",
    fr="Le nombre de colis est 0 ; seul le vrac n'en a pas.",
)
VALUE_MISSING = kind(
    "clearance.value_missing",
    Severity.WARNING,
    vi="Trị giá bằng 0; hải quan sẽ hỏi, hãy nhập trị giá.",
    zh="货值为 0;海关会询问,请填写货值。",
    en="The value is 0; customs will ask, enter the value.",
    fr="La valeur est 0 ; la douane la demandera, indiquez-la.",
)
CURRENCY_UNKNOWN = kind(
    "clearance.currency_unknown",
    vi="Không có loại tiền {currency} trong ISO 4217.",
    zh="ISO 4217 中没有货币 {currency}。",
    en="There is no currency {currency} in ISO 4217; use CNY, VND, USD or another listed one.",
    fr="La monnaie {currency} n'existe pas dans l'ISO 4217 ; utilisez CNY, VND, USD ou une autre listée.",
)
COUNTRY_UNKNOWN = kind(
    "clearance.country_unknown",
    vi="Không có nước {country} trong ISO 3166-1; hãy dùng mã hai chữ, ví dụ VN, CN.",
    zh="ISO 3166-1 中没有国家 {country};请使用两位代码,如 VN、CN。",
    en="There is no country {country} in ISO 3166-1; use two letters such as VN or CN.",
    fr="Le pays {country} n'existe pas dans l'ISO 3166-1 ; deux lettres, par exemple VN ou CN.",
)
PARTY_MISSING = kind(
    "clearance.party_missing",
    vi="Thiếu tên {party}; tờ khai hàng phải có.",
    zh="缺少 {party} 名称;货物申报必须填写。",
    en="The {party} is not named; a goods declaration needs it.",
    fr="Le {party} n'est pas nommé ; une déclaration de marchandises l'exige.",
)
CONTAINER_DIGIT = kind(
    "clearance.container_digit",
    vi="Số kiểm tra của công-te-nơ {number} sai theo ISO 6346; hãy đọc lại số.",
    zh="集装箱 {number} 的校验位不符合 ISO 6346;请重新核对。",
    en="The check digit of container {number} is wrong by ISO 6346; read the number again.",
    fr="Le chiffre de contrôle du conteneur {number} est faux selon l'ISO 6346 ; relisez le numéro.",
)
CONTAINER_TWICE = kind(
    "clearance.container_twice",
    vi="Công-te-nơ {number} được nêu hai lần.",
    zh="集装箱 {number} 重复填写。",
    en="Container {number} is named twice; name each once.",
    fr="Le conteneur {number} est cité deux fois ; une seule suffit.",
)
PLATE_UNUSUAL = kind(
    "clearance.plate_unusual",
    Severity.WARNING,
    vi="Biển số {plate} không giống biển Việt Nam hay Trung Quốc; hãy kiểm tra.",
    zh="号牌 {plate} 不似越南或中国号牌;请核对。",
    en="Plate {plate} looks like neither a Vietnamese nor a Chinese one; check it.",
    fr="La plaque {plate} ne ressemble ni à une plaque vietnamienne ni à une chinoise ; vérifiez-la.",
)
TWO_WAY_MIXED = kind(
    "clearance.two_way_mixed",
    vi="Vận chuyển hai chiều không nhận hàng ghép: mỗi xe một nhóm hàng, ở đây có {groups}.",
    zh="双向运输不接受混装:每车一类货物,此处有 {groups}。",
    en="Two-way transport takes no mixed loads: one group for a vehicle, here are {groups}.",
    fr="Le transport à double sens n'admet pas de charge mixte : un groupe par véhicule, ici {groups}.",
)
