"""Findings about agreements, entries and logs of the exchange."""

from __future__ import annotations

from gatepair.base.findings import Severity, kind

AGREEMENT_MESSAGE_UNKNOWN = kind(
    "exchange.agreement_message_unknown",
    Severity.WARNING,
    vi="Thỏa thuận nêu loại tin {type} mà phần mềm này không đọc; tin đó sẽ được lưu nhưng không có tác dụng. Hãy nâng cấp.",
    zh="协议列出了本软件不读取的报文类型 {type}；此类报文会被保存但不起作用。请升级软件。",
    en="The agreement lists the message type {type}, which this software does not read; such messages are kept without effect. Upgrade it.",
    fr="L'accord cite le type de message {type}, que ce logiciel ne lit pas ; ces messages sont gardés sans effet. Mettez-le à jour.",
)
AGREEMENT_SECTION_UNKNOWN = kind(
    "exchange.agreement_section_unknown",
    vi="Thỏa thuận nêu phần {section} không thuộc loại tin {type}; hãy xóa phần đó.",
    zh="协议列出的部分 {section} 不属于报文类型 {type}；请删除该部分。",
    en="The agreement lists the section {section}, which {type} does not have; remove it.",
    fr="L'accord cite la section {section}, que {type} ne possède pas ; retirez-la.",
)
AGREEMENT_LANE_UNKNOWN = kind(
    "exchange.agreement_lane_unknown",
    vi="Tin {type} dùng kênh {lane} không có trong thỏa thuận; hãy thêm kênh hoặc đổi kênh của tin.",
    zh="报文 {type} 使用了协议中没有的通道 {lane}；请增加该通道或改用其他通道。",
    en="The message {type} uses the lane {lane}, which the agreement does not open; open it or choose another.",
    fr="Le message {type} emprunte la voie {lane}, que l'accord n'ouvre pas ; ouvrez-la ou choisissez-en une autre.",
)
AGREEMENT_LISTED_TWICE = kind(
    "exchange.agreement_listed_twice",
    vi="Thỏa thuận nêu {name} hai lần; hãy giữ lại một dòng.",
    zh="协议中 {name} 出现两次；请只保留一处。",
    en="The agreement lists {name} twice; keep one of the two.",
    fr="L'accord cite {name} deux fois ; n'en gardez qu'une.",
)
AGREEMENT_PARTIES = kind(
    "exchange.agreement_parties",
    vi="Thỏa thuận phải nêu đúng hai cửa khẩu khác nhau; hiện có {count}.",
    zh="协议必须恰好列出两个不同的口岸；现有 {count} 个。",
    en="The agreement must name exactly two different posts; it names {count}.",
    fr="L'accord doit nommer exactement deux postes différents ; il en nomme {count}.",
)
AGREEMENT_SENDER_UNKNOWN = kind(
    "exchange.agreement_sender_unknown",
    vi="Tin {type} nêu bên gửi {post} không phải là một bên của thỏa thuận; hãy sửa tên cửa khẩu.",
    zh="报文 {type} 的发送方 {post} 不是协议一方；请更正口岸名称。",
    en="The message {type} names the sender {post}, who is no party of the agreement; correct the post's name.",
    fr="Le message {type} nomme l'expéditeur {post}, qui n'est pas partie à l'accord ; corrigez le nom du poste.",
)
AGREEMENT_VALIDITY = kind(
    "exchange.agreement_validity",
    vi="Thỏa thuận hết hiệu lực trước khi bắt đầu; hãy sửa hai mốc thời gian.",
    zh="协议的失效时间早于生效时间；请更正这两个时间。",
    en="The agreement ends before it begins; correct its two instants.",
    fr="L'accord finit avant de commencer ; corrigez ses deux instants.",
)
AGREEMENT_NOT_IN_FORCE = kind(
    "exchange.agreement_not_in_force",
    vi="Thỏa thuận {agreement} không có hiệu lực vào lúc này; hai bên phải ký bản mới.",
    zh="协议 {agreement} 目前不在有效期内；双方须签署新版本。",
    en="The agreement {agreement} is not in force at this moment; both sides must sign a new version.",
    fr="L'accord {agreement} n'est pas en vigueur en ce moment ; les deux parties doivent en signer un nouveau.",
)
AGREEMENT_NOT_SIGNED = kind(
    "exchange.agreement_not_signed",
    vi="Thỏa thuận chưa có chữ ký đúng của khóa gốc bên {side}; hãy xin chữ ký của bên đó.",
    zh="协议缺少 {side} 方根密钥的有效签名；请取得该方签名。",
    en="The agreement has no true signature by the root key of {side}; obtain that side's signature.",
    fr="L'accord ne porte pas de signature valable de la clé racine de {side} ; obtenez cette signature.",
)
AGREEMENT_NOT_CANONICAL = kind(
    "exchange.agreement_not_canonical",
    vi="Tệp thỏa thuận không ở dạng chuẩn nên không có giá trị băm để ký; hãy ghi lại bằng `gatepair agreement new --draft`.",
    zh="协议文件不是规范格式，没有可供签署的散列值；请用 `gatepair agreement new --draft` 重新写出。",
    en="The agreement's file is not in canonical form, so there is no hash to sign; write it again with `gatepair agreement new --draft`.",
    fr="Le fichier de l'accord n'est pas sous forme canonique, il n'a donc pas d'empreinte à signer ; récrivez-le avec `gatepair agreement new --draft`.",
)
AGREEMENT_OTHER_SIGNED = kind(
    "exchange.agreement_other_signed",
    vi="Tệp chữ ký ký một văn bản khác với thỏa thuận {agreement} phiên bản {version}; hãy lấy đúng tệp hoặc ký lại.",
    zh="签名文件签署的不是协议 {agreement} 第 {version} 版；请取得正确的文件或重新签署。",
    en="The signature file signs another text than the agreement {agreement} version {version}; get the right file or sign again.",
    fr="Le fichier de signature porte sur un autre texte que l'accord {agreement} version {version} ; prenez le bon fichier ou signez de nouveau.",
)
AGREEMENT_OTHER_HASH = kind(
    "exchange.agreement_other_hash",
    vi="Giá trị băm của tệp là {hash}, không phải {expected}; đây không phải văn bản đã đọc, đừng ký.",
    zh="文件的散列值为 {hash}，而不是 {expected}；这不是已审阅的文本，请勿签署。",
    en="The file's hash is {hash} and not {expected}; this is not the text that was read, do not sign it.",
    fr="L'empreinte du fichier est {hash} et non {expected} ; ce n'est pas le texte qui a été lu, ne le signez pas.",
)
AGREEMENT_SIGNER_UNKNOWN = kind(
    "exchange.agreement_signer_unknown",
    Severity.WARNING,
    vi="{signer} đã ký nhưng không phải khóa gốc của một bên; chữ ký này không được tính, hãy hỏi vì sao có.",
    zh="{signer} 已签名，但不是任何一方的根密钥；该签名不算数，请查明来由。",
    en="{signer} signed and is no root key of a party; the line counts for nothing, ask how it came there.",
    fr="{signer} a signé sans être la clé racine d'une partie ; la ligne ne compte pas, demandez d'où elle vient.",
)
AGREEMENT_STEP_MISSING = kind(
    "exchange.agreement_step_missing",
    vi="Thỏa thuận không nói tin của bên kia được cũ đến đâu ở bước {step}; hãy thêm dòng, nếu không bước này luôn phải chờ.",
    zh="协议未规定步骤 {step} 可接受对方信息的最大时龄；请补上，否则该步骤一律等待。",
    en="The agreement does not say how old the partner's word may be for the step {step}; add it, or the step always waits.",
    fr="L'accord ne dit pas de quand peut dater la parole du partenaire pour l'étape {step} ; ajoutez-le, sinon l'étape attend toujours.",
)
AGREEMENT_STEP_UNKNOWN = kind(
    "exchange.agreement_step_unknown",
    vi="Thỏa thuận nêu bước {step} mà phần mềm này không biết; hãy xóa dòng đó hoặc nâng cấp phần mềm.",
    zh="协议列出了本软件不认识的步骤 {step}；请删除该行或升级软件。",
    en="The agreement lists the step {step}, which this software does not know; remove it or upgrade.",
    fr="L'accord cite l'étape {step}, inconnue de ce logiciel ; retirez-la ou mettez le logiciel à jour.",
)
AGREEMENT_BEGINS_LATER = kind(
    "exchange.agreement_begins_later",
    Severity.NOTE,
    vi="Thỏa thuận có hiệu lực từ {instant}; trước lúc đó không gửi gì.",
    zh="协议自 {instant} 起生效；此前不发送任何内容。",
    en="The agreement begins at {instant}; nothing is sent before.",
    fr="L'accord commence le {instant} ; rien n'est envoyé avant.",
)
AGREEMENT_OVER = kind(
    "exchange.agreement_over",
    vi="Thỏa thuận đã hết hiệu lực lúc {instant}; hai bên phải ký bản mới.",
    zh="协议已于 {instant} 失效；双方须签署新版本。",
    en="The agreement ended at {instant}; both sides must sign a new version.",
    fr="L'accord a pris fin le {instant} ; les deux parties doivent en signer un nouveau.",
)
AGREEMENT_NO_END = kind(
    "exchange.agreement_no_end",
    Severity.NOTE,
    vi="Thỏa thuận không có ngày kết thúc; hãy đặt ngày nếu luật của một bên đòi hỏi.",
    zh="协议没有终止日期；如任何一方法律有要求，请设定日期。",
    en="The agreement has no end; set one if the law of a side asks for it.",
    fr="L'accord n'a pas de fin ; fixez-en une si le droit d'une partie l'exige.",
)
AGREEMENT_OUTCOME_MISSING = kind(
    "exchange.agreement_outcome_missing",
    Severity.WARNING,
    vi="Tin {type} cần trả lời trong thời hạn nhưng bên {post} không được gửi outcome/1; hãy cho phép hoặc bỏ thời hạn.",
    zh="报文 {type} 要求限时答复，但 {post} 不得发送 outcome/1；请列入该报文或取消时限。",
    en="The message {type} asks for an answer in time, and {post} may not send outcome/1; list it or drop the deadline.",
    fr="Le message {type} demande une réponse dans un délai et {post} ne peut envoyer outcome/1 ; citez-le ou retirez le délai.",
)
AGREEMENT_RETENTION_LONG = kind(
    "exchange.agreement_retention_long",
    Severity.WARNING,
    vi="Nội dung {type} được giữ {days} ngày, lâu hơn {usual} ngày thường lệ; hãy nêu căn cứ hoặc rút ngắn.",
    zh="{type} 的内容保存 {days} 天，超过通常的 {usual} 天；请说明依据或缩短期限。",
    en="What {type} says is kept for {days} days, longer than the usual {usual}; name the reason or shorten it.",
    fr="Le contenu de {type} est gardé {days} jours, plus que les {usual} habituels ; motivez-le ou réduisez-le.",
)
AGREEMENT_OTHER_PAIR = kind(
    "exchange.agreement_other_pair",
    vi="Thỏa thuận kia là giữa các cửa khẩu khác; chỉ so được hai bản của cùng một cặp.",
    zh="另一份协议属于其他口岸；只能比较同一对口岸的协议。",
    en="The other agreement is between other posts; only agreements of one pair can be compared.",
    fr="L'autre accord lie d'autres postes ; seuls se comparent les accords d'une même paire.",
)
AGREEMENT_VERSION_REUSED = kind(
    "exchange.agreement_version_reused",
    vi="Hai văn bản khác nhau cùng mang tên {agreement} phiên bản {version}; hãy cho bản mới số phiên bản cao hơn.",
    zh="两份不同的文本都称为 {agreement} 第 {version} 版；请给新文本更高的版本号。",
    en="Two different texts are both called {agreement} version {version}; give the newer one a higher version.",
    fr="Deux textes différents s'appellent {agreement} version {version} ; donnez au plus récent une version plus haute.",
)
AGREEMENT_OVERLAP = kind(
    "exchange.agreement_overlap",
    Severity.NOTE,
    vi="Phiên bản {first} và {second} cùng có hiệu lực từ {start} đến {until}; hai bên đổi bản trong khoảng đó.",
    zh="第 {first} 版与第 {second} 版自 {start} 至 {until} 同时有效；双方在此期间换用新版本。",
    en="Versions {first} and {second} are both in force from {start} to {until}; the sides change over in that time.",
    fr="Les versions {first} et {second} valent ensemble du {start} au {until} ; les parties changent durant ce temps.",
)
AGREEMENT_GAP = kind(
    "exchange.agreement_gap",
    Severity.WARNING,
    vi="Từ {start} đến {until} không bản nào có hiệu lực; lúc đó không gửi gì, hãy nối hai khoảng thời gian.",
    zh="自 {start} 至 {until} 没有任何版本有效，其间不发送任何内容；请使两段有效期衔接。",
    en="From {start} to {until} neither version is in force and nothing is sent; let the two periods meet.",
    fr="Du {start} au {until} aucune version ne vaut et rien n'est envoyé ; faites se toucher les deux périodes.",
)
KEY_MALFORMED = kind(
    "exchange.key_malformed",
    vi="Khóa {key} của cửa khẩu {post} không có dạng của loại khóa đó (Ed25519: 64 chữ số thập lục phân); hãy chép lại khóa công khai.",
    zh="口岸 {post} 的密钥 {key} 不符合其类型的格式（Ed25519 为 64 位十六进制）；请重新填写公钥。",
    en="The key {key} of the post {post} does not have the form of its kind (Ed25519: 64 hexadecimal digits); copy the public key again.",
    fr="La clé {key} du poste {post} n'a pas la forme de son type (Ed25519 : 64 chiffres hexadécimaux) ; recopiez la clé publique.",
)
ROOTS_TOO_FEW = kind(
    "exchange.roots_too_few",
    vi="Bên {side} cần {needed} chữ ký gốc nhưng thỏa thuận nêu ít khóa gốc hơn; hãy thêm khóa hoặc giảm số chữ ký.",
    zh="{side} 方需要 {needed} 个根签名，但协议列出的根密钥不足；请增加根密钥或减少所需签名数。",
    en="The side {side} needs {needed} root signatures, but the agreement lists fewer root keys; add keys or lower the number.",
    fr="La partie {side} exige {needed} signatures racines, mais l'accord cite moins de clés racines ; ajoutez-en ou réduisez ce nombre.",
)
KEY_STATEMENT_UNSIGNED = kind(
    "exchange.key_statement_unsigned",
    vi="Tuyên bố về khóa chưa có đủ chữ ký gốc hợp lệ của bên {side}; hãy ký thêm bằng các khóa gốc.",
    zh="该密钥声明没有 {side} 方足够的有效根签名；请用根密钥补签。",
    en="The key statement does not bear enough true root signatures of the side {side}; sign it with more roots.",
    fr="La déclaration de clé ne porte pas assez de signatures racines valables de la partie {side} ; signez-la encore.",
)
KEY_NOT_ANNOUNCED = kind(
    "exchange.key_not_announced",
    vi="Khóa {key} chưa từng được công bố cho {post}; không thể ngừng hoặc thu hồi khóa này.",
    zh="密钥 {key} 从未为 {post} 公布；不能停用或吊销。",
    en="The key {key} was never announced for {post}; it can be neither retired nor revoked.",
    fr="La clé {key} n'a jamais été annoncée pour {post} ; on ne peut ni la retirer ni la révoquer.",
)
KEY_OVERLAP_MISSING = kind(
    "exchange.key_overlap_missing",
    vi="Chưa thể ngừng khóa {key}: đối tác chưa xác nhận điều gì do khóa kế tiếp ký; hãy chờ một lượt gửi và nhận.",
    zh="密钥 {key} 尚不能停用：对方还未确认由后继密钥签署的内容；请等待一次往返。",
    en="The key {key} cannot be retired yet: the partner has confirmed nothing that the next key signed; wait one round trip.",
    fr="La clé {key} ne peut pas encore être retirée : le partenaire n'a rien confirmé de signé par la suivante ; attendez un aller-retour.",
)
SAME_KEY = kind(
    "exchange.same_key",
    vi="Hai khóa {first} và {second} giống nhau; mỗi mục đích của mỗi bên cần một khóa riêng, hãy tạo khóa mới.",
    zh="密钥 {first} 与 {second} 相同；每一方的每种用途都须有独立密钥，请重新生成。",
    en="The keys {first} and {second} are the same; each use on each side needs a key of its own, make a new one.",
    fr="Les clés {first} et {second} sont identiques ; chaque usage de chaque partie exige sa propre clé, créez-en une.",
)
STALENESS_ORDER = kind(
    "exchange.staleness_order",
    vi="Các mức của bước {step} phải xếp theo tuổi tăng dần; hãy sắp xếp lại.",
    zh="步骤 {step} 的各档必须按时长递增排列；请重新排序。",
    en="The tolerances of the step {step} must rise in age; put them in order.",
    fr="Les tolérances de l'étape {step} doivent croître en âge ; remettez-les en ordre.",
)
UNSUPPORTED_TYPE = kind(
    "exchange.unsupported_type",
    vi="Tin {type} không có trong thỏa thuận hoặc không đọc được ở đây; nội dung không được giữ. Hãy bổ sung thỏa thuận hoặc nâng cấp.",
    zh="报文 {type} 不在协议内，或本方无法读取；其内容未被保存。请补充协议或升级软件。",
    en="The message {type} is not in the agreement, or not read here; its content was not kept. Extend the agreement or upgrade.",
    fr="Le message {type} n'est pas dans l'accord, ou n'est pas lu ici ; son contenu n'a pas été gardé. Complétez l'accord ou mettez à jour.",
)
SECTION_UNFIT = kind(
    "exchange.section_unfit",
    vi="Phần {section} không đúng dạng của loại tin: {why}. Tin được lưu nhưng không có tác dụng; hãy gửi lại tin đã sửa.",
    zh="部分 {section} 不符合该报文类型的格式：{why}。报文已保存但不起作用；请发送更正后的报文。",
    en="The section {section} is not of the shape of its type: {why}. The message is kept without effect; send a corrected one.",
    fr="La section {section} n'a pas la forme de son type : {why}. Le message est gardé sans effet ; envoyez-en un corrigé.",
)
ID_REUSED = kind(
    "exchange.id_reused",
    vi="Đối tác dùng lại mã {id} cho nội dung khác; tin bị cách ly. Hãy hỏi đối tác bản nào đúng.",
    zh="对方将编号 {id} 用于不同内容；该报文已隔离。请向对方核实哪一份正确。",
    en="The partner used the id {id} again for other content; it is quarantined. Ask the partner which one holds.",
    fr="Le partenaire a réutilisé l'identifiant {id} pour un autre contenu ; mis en quarantaine. Demandez lequel vaut.",
)
LOG_DAMAGED = kind(
    "exchange.log_damaged",
    vi="Mục {index} của nhật ký {log} không khớp với giá trị băm; hãy khôi phục từ bản sao của đối tác.",
    zh="日志 {log} 的第 {index} 条与其散列值不符；请从对方的副本恢复。",
    en="Entry {index} of the log {log} does not match its hash; restore it from the partner's mirror.",
    fr="L'entrée {index} du journal {log} ne correspond pas à son empreinte ; restaurez-la depuis le miroir du partenaire.",
)
RECEIPT_FALSE = kind(
    "exchange.receipt_false",
    vi="Biên nhận đã lưu cho nhật ký {log} không xác minh được ở cỡ {size}; hãy giữ lại làm chứng cứ và báo đối tác.",
    zh="日志 {log} 在大小 {size} 处保存的回执无法验证；请留作证据并通知对方。",
    en="The stored receipt for the log {log} does not verify at size {size}; keep it as evidence and tell the partner.",
    fr="Le reçu gardé pour le journal {log} ne se vérifie pas à la taille {size} ; gardez-le et avisez le partenaire.",
)
CHECKPOINT_FALSE = kind(
    "exchange.checkpoint_false",
    vi="Điểm kiểm của đối tác cho nhật ký {log} không khớp bản sao ở cỡ {size}; hãy giữ lại làm chứng cứ.",
    zh="对方日志 {log} 的检查点与大小 {size} 处的副本不符；请留作证据。",
    en="The partner's checkpoint for the log {log} does not fit the mirror at size {size}; keep it as evidence.",
    fr="Le point de contrôle du partenaire pour {log} ne correspond pas au miroir à la taille {size} ; gardez-le.",
)
FENCE_FALSE = kind(
    "exchange.fence_false",
    vi="Nhật ký {log} không tiếp nối đúng chỗ mà hàng rào của nó nêu; hãy giữ lại làm chứng cứ và khôi phục từ bản sao lưu.",
    zh="日志 {log} 未从其封界所述的位置接续；请留作证据并从备份恢复。",
    en="The log {log} does not go on from the place that its fence names; keep it as evidence and restore it from a backup.",
    fr="Le journal {log} ne reprend pas à l'endroit que nomme sa barrière ; gardez-le comme preuve et restaurez une sauvegarde.",
)
STATE_FALSE = kind(
    "exchange.state_false",
    vi="Trạng thái đã lưu {name} không khớp với các dòng của nhật ký; hãy khôi phục từ bản sao lưu.",
    zh="保存的状态 {name} 与日志各行不符；请从备份恢复。",
    en="What is kept under {name} does not follow from the rows of the logs; restore it from a backup.",
    fr="Ce qui est gardé sous {name} ne découle pas des lignes des journaux ; restaurez une sauvegarde.",
)
MARK_FALSE = kind(
    "exchange.mark_false",
    vi="Dấu {name} nêu cỡ {size} của kỳ {epoch}, nhật ký không có chỗ đó: sổ đã bị thay bằng bản cũ hoặc dấu bị sửa. Hãy để trao đổi tự khôi phục.",
    zh="标记 {name} 记为第 {epoch} 期大小 {size}，日志并非如此：账本被换成旧备份，或标记被改动。请让交换自行恢复。",
    en="The mark {name} says size {size} of epoch {epoch}, which the log has not: the ledger was put back, or the mark changed. Let the exchange recover.",
    fr="La marque {name} dit taille {size} de l'époque {epoch}, que le journal n'a pas : registre remis en arrière ou marque modifiée. Laissez l'échange se rétablir.",
)
LANE_FROZEN = kind(
    "exchange.lane_frozen",
    Severity.WARNING,
    vi="Kênh {lane} bị đóng băng vì {reason}; chỉ con người mới mở lại được.",
    zh="通道 {lane} 因 {reason} 已冻结；只能由人工解冻。",
    en="The lane {lane} is frozen because of {reason}; only people unfreeze it.",
    fr="La voie {lane} est gelée pour {reason} ; seules des personnes la dégèlent.",
)

# --- what a verifier finds: an error refutes, a warning leaves open, a note changes nothing -----------

NOTE_MALFORMED = kind(
    "evidence.note_malformed",
    vi="Bản ghi có chữ ký không đọc được; hãy lấy lại tệp từ nơi gửi.",
    zh="带签名的文本无法读取；请重新取得该文件。",
    en="The signed note cannot be read; obtain the file again.",
    fr="La note signée est illisible ; procurez-vous le fichier à nouveau.",
)
SIGNATURE_FALSE = kind(
    "evidence.signature_false",
    vi="Chữ ký mang tên {signer} là giả; nội dung đã bị sửa hoặc người khác đã ký.",
    zh="以 {signer} 名义的签名不真实；内容被改动或由他人签署。",
    en="A signature in the name of {signer} is false: the text was changed, or somebody else signed.",
    fr="Une signature au nom de {signer} est fausse : le texte a été modifié, ou un autre a signé.",
)
AGREEMENT_CHANGED = kind(
    "evidence.agreement_changed",
    vi="Thỏa thuận không phải là văn bản mà các khóa gốc đã ký.",
    zh="该协议不是根密钥所签署的文本。",
    en="The agreement is not the one that the note under it names.",
    fr="L'accord n'est pas celui que nomme la note qui le suit.",
)
CHECKPOINT_OF_OTHER_LOG = kind(
    "evidence.checkpoint_of_other_log",
    vi="Điểm kiểm tra thuộc về nhật ký khác với {log}.",
    zh="该检查点属于 {log} 以外的日志。",
    en="The checkpoint is of another log than {log}.",
    fr="Le point de contrôle est celui d'un autre journal que {log}.",
)
ROOT_FALSE = kind(
    "evidence.root_false",
    vi="Các mục được nêu không cho ra gốc đã ký của {log} ở kích thước {size}: có mục bị sửa, thêm hoặc dời chỗ.",
    zh="所列条目得不到 {log} 在大小 {size} 处已签署的根：有条目被改动、添加或移位。",
    en="The entries shown do not give the root signed for {log} at size {size}: one was changed, added or moved.",
    fr="Les entrées montrées ne donnent pas la racine signée de {log} à la taille {size} : l'une a été modifiée, ajoutée ou déplacée.",
)
TWO_HISTORIES = kind(
    "evidence.two_histories",
    vi="Khóa của {log} đã ký ở kích thước {size} một gốc không thuộc lịch sử này: hai lịch sử đã được ký.",
    zh="{log} 的密钥在大小 {size} 处签署了不属于此历史的根：签署了两段历史。",
    en="The key of {log} signed at size {size} a root that is not of this history: two histories were signed.",
    fr="La clé de {log} a signé à la taille {size} une racine étrangère à cette histoire : deux histoires ont été signées.",
)
TREE_MALFORMED = kind(
    "evidence.tree_malformed",
    vi="Cây rút gọn của {log} thiếu hoặc thừa giá trị băm, hoặc có mục nằm ngoài cây.",
    zh="{log} 的剪枝树缺少或多出散列值，或有条目在树外。",
    en="The pruned tree of {log} has hashes too few or too many, or an entry lies beyond it.",
    fr="L'arbre élagué de {log} a trop ou trop peu d'empreintes, ou une entrée est au-delà.",
)
SECTION_FALSE = kind(
    "evidence.section_false",
    vi="Phần {section} không khớp với giá trị băm trong phần đầu: nội dung đã bị sửa.",
    zh="部分 {section} 与报头中的散列值不符：内容被改动。",
    en="The section {section} does not fit its digest in the header: it was changed.",
    fr="La section {section} ne correspond pas à son empreinte dans l'en-tête : elle a été modifiée.",
)
NOT_AS_AGREED = kind(
    "evidence.not_as_agreed",
    vi="Thỏa thuận không cho phép {post} gửi {type} như thế này: loại tin, kênh hoặc các phần khác với thỏa thuận.",
    zh="协议不允许 {post} 这样发送 {type}：报文类型、通道或部分与协议不同。",
    en="The agreement does not let {post} send {type} like this: type, lane or sections are others.",
    fr="L'accord ne permet pas à {post} d'envoyer {type} ainsi : le type, la voie ou les sections diffèrent.",
)
HEARD_FALSE = kind(
    "evidence.heard_false",
    vi="Mục này nêu một gốc của {log} ở kích thước {size} mà nhật ký đó chưa từng có.",
    zh="该条目所称 {log} 在大小 {size} 处的根，该日志从未有过。",
    en="The entry names a root of {log} at size {size} that this log never had.",
    fr="L'entrée nomme une racine de {log} à la taille {size} que ce journal n'a jamais eue.",
)
REFERENCE_FALSE = kind(
    "evidence.reference_false",
    vi="Mục này trả lời mục {index} của {log} nhưng nêu một lá khác.",
    zh="该条目答复 {log} 的第 {index} 条，却指明了另一叶。",
    en="The entry answers entry {index} of {log} but names another leaf.",
    fr="L'entrée répond à l'entrée {index} de {log} mais nomme une autre feuille.",
)
SAME_ID = kind(
    "evidence.same_id",
    vi="Tin {id} đã được ghi hai lần với nội dung khác nhau.",
    zh="报文 {id} 以不同内容记录了两次。",
    en="The message {id} was written twice with different content.",
    fr="Le message {id} a été écrit deux fois avec un contenu différent.",
)
PAYLOAD_FALSE = kind(
    "evidence.payload_false",
    vi="Nội dung của mục {position} trong sổ cái không khớp với giá trị băm của nó: đã bị sửa.",
    zh="账本第 {position} 条的内容与其散列值不符：被改动。",
    en="The payload of ledger entry {position} does not fit its digest: it was changed.",
    fr="Le contenu de l'entrée {position} du registre ne correspond pas à son empreinte : il a été modifié.",
)
NOTHING_SHOWN = kind(
    "evidence.nothing_shown",
    Severity.WARNING,
    vi="Tệp không nêu mục nào nên không chứng minh điều gì.",
    zh="文件未列出任何条目，因此未证明任何事项。",
    en="The file shows no entry, so it proves nothing.",
    fr="Le fichier ne montre aucune entrée ; il ne prouve donc rien.",
)
HEADER_UNREADABLE = kind(
    "evidence.header_unreadable",
    Severity.WARNING,
    vi="Phần đầu của mục có dạng mà phiên bản này không đọc được; hãy dùng bản mới hơn.",
    zh="条目报头的形式本版本无法读取；请使用更新的版本。",
    en="The header of the entry has a form that this version does not read; use a newer one.",
    fr="L'en-tête de l'entrée a une forme que cette version ne lit pas ; utilisez-en une plus récente.",
)
AGREEMENT_UNREADABLE = kind(
    "evidence.agreement_unreadable",
    Severity.WARNING,
    vi="Thỏa thuận có dạng mà phiên bản này không đọc được; hãy dùng bản mới hơn.",
    zh="协议的形式本版本无法读取；请使用更新的版本。",
    en="The agreement has a form that this version does not read; use a newer one.",
    fr="L'accord a une forme que cette version ne lit pas ; utilisez-en une plus récente.",
)
AGREEMENT_ABSENT = kind(
    "evidence.agreement_absent",
    Severity.WARNING,
    vi="Tệp không có thỏa thuận mà mục này viện dẫn.",
    zh="文件中没有此处所引用的协议。",
    en="The agreement that this rests on is not in the file.",
    fr="L'accord sur lequel ceci repose n'est pas dans le fichier.",
)
AGREEMENT_NOT_WANTED = kind(
    "evidence.agreement_not_wanted",
    Severity.WARNING,
    vi="Chính sách kiểm tra không nêu thỏa thuận {agreement} phiên bản {version}.",
    zh="核验策略未列出协议 {agreement} 第 {version} 版。",
    en="The policy does not name the agreement {agreement} version {version}.",
    fr="La politique ne nomme pas l'accord {agreement}, version {version}.",
)
AGREEMENT_OUT_OF_FORCE = kind(
    "evidence.agreement_out_of_force",
    Severity.WARNING,
    vi="Vào thời điểm mà mục này nêu, thỏa thuận {agreement} phiên bản {version} không có hiệu lực.",
    zh="在该条目所述时间，协议 {agreement} 第 {version} 版不在有效期内。",
    en="At the time that the entry states, the agreement {agreement} version {version} was not in force.",
    fr="Au moment indiqué par l'entrée, l'accord {agreement}, version {version}, n'était pas en vigueur.",
)
ROOT_NOT_TRUSTED = kind(
    "evidence.root_not_trusted",
    Severity.WARNING,
    vi="Chính sách kiểm tra không tin khóa gốc {fingerprint} của bên {side}; hãy so dấu vân với bên đó.",
    zh="核验策略不信任 {side} 方的根密钥 {fingerprint}；请与该方核对指纹。",
    en="The policy does not trust the root key {fingerprint} of {side}; compare the fingerprint with that side.",
    fr="La politique ne fait pas confiance à la clé racine {fingerprint} de {side} ; comparez l'empreinte avec cette partie.",
)
ROOT_NOT_SIGNED = kind(
    "evidence.root_not_signed",
    Severity.WARNING,
    vi="Khóa gốc {fingerprint} của bên {side} chưa ký thỏa thuận này.",
    zh="{side} 方的根密钥 {fingerprint} 未签署该协议。",
    en="The root key {fingerprint} of {side} has not signed the agreement.",
    fr="La clé racine {fingerprint} de {side} n'a pas signé l'accord.",
)
CHECKPOINT_NOT_SIGNED = kind(
    "evidence.checkpoint_not_signed",
    Severity.WARNING,
    vi="Khóa của {log} chưa ký điểm kiểm tra này nên nó không có giá trị.",
    zh="{log} 的密钥未签署该检查点，故不作数。",
    en="The key of {log} has not signed the checkpoint, so it counts for nothing.",
    fr="La clé de {log} n'a pas signé le point de contrôle ; il ne compte donc pas.",
)
RECEIPT_ABSENT = kind(
    "evidence.receipt_absent",
    Severity.WARNING,
    vi="Thiếu biên nhận của đối tác cho mục này.",
    zh="缺少对方对该条目的回执。",
    en="The partner's receipt over the entry is missing.",
    fr="Il manque le reçu du partenaire pour l'entrée.",
)
RECEIPT_LATE = kind(
    "evidence.receipt_late",
    Severity.WARNING,
    vi="Biên nhận đến {late_s} giây sau thời điểm tác giả nêu; chính sách cho phép {within_s} giây.",
    zh="回执晚于作者所述时间 {late_s} 秒；策略允许 {within_s} 秒。",
    en="The receipt came {late_s} s after the time that the author states; the policy allows {within_s} s.",
    fr="Le reçu est venu {late_s} s après le moment indiqué par l'auteur ; la politique en permet {within_s}.",
)
OUTCOME_ABSENT = kind(
    "evidence.outcome_absent",
    Severity.WARNING,
    vi="Tệp không có câu trả lời của đối tác cho mục này.",
    zh="文件中没有对方对该条目的答复。",
    en="The file holds no answer of the partner to the entry.",
    fr="Le fichier ne contient pas de réponse du partenaire à l'entrée.",
)
SECTION_WITHHELD = kind(
    "evidence.section_withheld",
    Severity.WARNING,
    vi="Phần {section} không được công khai mà chính sách lại yêu cầu.",
    zh="部分 {section} 未披露，而策略要求披露。",
    en="The section {section} is not disclosed, and the policy asks for it.",
    fr="La section {section} n'est pas divulguée, et la politique la demande.",
)
CLOCK_OFF = kind(
    "evidence.clock_off",
    Severity.NOTE,
    vi="Thời điểm tác giả nêu lệch {off_s} giây ra ngoài khoảng mà các biên nhận chứng minh.",
    zh="作者所述时间超出回执所证明的区间 {off_s} 秒。",
    en="The time that the author states lies {off_s} s outside of what the receipts prove.",
    fr="Le moment indiqué par l'auteur sort de {off_s} s de ce que prouvent les reçus.",
)
ROOTS_TOO_FEW_FOR_POLICY = kind(
    "evidence.roots_too_few",
    Severity.WARNING,
    vi="Chỉ có {signed} khóa gốc của bên {side} đã ký; chính sách yêu cầu nhiều hơn.",
    zh="{side} 方只有 {signed} 把根密钥签署；策略要求更多。",
    en="Only {signed} roots of {side} signed; the policy asks for more.",
    fr="Seules {signed} racines de {side} ont signé ; la politique en demande davantage.",
)
KEY_NOT_IN_FORCE = kind(
    "evidence.key_not_in_force",
    vi="Khóa của {signer} ở kích thước này có trạng thái {state}, nên chữ ký không có giá trị.",
    zh="{signer} 的密钥在此大小处的状态为 {state}，其签名不作数。",
    en="The key of {signer} is {state} at this size, so its signature does not count.",
    fr="La clé de {signer} est {state} à cette taille ; sa signature ne compte donc pas.",
)
SIGNATURE_UNCHECKED = kind(
    "evidence.signature_unchecked",
    Severity.WARNING,
    vi="Chữ ký của {signer} thuộc loại mà chương trình này không kiểm tra được; hãy dùng chương trình có thư viện cho loại đó.",
    zh="{signer} 的签名属于本程序无法核验的种类；请使用装有相应程序库的程序。",
    en="The signature of {signer} is of a kind that this program cannot check; use one with the library for it.",
    fr="La signature de {signer} est d'un genre que ce programme ne sait pas vérifier ; utilisez-en un qui en a la bibliothèque.",
)
BODY_UNREADABLE = kind(
    "evidence.body_unreadable",
    vi="Phần thân của mục không đọc được, nên bên nhận sẽ từ chối cả lô.",
    zh="条目正文无法读取，接收方会拒收整批。",
    en="The body of the entry cannot be read; a reader would refuse the whole batch.",
    fr="Le corps de l'entrée est illisible ; un lecteur refuserait tout le lot.",
)
NEEDS_PART = kind(
    "exchange.needs_part",
    vi="Kênh {lane}: phần này bắt đầu từ mục {start}, ở đây mới có {held}; hãy nhập phần {part} trước rồi nhập lại phần này.",
    zh="通道 {lane}：本部分始于第 {start} 条，本处仅有 {held} 条；请先导入第 {part} 部分，再重新导入本部分。",
    en="Lane {lane}: this part begins at entry {start} and {held} are held here; import part {part} first, then this one again.",
    fr="Voie {lane} : cette partie commence à l'entrée {start} et {held} sont détenues ici ; importez d'abord la partie {part}, puis de nouveau celle-ci.",
)
NEEDS_EARLIER = kind(
    "exchange.needs_earlier",
    vi="Kênh {lane}: gói bắt đầu từ mục {start}, ở đây mới có {held}; hãy xin đối tác gói bắt đầu từ mục {held}.",
    zh="通道 {lane}：文件包始于第 {start} 条，本处仅有 {held} 条；请对方从第 {held} 条起重新导出。",
    en="Lane {lane}: the bundle begins at entry {start} and {held} are held here; ask the partner for one from entry {held} on.",
    fr="Voie {lane} : le lot commence à l'entrée {start} et {held} sont détenues ici ; demandez au partenaire un lot à partir de l'entrée {held}.",
)
MORE_PARTS = kind(
    "exchange.more_parts",
    Severity.NOTE,
    vi="Đây là phần {part}; còn các phần tiếp theo.",
    zh="这是第 {part} 部分；后面还有其他部分。",
    en="This is part {part}; more parts follow.",
    fr="Ceci est la partie {part} ; d'autres suivent.",
)
LANE_NOT_TAKEN = kind(
    "exchange.lane_not_taken",
    vi="Kênh {lane} của gói không được tiếp nhận: {outcome} ({why}).",
    zh="文件包的通道 {lane} 未被接收：{outcome}（{why}）。",
    en="The bundle's lane {lane} was not taken in: {outcome} ({why}).",
    fr="La voie {lane} du lot n'a pas été prise : {outcome} ({why}).",
)
RECEIPT_NOT_TAKEN = kind(
    "exchange.receipt_not_taken",
    vi="Biên nhận của đối tác trong kênh {lane} không đúng và không được tính: {why}.",
    zh="对方在通道 {lane} 的回执无效，不予计入：{why}。",
    en="The partner's receipt in the lane {lane} does not verify and does not count: {why}.",
    fr="Le reçu du partenaire dans la voie {lane} ne se vérifie pas et ne compte pas : {why}.",
)
ANSWER_AWAITED = kind(
    "exchange.answer_awaited",
    Severity.NOTE,
    vi="Kênh {lane} của đối tác đang khôi phục và chờ trả lời: hãy đưa người chuyển thư gói tiếp theo của cửa khẩu này.",
    zh="对方通道 {lane} 正在恢复并等待答复：请让信使带回本口岸的下一个文件包。",
    en="The partner's lane {lane} recovers and waits for an answer: give the courier the next bundle of this post.",
    fr="La voie {lane} du partenaire se rétablit et attend une réponse : remettez au courrier le prochain lot de ce poste.",
)
LANE_NOT_CARRIED = kind(
    "exchange.lane_not_carried",
    Severity.WARNING,
    vi="Kênh {lane} không được đưa vào gói: kênh bị đóng băng, cửa khẩu đang khôi phục, hoặc thỏa thuận hay đồng hồ không cho phép ký.",
    zh="通道 {lane} 未写入文件包：通道已冻结、口岸正在恢复，或协议或时钟不允许签署。",
    en="Nothing of the lane {lane} was put into the bundle: it is frozen, the post recovers, or agreement or clock do not let it sign.",
    fr="Rien de la voie {lane} n'a été mis dans le lot : elle est gelée, le poste se rétablit, ou l'accord ou l'horloge ne permet pas de signer.",
)
PAPER_CONTRADICTS = kind(
    "exchange.paper_contradicts",
    vi="Giấy này và nhật ký của đối tác không thể cùng đúng; cả hai được giữ làm bằng chứng và kênh {lane} bị đóng băng.",
    zh="该纸质凭证与对方日志不能同时为真；两者均作为证据保存，通道 {lane} 已冻结。",
    en="This paper and the partner's log cannot both be true; both are kept as evidence, and the lane {lane} is frozen.",
    fr="Ce papier et le journal du partenaire ne peuvent être vrais tous deux ; les deux sont gardés en preuve et la voie {lane} est gelée.",
)
