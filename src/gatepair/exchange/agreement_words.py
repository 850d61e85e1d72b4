"""The words in which an agreement and its changes are read, in the four languages.

The canonical bytes are what is signed; these words only help people to read them.
"""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Language, Words, words_of

WORDS: Final[Words] = words_of(
    ("title", "Agreement on the exchange of messages between two posts", "Thỏa thuận trao đổi thông tin giữa hai cửa khẩu", "两口岸信息交换协议", "Accord sur l'échange de messages entre deux postes"),
    ("subtitle", "{id}, version {version}", "{id}, phiên bản {version}", "{id}，第 {version} 版", "{id}, version {version}"),
    ("what_is_signed", "What is signed is the file with the SHA-256 below; this page says the same in words.", "Văn bản được ký là tệp có giá trị SHA-256 dưới đây; trang này diễn đạt cùng nội dung bằng lời.", "所签署的是具有下列 SHA-256 值的文件；本页以文字表述同样内容。", "Ce qui est signé est le fichier dont voici le SHA-256 ; cette page dit la même chose en mots."),
    ("hash", "SHA-256", "SHA-256", "SHA-256", "SHA-256"),
    ("parties", "1. The parties", "1. Các bên", "一、缔约方", "1. Les parties"),
    ("side", "side", "bên", "一方", "côté"),
    ("post", "post", "cửa khẩu", "口岸", "poste"),
    ("root", "root key: signs this agreement", "khóa gốc: ký thỏa thuận này", "根密钥：签署本协议", "clé racine : signe cet accord"),
    ("log", "log key: signs what the post says", "khóa nhật ký: ký những gì cửa khẩu gửi", "日志密钥：签署口岸所发内容", "clé de journal : signe ce que dit le poste"),
    ("mirror", "mirror key: signs receipts", "khóa bản sao: ký biên nhận", "副本密钥：签署回执", "clé de miroir : signe les reçus"),
    ("no_key", "none", "không có", "无", "aucune"),
    ("further_key", "{post} has a further key ({use}): {mark}", "{post} có thêm một khóa ({use}): {mark}", "{post} 另有密钥（{use}）：{mark}", "{post} a une clé de plus ({use}) : {mark}"),
    ("roots_needed", "{post}: {needed} of {count} root keys must sign.", "{post}: cần chữ ký của {needed} trong {count} khóa gốc.", "{post}：{count} 把根密钥中须有 {needed} 把签署。", "{post} : {needed} clés racines sur {count} doivent signer."),
    ("pinned", "{post} is met under the certificate with the pin {pin}.", "{post} dùng chứng chỉ có dấu ghim {pin}.", "{post} 使用指纹为 {pin} 的证书。", "{post} se présente sous le certificat d'empreinte {pin}."),
    ("fingerprints", "Each key is shown by its fingerprint: the first 16 bytes of the SHA-256 of the public key.", "Mỗi khóa được nêu bằng dấu vân: 16 byte đầu của SHA-256 của khóa công khai.", "每把密钥以指纹表示：公钥 SHA-256 的前 16 个字节。", "Chaque clé est donnée par son empreinte : les 16 premiers octets du SHA-256 de la clé publique."),
    ("mode", "2. What each side does with the other's word", "2. Mỗi bên làm gì với tin của bên kia", "二、各方如何对待对方的信息", "2. Ce que chaque partie fait de la parole de l'autre"),
    ("mode.alone", "There is no partner: nothing is sent and no acceptance is awaited.", "Không có đối tác: không gửi gì và không chờ chấp nhận.", "没有对方：不发送任何内容，也不等待接受。", "Il n'y a pas de partenaire : rien n'est envoyé, aucune acceptation n'est attendue."),
    ("mode.mirrored", "Each side keeps what the other sends and gives a receipt; neither waits for the other's acceptance.", "Mỗi bên lưu giữ tin của bên kia và cấp biên nhận; không bên nào chờ bên kia chấp nhận.", "各方保存对方所发内容并出具回执；任何一方都不等待对方接受。", "Chaque partie garde ce que l'autre envoie et en donne reçu ; aucune n'attend l'acceptation de l'autre."),
    ("mode.paired", "Each side keeps what the other sends, gives a receipt, and acts on it.", "Mỗi bên lưu giữ tin của bên kia, cấp biên nhận và hành động theo đó.", "各方保存对方所发内容，出具回执，并据此行动。", "Chaque partie garde ce que l'autre envoie, en donne reçu et agit en conséquence."),
    ("sent", "{number}. What {sender} tells {receiver}", "{number}. Những gì {sender} báo cho {receiver}", "{number}、{sender} 向 {receiver} 通报的内容", "{number}. Ce que {sender} dit à {receiver}"),
    ("only_listed", "{receiver} sees these parts and no others; what is not listed does not leave {sender}.", "{receiver} chỉ thấy các phần này; những gì không nêu thì không rời {sender}.", "{receiver} 只能看到这些部分；未列出的内容不离开 {sender}。", "{receiver} voit ces parties et aucune autre ; ce qui n'est pas cité ne quitte pas {sender}."),
    ("nothing_sent", "{sender} tells {receiver} nothing.", "{sender} không báo gì cho {receiver}.", "{sender} 不向 {receiver} 通报任何内容。", "{sender} ne dit rien à {receiver}."),
    ("message", "message", "tin", "报文", "message"),
    ("purpose", "purpose", "mục đích", "目的", "finalité"),
    ("sections", "parts", "các phần", "部分", "parties du contenu"),
    ("no_sections", "none: the message alone", "không có: chỉ riêng tin", "无：仅报文本身", "aucune : le message seul"),
    ("lane", "lane", "kênh", "通道", "voie"),
    ("kept", "content kept", "lưu nội dung", "内容保存", "contenu gardé"),
    ("answer", "answer within", "trả lời trong", "答复时限", "réponse sous"),
    ("no_answer", "none asked for", "không yêu cầu", "不要求", "aucune demandée"),
    ("as_written", "(as written in the agreement)", "(nguyên văn trong thỏa thuận)", "（协议原文）", "(texte de l'accord)"),
    ("lane.urgent", "urgent", "khẩn", "紧急", "urgente"),
    ("lane.normal", "normal", "thường", "普通", "normale"),
    ("lane.bulk", "bulk", "khối lượng lớn", "批量", "en masse"),
    ("stale", "{number}. How old the other's word may be", "{number}. Tin của bên kia được cũ đến đâu", "{number}、对方信息可有多旧", "{number}. De quand peut dater la parole de l'autre"),
    ("stale_note", "When the partner has been silent for longer than the last row of a step allows, the step waits.", "Khi đối tác im lặng lâu hơn dòng cuối của một bước cho phép, bước đó phải chờ.", "对方静默超过某步骤最后一行所允许的时间时，该步骤等待。", "Quand le partenaire se tait plus longtemps que ne le permet la dernière ligne d'une étape, l'étape attend."),
    ("step", "step", "bước", "步骤", "étape"),
    ("word_age", "age of the word", "tuổi của tin", "信息时龄", "âge de la parole"),
    ("then", "then", "khi đó", "则", "alors"),
    ("up_to", "up to {age}", "đến {age}", "{age}以内", "jusqu'à {age}"),
    ("any_age", "any age", "bất kỳ", "不限", "tout âge"),
    ("older", "older", "cũ hơn", "更旧", "au-delà"),
    ("waits", "it waits", "phải chờ", "等待", "elle attend"),
    ("officer", "an officer confirms by name", "cán bộ xác nhận đích danh", "由官员具名确认", "un agent confirme en son nom"),
    ("step.accept_pre_arrival", "accepting a declaration before arrival", "tiếp nhận khai báo trước khi đến", "受理抵达前申报", "accepter une déclaration avant l'arrivée"),
    ("step.entry_decision", "deciding on entry", "quyết định cho nhập", "作出入境决定", "décider de l'entrée"),
    ("step.release_for_exit", "letting a vehicle leave over the line", "cho phương tiện qua biên giới", "放行车辆过境", "laisser un véhicule franchir la ligne"),
    ("step.seal_transfer", "handing over seals", "bàn giao niêm phong", "移交封志", "transférer les scellés"),
    ("clause.fresh", "as usual, on a fresh word", "như thường lệ, theo tin mới", "照常，依据最新信息", "comme d'habitude, sur une parole fraîche"),
    ("clause.last_known", "on what was last known, marked with its age", "theo điều biết sau cùng, ghi rõ tuổi tin", "依据最后所知，并注明时龄", "sur le dernier état connu, marqué de son âge"),
    ("clause.officer_confirmed", "on what was last known", "theo điều biết sau cùng", "依据最后所知", "sur le dernier état connu"),
    ("clause.own_rules", "by the post's own rules", "theo quy định của chính cửa khẩu", "按本口岸自身规则", "selon les règles propres du poste"),
    ("clause.raised_risk", "at raised risk", "với mức rủi ro nâng cao", "按提高的风险等级", "à risque relevé"),
    ("validity", "{number}. From when to when", "{number}. Thời hạn hiệu lực", "{number}、有效期", "{number}. De quand à quand"),
    ("from", "from", "từ", "自", "du"),
    ("until", "until, not included", "đến, không tính thời điểm này", "至（不含）", "jusqu'au, non compris"),
    ("no_end", "no end is stated", "không nêu thời điểm kết thúc", "未规定终止时间", "aucune fin n'est fixée"),
    ("overlap", "what was written under the version before still counts for", "những gì viết theo bản trước còn có giá trị trong", "依前一版所写内容继续有效的时间", "ce qui fut écrit sous la version précédente compte encore pendant"),
    ("begin_of_time", "from its signature", "từ khi ký", "自签署起", "dès sa signature"),
    ("instant", "instant", "thời điểm", "时间", "instant"),
    ("signatures", "{number}. Signatures", "{number}. Chữ ký", "{number}、签署", "{number}. Signatures"),
    ("both_sign", "Both root keys sign the same bytes; the agreement binds when both signatures verify.", "Hai khóa gốc ký cùng một chuỗi byte; thỏa thuận ràng buộc khi cả hai chữ ký đúng.", "双方根密钥签署同样的字节；两个签名均验证有效时，协议具有约束力。", "Les deux clés racines signent les mêmes octets ; l'accord lie quand les deux signatures se vérifient."),
    ("alone_signs", "The root key of the one post signs.", "Khóa gốc của cửa khẩu duy nhất ký.", "由唯一口岸的根密钥签署。", "La clé racine du seul poste signe."),
    ("signature", "signature of the root key", "chữ ký của khóa gốc", "根密钥签名", "signature de la clé racine"),
    ("signed", "verified", "đã xác minh", "已验证", "vérifiée"),
    ("not_signed", "missing", "chưa có", "缺", "absente"),
    ("by_hand", "name, office, date, signature", "họ tên, chức vụ, ngày, chữ ký", "姓名、职务、日期、签字", "nom, fonction, date, signature"),
    ("days", "{count} days", "{count} ngày", "{count} 天", "{count} jours"),
    ("hours", "{count} h", "{count} giờ", "{count} 小时", "{count} h"),
    ("minutes", "{count} min", "{count} phút", "{count} 分钟", "{count} min"),
    ("seconds", "{count} s", "{count} giây", "{count} 秒", "{count} s"),
    ("both", "both", "hai bên", "双方", "les deux"),
    ("comma", ", ", ", ", "、", ", "),
    ("colon", ": ", ": ", "：", " : "),
)  # fmt: skip
"""Headings, sentences and small words."""

SECTIONS: Final[Words] = words_of(
    ("binding", "vehicle and containers", "phương tiện và công-ten-nơ", "车辆和集装箱", "véhicule et conteneurs"),
    ("correction", "the corrected field", "trường được sửa", "更正的字段", "le champ corrigé"),
    ("departure", "departure", "khởi hành", "驶离", "départ"),
    ("dispute", "reason of the dispute", "lý do tranh chấp", "异议理由", "motif du litige"),
    ("documents", "documents", "chứng từ", "单证", "documents"),
    ("driver", "driver (a person)", "lái xe (cá nhân)", "驾驶员（个人）", "conducteur (une personne)"),
    ("goods", "goods", "hàng hóa", "货物", "marchandises"),
    ("handover", "handover", "bàn giao", "交接", "remise"),
    ("outcome", "verdict and codes", "kết quả và mã", "结论和代码", "verdict et codes"),
    ("parties", "firms", "doanh nghiệp", "企业", "entreprises"),
    ("quota", "vehicles an hour", "số xe mỗi giờ", "每小时车辆数", "véhicules par heure"),
    ("reason", "reason", "lý do", "理由", "motif"),
    ("reasons", "reasons", "các lý do", "各项理由", "motifs"),
    ("refusal", "refusal", "từ chối", "拒绝", "refus"),
    ("route", "route and lane", "tuyến và làn", "线路和车道", "itinéraire et file"),
    ("seals", "seals", "niêm phong", "封志", "scellés"),
    ("stop", "the stop", "việc dừng", "停行", "l'arrêt"),
    ("alert", "the alert", "cảnh báo", "警报", "l'alerte"),
    ("answer", "answer on a certificate", "trả lời về chứng nhận", "证书核查答复", "réponse sur un certificat"),
    ("attachments", "list of files", "danh mục tệp", "文件清单", "liste des fichiers"),
    ("capacity", "room for vehicles", "chỗ cho phương tiện", "可容纳车辆数", "place pour les véhicules"),
    ("condition", "state of the road or post", "tình trạng tuyến hoặc cửa khẩu", "线路或口岸状态", "état de l'itinéraire ou du poste"),
    ("discrepancy", "what was found", "điều phát hiện", "查获情况", "ce qui a été constaté"),
    ("hold", "the hold and its reasons", "việc tạm giữ và lý do", "暂扣及理由", "la retenue et ses motifs"),
    ("hours", "hours", "giờ làm việc", "工作时间", "horaires"),
    ("inspection", "result of the inspection", "kết quả kiểm tra", "查验结果", "résultat de l'inspection"),
    ("lift", "whose hold is lifted", "cơ quan bỏ tạm giữ", "解除暂扣的部门", "service qui lève la retenue"),
    ("note", "what was said", "nội dung trao đổi", "通话内容", "ce qui a été dit"),
    ("question", "question about a certificate", "câu hỏi về chứng nhận", "证书核查问题", "question sur un certificat"),
    ("seal", "the seal", "niêm phong", "封志", "le scellé"),
    ("statistics", "counts of a day", "số liệu trong ngày", "当日统计数", "comptes du jour"),
    ("status", "how far it is", "đang ở bước nào", "进展", "où il en est"),
    ("trip", "trip batch number and waybills", "số lô vận chuyển và vận đơn", "货物运输批次号和运单", "numéro de lot et lettres de voiture"),
)  # fmt: skip
"""Sections of messages, by name."""

KINDS: Final[Words] = words_of(
    ("crossing.announced", "announcement", "báo trước", "预告", "annonce"),
    ("crossing.corrected", "correction", "sửa đổi", "更正", "correction"),
    ("crossing.accepted", "acceptance", "chấp nhận", "接受", "acceptation"),
    ("crossing.declined", "decline", "không nhận", "不接受", "déclinaison"),
    ("crossing.released", "release", "thông quan", "放行", "mainlevée"),
    ("crossing.departed", "departure", "khởi hành", "驶离", "départ"),
    ("crossing.received", "receipt of the goods", "đã nhận hàng", "收到货物", "réception"),
    ("crossing.disputed", "dispute", "tranh chấp", "异议", "litige"),
    ("crossing.refused", "refusal", "từ chối", "拒绝入境", "refus"),
    ("crossing.cancelled", "cancellation", "hủy", "取消", "annulation"),
    ("crossing.closed", "closing", "kết thúc", "结束", "clôture"),
    ("route.stopped", "stop of a direction", "dừng một chiều", "单向停行", "arrêt d'un sens"),
    ("route.reopened", "reopening of a direction", "mở lại một chiều", "单向恢复", "réouverture d'un sens"),
    ("quota.announced", "intake quota", "hạn mức tiếp nhận", "接收配额", "quota d'accueil"),
    ("outcome", "answer to a message", "trả lời một tin", "对报文的答复", "réponse à un message"),
    ("crossing.held", "hold of a crossing", "tạm giữ một lượt qua", "暂扣一次通行", "retenue d'un passage"),
    ("crossing.lifted", "end of a hold", "bỏ tạm giữ", "解除暂扣", "levée d'une retenue"),
    ("crossing.status", "status", "tình trạng", "状态", "état"),
    ("crossing.discrepancy", "discrepancy", "sai khác", "不符", "écart"),
    ("seal.recorded", "act on a seal", "việc với niêm phong", "封志操作", "acte sur un scellé"),
    ("inspection.finished", "result of an inspection", "kết quả kiểm tra", "查验结果", "résultat d'inspection"),
    ("certificate.asked", "question about a certificate", "hỏi về chứng nhận", "证书核查请求", "question sur un certificat"),
    ("certificate.answered", "answer on a certificate", "trả lời về chứng nhận", "证书核查答复", "réponse sur un certificat"),
    ("attachment.listed", "list of files", "danh mục tệp", "文件清单", "liste de fichiers"),
    ("route.state", "state of a road or post", "tình trạng tuyến hoặc cửa khẩu", "线路或口岸状态", "état d'un itinéraire ou d'un poste"),
    ("hours.announced", "hours", "giờ làm việc", "工作时间", "horaires"),
    ("capacity.announced", "room for vehicles", "sức chứa", "容纳能力", "capacité d'accueil"),
    ("alert.raised", "joint alert", "cảnh báo chung", "联合警报", "alerte commune"),
    ("hotline.noted", "hotline note", "ghi chú đường dây nóng", "热线记录", "note de la ligne directe"),
    ("statistics.reported", "statistics", "thống kê", "统计", "statistiques"),
)  # fmt: skip
"""Types of messages without their version."""

PURPOSES: Final[Words] = words_of(
    *((en, en, vi, zh, fr) for en, vi, zh, fr in (
        ("Announce a crossing before it comes, so that the entry post can accept it and prepare.", "Báo trước một lượt qua cửa khẩu để bên nhập chấp nhận và chuẩn bị.", "在抵达前预告一次通行，使入境口岸得以受理和准备。", "Annoncer un passage avant qu'il vienne, afin que le poste d'entrée l'accepte et se prépare."),
        ("Correct one field of an announced crossing.", "Sửa một trường của lượt qua đã báo trước.", "更正已预告通行的一个字段。", "Corriger un champ d'un passage annoncé."),
        ("Say that the entry post will take the crossing.", "Báo rằng bên nhập sẽ nhận lượt qua này.", "告知入境口岸将接收该次通行。", "Dire que le poste d'entrée prendra le passage."),
        ("Say that the entry post will not take the crossing, and why.", "Báo rằng bên nhập không nhận lượt qua này và lý do.", "告知入境口岸不接收该次通行及其理由。", "Dire que le poste d'entrée ne prendra pas le passage, et pourquoi."),
        ("Say that customs of the exit post released the crossing.", "Báo rằng hải quan bên xuất đã thông quan lượt qua này.", "告知出境口岸海关已放行该次通行。", "Dire que la douane du poste de sortie a donné mainlevée."),
        ("Say that the load unit is on its way over the line.", "Báo rằng đơn vị hàng đang qua biên giới.", "告知载货单元正在过境。", "Dire que l'unité de charge est en route vers la ligne."),
        ("Say that the load unit arrived and custody passed.", "Báo rằng đơn vị hàng đã đến và trách nhiệm đã chuyển.", "告知载货单元已到达且责任已移交。", "Dire que l'unité de charge est arrivée et que la garde est passée."),
        ("Say that what came is not what was announced.", "Báo rằng hàng đến không đúng như đã báo trước.", "告知到达的与预告的不符。", "Dire que ce qui est venu n'est pas ce qui était annoncé."),
        ("Say that an agency of the entry post refused the goods.", "Báo rằng một cơ quan bên nhập đã từ chối hàng.", "告知入境口岸某部门拒绝该货物。", "Dire qu'un service du poste d'entrée a refusé les marchandises."),
        ("Withdraw an announced crossing before it departs.", "Rút lại lượt qua đã báo trước khi khởi hành.", "在驶离前撤回已预告的通行。", "Retirer un passage annoncé avant son départ."),
        ("Say that the goods left the entry post inland.", "Báo rằng hàng đã rời cửa khẩu bên nhập vào nội địa.", "告知货物已离开入境口岸进入内地。", "Dire que les marchandises ont quitté le poste d'entrée vers l'intérieur."),
        ("Say that a direction stands still, why and until when.", "Báo rằng một chiều tạm dừng, vì sao và đến khi nào.", "告知某一方向停行、原因及预计期限。", "Dire qu'un sens est arrêté, pourquoi et jusqu'à quand."),
        ("Say that a direction runs again.", "Báo rằng một chiều hoạt động lại.", "告知某一方向恢复通行。", "Dire qu'un sens fonctionne de nouveau."),
        ("Announce how many vehicles an hour are taken in.", "Báo số phương tiện tiếp nhận mỗi giờ.", "通告每小时接收车辆数。", "Annoncer combien de véhicules par heure sont accueillis."),
        ("Say that an agency of the entry post wants the crossing to wait, so that it does not depart.", "Báo rằng một cơ quan bên nhập muốn lượt qua này chờ, để xe không khởi hành.", "告知入境口岸某部门要求该次通行等待，使其不驶离。", "Dire qu'un service du poste d'entrée veut que le passage attende, afin qu'il ne parte pas."),
        ("Say that the hold of an agency of the entry post no longer stands.", "Báo rằng việc tạm giữ của một cơ quan bên nhập không còn hiệu lực.", "告知入境口岸某部门的暂扣已不再有效。", "Dire que la retenue d'un service du poste d'entrée ne vaut plus."),
        ("Say how far the crossing is at the exit post, so that the entry post can prepare.", "Báo lượt qua đang ở bước nào tại bên xuất để bên nhập chuẩn bị.", "告知该次通行在出境口岸的进展，使入境口岸得以准备。", "Dire où en est le passage au poste de sortie, afin que le poste d'entrée se prépare."),
        ("Say that a seal was put on, looked at or opened.", "Báo rằng một niêm phong đã được gắn, kiểm tra hoặc mở.", "告知封志已施加、检查或开启。", "Dire qu'un scellé a été posé, contrôlé ou ouvert."),
        ("Say what was found that is not as declared.", "Báo điều phát hiện không đúng như khai báo.", "告知查获的与申报不符的情况。", "Dire ce qui a été constaté et qui n'est pas tel que déclaré."),
        ("Say what an inspection found, so that the other side need not repeat it.", "Báo kết quả kiểm tra để bên kia không phải kiểm tra lại.", "告知查验结果，使对方无须重复查验。", "Dire ce qu'une inspection a constaté, afin que l'autre partie n'ait pas à la refaire."),
        ("Ask the side that issued a certificate whether it is genuine.", "Hỏi bên đã cấp chứng nhận xem chứng nhận có thật hay không.", "向签发方询问证书真伪。", "Demander à la partie qui a délivré un certificat s'il est authentique."),
        ("Answer whether a certificate is genuine.", "Trả lời chứng nhận có thật hay không.", "答复证书真伪。", "Répondre si un certificat est authentique."),
        ("List the files that belong to a crossing, by their SHA-256.", "Liệt kê các tệp thuộc một lượt qua theo SHA-256.", "按 SHA-256 列出属于一次通行的文件。", "Lister les fichiers d'un passage par leur SHA-256."),
        ("Say what goes slower or is out at a post, why and until when.", "Báo điều gì chậm lại hoặc ngừng ở cửa khẩu, vì sao và đến khi nào.", "告知口岸何处放缓或停用、原因及预计期限。", "Dire ce qui ralentit ou manque à un poste, pourquoi et jusqu'à quand."),
        ("Say at which hours a post works on a date.", "Báo cửa khẩu làm việc vào giờ nào trong một ngày.", "告知口岸某一日期的工作时间。", "Dire à quelles heures un poste travaille à une date."),
        ("Announce how many vehicles there is room for at once.", "Báo cùng lúc có chỗ cho bao nhiêu phương tiện.", "通告同时可容纳的车辆数。", "Annoncer pour combien de véhicules il y a place à la fois."),
        ("Warn the other side of crime, disease or danger, so that both look out.", "Cảnh báo bên kia về tội phạm, dịch bệnh hoặc nguy hiểm để hai bên cùng đề phòng.", "就犯罪、疫病或危险向对方示警，使双方共同防范。", "Avertir l'autre partie d'un crime, d'une maladie ou d'un danger, afin que les deux veillent."),
        ("Keep for both sides what was said over the hotline.", "Lưu cho hai bên nội dung trao đổi qua đường dây nóng.", "为双方保存热线通话内容。", "Garder pour les deux parties ce qui a été dit sur la ligne directe."),
        ("Tell the counts of a day, so that both sides can compare theirs.", "Báo số liệu trong ngày để hai bên đối chiếu.", "通报当日统计数，供双方核对。", "Donner les comptes d'un jour, afin que les deux parties comparent les leurs."),
        ("Answer an entry: accepted, or refused with finding codes.", "Trả lời một mục: chấp nhận, hoặc từ chối kèm mã.", "答复一条记录：接受，或附代码拒绝。", "Répondre à une entrée : acceptée, ou refusée avec des codes."),
    ))
)  # fmt: skip
"""Purposes of the catalogue, by their English sentence, which is what an agreement holds."""

CHANGES: Final[Words] = words_of(
    ("none", "Nothing changed.", "Không có gì thay đổi.", "没有变化。", "Rien n'a changé."),
    ("id", "The agreement is called {new} and no longer {old}.", "Thỏa thuận đổi tên từ {old} thành {new}.", "协议名称由 {old} 改为 {new}。", "L'accord s'appelle {new} et non plus {old}."),
    ("version", "Version {new} follows version {old}.", "Phiên bản {new} tiếp sau phiên bản {old}.", "第 {new} 版接替第 {old} 版。", "La version {new} suit la version {old}."),
    ("mode", "What each side does with the other's word: before, “{old}”; now, “{new}”.", "Cách mỗi bên dùng tin của bên kia: trước, “{old}”; nay, “{new}”.", "各方如何对待对方信息：原为“{old}”；现为“{new}”。", "Ce que chaque partie fait de la parole de l'autre : avant, « {old} » ; maintenant, « {new} »."),
    ("party_added", "{post} becomes a party.", "{post} trở thành một bên.", "{post} 成为缔约方。", "{post} devient partie."),
    ("party_removed", "{post} is no longer a party.", "{post} không còn là một bên.", "{post} 不再是缔约方。", "{post} n'est plus partie."),
    ("side", "{post} belongs to {new} and no longer to {old}.", "{post} thuộc {new}, không còn thuộc {old}.", "{post} 由属于 {old} 改为属于 {new}。", "{post} relève de {new} et non plus de {old}."),
    ("keys_otherwise", "{post}: what is asked of its keys is different (root signatures needed, required kinds, pins, or from where they count).", "{post}: yêu cầu đối với các khóa thay đổi (số chữ ký gốc, loại khóa bắt buộc, dấu ghim, hoặc nơi bắt đầu có hiệu lực).", "{post}：对其密钥的要求有变（所需根签名数、必备种类、证书指纹或起效位置）。", "{post} : ce qui est exigé de ses clés change (signatures racines, types requis, empreintes, ou début d'effet)."),
    ("key", "{post} has a new key ({use}): {new} in place of {old}.", "{post} có khóa mới ({use}): {new} thay cho {old}.", "{post} 更换密钥（{use}）：{new} 取代 {old}。", "{post} a une nouvelle clé ({use}) : {new} au lieu de {old}."),
    ("valid_from", "It begins at {new} and no longer at {old}.", "Có hiệu lực từ {new}, thay cho {old}.", "生效时间由 {old} 改为 {new}。", "Il commence le {new} et non plus le {old}."),
    ("overlap", "What was written under the version before counts from its beginning on for {new}; it was {old}.", "Những gì viết theo bản trước còn có giá trị kể từ khi bản này bắt đầu trong {new}; trước đây là {old}.", "自本版生效起，依前一版所写内容继续有效的时间为 {new}；原为 {old}。", "Ce qui fut écrit sous la version précédente compte encore, dès le début de celle-ci, pendant {new} ; c'était {old}."),
    ("valid_until", "It ends at {new} and no longer at {old}.", "Kết thúc lúc {new}, thay cho {old}.", "终止时间由 {old} 改为 {new}。", "Il prend fin le {new} et non plus le {old}."),
    ("never", "no stated end", "không nêu thời điểm kết thúc", "未规定的终止时间", "aucune fin fixée"),
    ("lane_added", "The lane “{lane}” is opened.", "Mở kênh “{lane}”.", "开通通道“{lane}”。", "La voie « {lane} » est ouverte."),
    ("lane_removed", "The lane “{lane}” is closed.", "Đóng kênh “{lane}”.", "关闭通道“{lane}”。", "La voie « {lane} » est fermée."),
    ("message_added", "{sender} may now send: {type}.", "{sender} nay được gửi: {type}.", "{sender} 现在可以发送：{type}。", "{sender} peut maintenant envoyer : {type}."),
    ("message_removed", "{sender} may no longer send: {type}.", "{sender} không còn được gửi: {type}.", "{sender} 不再可以发送：{type}。", "{sender} ne peut plus envoyer : {type}."),
    ("section_added", "{receiver} now sees in {type}: {section}.", "{receiver} nay thấy trong {type}: {section}.", "{receiver} 现在可以看到 {type} 中的：{section}。", "{receiver} voit maintenant dans {type} : {section}."),
    ("section_removed", "{receiver} no longer sees in {type}: {section}.", "{receiver} không còn thấy trong {type}: {section}.", "{receiver} 不再看到 {type} 中的：{section}。", "{receiver} ne voit plus dans {type} : {section}."),
    ("purpose", "The purpose of {type} reads “{new}” and no longer “{old}”.", "Mục đích của {type} là “{new}”, thay cho “{old}”.", "{type} 的目的由“{old}”改为“{new}”。", "La finalité de {type} est « {new} » et non plus « {old} »."),
    ("kept_longer", "What {type} says is kept longer: {new} in place of {old}.", "Nội dung {type} được giữ lâu hơn: {new} thay cho {old}.", "{type} 的内容保存更久：由 {old} 改为 {new}。", "Le contenu de {type} est gardé plus longtemps : {new} au lieu de {old}."),
    ("kept_shorter", "What {type} says is kept for less time: {new} in place of {old}.", "Nội dung {type} được giữ ngắn hơn: {new} thay cho {old}.", "{type} 的内容保存缩短：由 {old} 改为 {new}。", "Le contenu de {type} est gardé moins longtemps : {new} au lieu de {old}."),
    ("message_lane", "{type} goes in the lane “{new}” and no longer in “{old}”.", "{type} đi kênh “{new}”, thay cho “{old}”.", "{type} 由通道“{old}”改走“{new}”。", "{type} emprunte la voie « {new} » et non plus « {old} »."),
    ("deadline", "Time to answer {type}: {new}; before, {old}.", "Thời hạn trả lời {type}: {new}; trước đây {old}.", "{type} 的答复时限：{new}；原为 {old}。", "Délai de réponse à {type} : {new} ; avant, {old}."),
    ("staleness", "How old the other's word may be when {step}: {new}; before, {old}.", "Tuổi tin được chấp nhận khi {step}: {new}; trước đây: {old}.", "{step}时对方信息可有多旧：{new}；原为：{old}。", "Âge admis de la parole de l'autre pour {step} : {new} ; avant : {old}."),
    ("unsaid", "not said", "không nêu", "未规定", "non dit"),
    ("wider", "more is shown or kept", "cho xem hoặc lưu nhiều hơn", "公开或保存更多", "plus est montré ou gardé"),
    ("narrower", "less is shown or kept", "cho xem hoặc lưu ít hơn", "公开或保存更少", "moins est montré ou gardé"),
    ("other", "other", "khác", "其他", "autre"),
)  # fmt: skip
"""Sentences about what changed between two agreements."""


def word(key: str, language: Language, **values: object) -> str:
    """Return the text ``key`` of :data:`WORDS` with ``values`` filled in."""
    return WORDS[key][language].format_map(values)


def named(table: Words, key: str, language: Language) -> str:
    """Return the name of ``key`` in ``table``; the key itself when the table has none."""
    names = table.get(key)
    return key if names is None else names[language]


def kind_name(kind: str, language: Language) -> str:
    """Return a message type as people say it, with its type: ``announcement (crossing.announced/1)``."""
    base = kind.partition("/")[0]
    return f"{KINDS[base][language]} ({kind})" if base in KINDS else kind


def section_names(sections: tuple[str, ...], language: Language) -> str:
    """Return the names of ``sections``, or that there are none."""
    if not sections:
        return word("no_sections", language)
    return word("comma", language).join(named(SECTIONS, section, language) for section in sections)


def duration(seconds: int, language: Language) -> str:
    """Return a length of time in the largest unit that tells it in whole numbers."""
    for unit, size in (("hours", 3_600), ("minutes", 60)):
        if seconds and seconds % size == 0:
            return word(unit, language, count=seconds // size)
    return word("seconds", language, count=seconds)
