"""The words of a paper in the four languages: headings, sentences, and the fields that people look for."""

from __future__ import annotations

from typing import Final

from gatepair.base.findings import Words, words_of

WORDS: Final[Words] = words_of(
    ("title", "Paper in place of the line", "Giấy thay cho đường truyền", "线路中断时的纸质凭证", "Papier en remplacement de la ligne"),
    ("what", "The line between the two posts is down. The codes below hold what {author} has signed for {reader}, with its proof. {reader} scans them; the words beside them say the same.", "Đường truyền giữa hai cửa khẩu bị gián đoạn. Các mã dưới đây chứa nội dung {author} đã ký gửi {reader} kèm bằng chứng. {reader} quét các mã; phần chữ diễn đạt cùng nội dung.", "两口岸之间的线路已中断。下列条码载有 {author} 签署并发给 {reader} 的内容及其证明。请 {reader} 扫描条码；文字所述内容相同。", "La ligne entre les deux postes est coupée. Les codes ci-dessous contiennent ce que {author} a signé pour {reader}, avec sa preuve. {reader} les lit ; les mots à côté disent la même chose."),
    ("subject", "crossing", "lượt qua cửa khẩu", "通行", "passage"),
    ("author", "from", "bên gửi", "发件口岸", "de"),
    ("reader", "for", "bên nhận", "收件口岸", "pour"),
    ("made_at", "printed", "in lúc", "打印时间", "imprimé"),
    ("key", "fingerprint of the log key", "dấu vân của khóa nhật ký", "日志密钥指纹", "empreinte de la clé de journal"),
    ("said_at", "said", "báo lúc", "报文时间", "dit"),
    ("place", "entry", "mục", "条目", "entrée"),
    ("withheld", "not on this paper", "không có trên giấy này", "未列于本纸", "absent de ce papier"),
    ("code", "Code {number} of {count}", "Mã {number}/{count}", "条码 {number}/{count}", "Code {number} sur {count}"),
    ("scan", "Scan every code, in any order. The scanner types text; give it to the post.", "Quét mọi mã, theo thứ tự bất kỳ. Máy quét gõ ra chữ; hãy nhập vào phần mềm cửa khẩu.", "请扫描全部条码，顺序不限。扫描器会输入文字；请将其交给口岸系统。", "Lire tous les codes, dans n'importe quel ordre. Le lecteur écrit du texte ; donnez-le au poste."),
)  # fmt: skip
"""Headings and sentences."""

FIELDS: Final[Words] = words_of(
    ("age_s", "age of the other's word, s", "tuổi tin của bên kia, giây", "对方信息时龄（秒）", "âge de la parole de l'autre, s"),
    ("at_ms", "at", "lúc", "时间", "à"),
    ("cause", "cause", "nguyên nhân", "原因", "cause"),
    ("clause", "clause", "điều khoản", "条款", "clause"),
    ("commodity", "commodity", "nhóm hàng", "商品类别", "marchandise"),
    ("condition", "condition", "tình trạng", "状况", "état"),
    ("containers", "container", "công-ten-nơ", "集装箱", "conteneur"),
    ("currency", "currency", "tiền tệ", "币种", "monnaie"),
    ("description", "goods", "tên hàng", "货名", "marchandises"),
    ("direction", "direction", "chiều", "方向", "sens"),
    ("exporter", "exporter", "bên xuất khẩu", "出口商", "exportateur"),
    ("expected_end_ms", "expected end", "dự kiến kết thúc", "预计结束", "fin prévue"),
    ("gross_mass_kg", "gross mass, kg", "trọng lượng cả bì, kg", "毛重（千克）", "masse brute, kg"),
    ("hs", "HS code", "mã HS", "HS 编码", "code SH"),
    ("importer", "importer", "bên nhập khẩu", "进口商", "importateur"),
    ("kind", "kind", "loại", "种类", "genre"),
    ("lane", "lane", "làn", "车道", "file"),
    ("lane_kind", "kind of lane", "loại làn", "车道种类", "genre de file"),
    ("licence", "licence", "giấy phép lái xe", "驾驶证", "permis"),
    ("load", "load unit", "đơn vị hàng", "载货单元", "unité de charge"),
    ("name", "name", "tên", "姓名", "nom"),
    ("nationality", "nationality", "quốc tịch", "国籍", "nationalité"),
    ("number", "number", "số", "编号", "numéro"),
    ("officer", "confirmed by", "người xác nhận", "确认官员", "confirmé par"),
    ("onward", "goes on to", "chuyển đến", "去向", "destination"),
    ("origin", "origin", "xuất xứ", "原产地", "origine"),
    ("owner", "owner", "chủ sở hữu", "所有人", "propriétaire"),
    ("packages", "packages", "số kiện", "件数", "colis"),
    ("reason", "reason", "lý do", "理由", "motif"),
    ("reasons", "reason", "lý do", "理由", "motif"),
    ("regime", "regime", "loại hình", "贸易方式", "régime"),
    ("return_of", "return of", "lượt về của", "回程所属", "retour de"),
    ("route", "route", "tuyến", "线路", "itinéraire"),
    ("seals", "seal", "niêm phong", "封志", "scellé"),
    ("size", "entries known", "số mục đã biết", "已知条目数", "entrées connues"),
    ("synthetic", "made up for a drill", "dữ liệu diễn tập", "演练数据", "inventé pour un exercice"),
    ("tested", "tested", "đã kiểm nghiệm", "已检测", "testé"),
    ("tractor", "tractor", "đầu kéo", "牵引车", "tracteur"),
    ("trailer", "trailer", "rơ moóc", "挂车", "remorque"),
    ("value", "value", "giá trị", "值", "valeur"),
    ("value_minor", "value, minor units", "trị giá, đơn vị nhỏ", "价值（最小货币单位）", "valeur, unités mineures"),
)  # fmt: skip
"""Fields of sections, by their own name; a field that is not here is shown as it is written."""
