"""Findings about versions of an agreement that follow one another."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

NOT_NEXT = kind(
    "exchange.agreement_not_next",
    vi="Ở đây đang giữ thỏa thuận {agreement} đến phiên bản {held}; phiên bản {version} không kế tiếp. Hãy đưa vào phiên bản {next} trước, hoặc đánh số bản này là {next}.",
    zh="此处持有协议 {agreement} 至第 {held} 版；第 {version} 版并非下一版。请先收入第 {next} 版，或将本版编号为 {next}。",
    en="The agreement {agreement} is held here up to version {held}; version {version} is not the next. Take version {next} first, or give this text that number.",
    fr="L'accord {agreement} est tenu ici jusqu'à la version {held} ; la version {version} n'est pas la suivante. Prenez d'abord la version {next}, ou donnez ce numéro au texte.",
)
BEGINS_EARLIER = kind(
    "exchange.agreement_begins_earlier",
    vi="Phiên bản {version} bắt đầu trước phiên bản {held}; bản kế tiếp không được bắt đầu sớm hơn, hãy sửa valid_from_ms.",
    zh="第 {version} 版的生效时间早于第 {held} 版；后一版不得更早生效，请更正 valid_from_ms。",
    en="Version {version} begins before version {held} does; a successor begins no earlier, so correct valid_from_ms.",
    fr="La version {version} commence avant la version {held} ; une version suivante ne commence pas plus tôt : corrigez valid_from_ms.",
)
OTHER_NAME = kind(
    "exchange.agreement_other_name",
    vi="Thỏa thuận mới tên là {other}, thỏa thuận đang giữ là {agreement}; nhật ký mang tên đó nên bản kế tiếp phải giữ nguyên tên.",
    zh="新协议名为 {other}，现有协议名为 {agreement}；日志以该名命名，后一版须沿用。",
    en="The new agreement is called {other} and the one held {agreement}; the logs bear that name, so a successor keeps it.",
    fr="Le nouvel accord s'appelle {other}, celui qui est tenu {agreement} ; les journaux portent ce nom, la version suivante le garde.",
)
MODE_CHANGED = kind(
    "exchange.agreement_mode_changed",
    vi="Bản kế tiếp đổi chế độ từ {old} sang {new}; khi đường nối đang chạy thì không được, hãy dừng cả hai cửa khẩu rồi thay tệp.",
    zh="后一版把模式由 {old} 改为 {new}；链路运行中不能更改，请在两口岸都停机时更换文件。",
    en="The successor changes the mode from {old} to {new}; a running link cannot, so change the files while both posts stand still.",
    fr="La version suivante change le mode de {old} à {new} ; une liaison en marche ne le peut pas : changez les fichiers, les deux postes à l'arrêt.",
)
REIGN_MISSING = kind(
    "exchange.agreement_reign_missing",
    vi="Phiên bản {version} đổi khóa gốc hoặc khóa bắt buộc của {post} mà không nói từ đâu trong nhật ký của {writer} khóa mới có hiệu lực; hãy thêm logs_from.",
    zh="第 {version} 版更换了 {post} 的根密钥或必备密钥，却未说明新密钥自 {writer} 日志何处起有效；请补上 logs_from。",
    en="Version {version} changes the roots or the required keys of {post} and does not say from where in the logs of {writer} the new ones count; add logs_from.",
    fr="La version {version} change les racines ou les clés requises de {post} sans dire d'où, dans les journaux de {writer}, comptent les nouvelles ; ajoutez logs_from.",
)
ROOTS_UNPROVED = kind(
    "exchange.agreement_roots_unproved",
    vi="Phiên bản {version} nêu khóa gốc mới của {side} mà khóa gốc cũ chưa ký; hãy để khóa cũ cùng ký, hoặc so mã băm trên giấy và đưa tệp vào ngay tại máy của cửa khẩu.",
    zh="第 {version} 版为 {side} 列出新的根密钥，但旧根密钥未签署；请让旧根密钥一并签署，或核对纸上的哈希后在口岸本机收入文件。",
    en="Version {version} names new roots of {side}, and the old ones have not signed it; let them sign too, or compare the hash on paper and take the file in at the post's own machine.",
    fr="La version {version} nomme de nouvelles racines de {side} que les anciennes n'ont pas signées ; faites-les signer aussi, ou comparez l'empreinte sur papier et prenez le fichier sur la machine du poste.",
)
TWO_TEXTS = kind(
    "exchange.agreement_two_texts",
    vi="Khóa gốc của hai bên đã ký hai văn bản của {agreement} phiên bản {version}: {first} và {second}. Văn bản mới đến không có hiệu lực; hãy gặp nhau và ký phiên bản {next}.",
    zh="双方根密钥签署了 {agreement} 第 {version} 版的两份文本：{first} 与 {second}。后到者不生效；请双方会商并签署第 {next} 版。",
    en="Roots of both sides signed two texts of {agreement} version {version}: {first} and {second}. The one that came later takes no force; meet and sign version {next}.",
    fr="Les racines des deux côtés ont signé deux textes de {agreement} version {version} : {first} et {second}. Le dernier venu ne prend pas effet ; réunissez-vous et signez la version {next}.",
)
LATE = kind(
    "exchange.agreement_late",
    Severity.WARNING,
    vi="Phiên bản {version} đã có hiệu lực từ {instant} mà bây giờ mới đến; những gì nói từ lúc đó là theo bản trước.",
    zh="第 {version} 版自 {instant} 起已生效，现在才收到；其间所发内容依照前一版。",
    en="Version {version} took force at {instant} and came only now; what was said since then stands under the version before.",
    fr="La version {version} a pris effet le {instant} et n'arrive que maintenant ; ce qui fut dit depuis relève de la version précédente.",
)
SUPERSEDED = kind(
    "exchange.agreement_superseded",
    vi="Mục này viện dẫn thỏa thuận {agreement} phiên bản {version}, không có hiệu lực vào lúc mà mục nêu; hãy nói lại theo bản đang có hiệu lực.",
    zh="该条目引用协议 {agreement} 第 {version} 版，而在其所述时间该版无效；请依现行版本重新发送。",
    en="The entry names the agreement {agreement} version {version}, which does not count at the time that the entry states; say it again under the version in force.",
    fr="L'entrée cite l'accord {agreement} version {version}, qui ne vaut pas au moment qu'elle indique ; redites-la sous la version en vigueur.",
)

SUCCESSION_BROKEN = kind(
    "evidence.succession_broken",
    Severity.WARNING,
    vi="Thỏa thuận {agreement} phiên bản {version} đổi khóa gốc hoặc khóa bắt buộc mà không nói từ đâu chúng có hiệu lực.",
    zh="协议 {agreement} 第 {version} 版更换根密钥或必备密钥，却未说明自何处起有效。",
    en="The agreement {agreement} version {version} changes roots or required keys without saying from where they count.",
    fr="L'accord {agreement} version {version} change des racines ou des clés requises sans dire d'où elles comptent.",
)
