"""One invented piece of local news in many languages, as pages in every charset that has its letters."""

NEWS = {
    "en": (
        "Swing bridge to close for nine weeks",
        "The harbour board agreed on Tuesday to close the old swing bridge – a “temporary” step, it "
        "said – while the bearings are replaced. Shopkeepers in Quay Street fear for their spring "
        "trade, and the café on the north bank won’t open before May. The work costs €2.7 million.",
    ),
    "de": (
        "Alte Drehbrücke bleibt neun Wochen gesperrt",
        "Der Hafenausschuss hat am Dienstag beschlossen, die alte Drehbrücke für neun Wochen zu "
        "schließen, weil ihre Lager erneuert werden müssen. „Wir können nicht bis zum Sommer "
        "warten“, sagte die Ingenieurin Käthe Böhm. Händler in der Kaistraße befürchten große "
        "Einbußen.",
    ),
    "fr": (
        "Le vieux pont tournant fermé pendant neuf semaines",
        "Le conseil du port a décidé mardi de fermer le vieux pont tournant pour remplacer ses "
        "roulements. « Nous ne pouvons pas attendre l’été », a déclaré l’ingénieure Hélène Garçon. "
        "Les commerçants du quai, déjà touchés par la crue, craignent pour leurs ventes à Pâques ; "
        "le maire espère être entendu.",
    ),
    "es": (
        "El viejo puente giratorio cerrará nueve semanas",
        "La junta del puerto acordó el martes cerrar el viejo puente giratorio para cambiar sus "
        "cojinetes. «No podemos esperar al otoño», señaló la ingeniera Begoña Muñoz. Los dueños de "
        "los pequeños comercios temen por la campaña de primavera y piden más ayudas. ¿Quién pagará "
        "la obra?",
    ),
    "pt": (
        "Velha ponte giratória fechará nove semanas",
        "A comissão do porto decidiu na terça-feira fechar a velha ponte giratória para a "
        "substituição dos rolamentos. “Não podemos esperar até ao verão”, afirmou a engenheira "
        "Conceição Simões. Os comerciantes da região não estão convencidos e pedem uma solução à "
        "câmara.",
    ),
    "it": (
        "Il vecchio ponte girevole chiude per nove settimane",
        "Il comitato del porto ha deciso martedì di chiudere il vecchio ponte girevole perché i "
        "cuscinetti sono consumati. «Non si può aspettare l’estate: è già tardi», ha detto "
        "l’ingegnera Niccolò Però. Così la città resterà divisa finché i lavori non saranno finiti; "
        "più di mille firme contro la chiusura.",
    ),
    "da": (
        "Den gamle svingbro lukker i ni uger",
        "Havnebestyrelsen besluttede tirsdag at lukke den gamle svingbro, så lejerne kan udskiftes. "
        "»Vi kan ikke vente til sommer,« siger ingeniør Åse Sørensen. De handlende på kajen frygter "
        "for forårets omsætning, og færgen får også færre afgange på hverdage.",
    ),
    "pl": (
        "Stary most obrotowy zamknięty na dziewięć tygodni",
        "Rada portu postanowiła we wtorek zamknąć stary most obrotowy, aby wymienić jego łożyska. "
        "„Nie możemy czekać do lata, śruby są już zużyte” – powiedziała inżynier Żaneta Źródłowska. "
        "Właściciele sklepów przy nabrzeżu obawiają się o wiosenną sprzedaż i żądają odszkodowań.",
    ),
    "cs": (
        "Starý otočný most bude devět týdnů uzavřen",
        "Přístavní rada v úterý rozhodla, že starý otočný most uzavře, aby mohla být vyměněna jeho "
        "ložiska. „Do léta čekat nemůžeme, šrouby už jsou příliš opotřebované,“ řekla inženýrka "
        "Žofie Nováčková. Obchodníci na nábřeží se obávají o jarní tržby a žádají město o pomoc.",
    ),
    "hu": (
        "Kilenc hétre lezárják a régi forgóhidat",
        "A kikötői tanács kedden úgy döntött, hogy lezárja a régi forgóhidat, mert a csapágyait ki "
        "kell cserélni. „Nem várhatunk nyárig, a csavarok már így is túl gyengék” – mondta Őry Tünde "
        "mérnök. A rakparti kereskedők féltik a tavaszi bevételüket, és segítséget kérnek a várostól.",
    ),
    "ro": (
        "Podul rotativ se închide nouă săptămâni",
        "Consiliul portului a hotărât marţi să închidă vechiul pod rotativ pentru a-i schimba "
        "rulmenţii. „Nu putem aştepta până la vară”, a spus inginera Ştefania Ţîrlea. Negustorii de "
        "pe chei se tem pentru vânzările din primăvară şi cer ajutorul primăriei în această situaţie.",
    ),
    "tr": (
        "Eski döner köprü dokuz hafta kapalı kalacak",
        "Liman kurulu salı günü, yatakları değiştirilecek olan eski döner köprünün kapatılmasına "
        "karar verdi. Mühendis Gülşah Işık, “Yaza kadar bekleyemeyiz, cıvatalar çok eskidi” dedi. "
        "Rıhtımdaki esnaf bahar satışlarından endişe ediyor ve belediyeden destek istiyor.",
    ),
    "lt": (
        "Senasis pasukamas tiltas bus uždarytas devynias savaites",
        "Uosto taryba antradienį nusprendė uždaryti senąjį pasukamą tiltą, kad būtų pakeisti jo "
        "guoliai. „Negalime laukti iki vasaros, varžtai jau visiškai nusidėvėję“, – sakė inžinierė "
        "Živilė Šešelgytė. Krantinės prekybininkai būgštauja dėl pavasario pajamų ir prašo miesto "
        "paramos.",
    ),
    "ru": (
        "Старый разводной мост закроют на девять недель",
        "Портовый совет во вторник решил закрыть старый разводной мост, чтобы заменить его опоры. "
        "«Ждать лета больше нельзя», — сказала инженер Любовь Щукина. Владельцы лавок на набережной "
        "опасаются за весеннюю торговлю и просят город о помощи. Объезд займёт около часа.",
    ),
    "uk": (
        "Старий розвідний міст закриють на дев'ять тижнів",
        "Портова рада у вівторок вирішила закрити старий розвідний міст, щоб замінити його опори. "
        "«Чекати літа більше не можна», — сказала інженерка Євгенія Ґудзь. Власники крамниць на "
        "набережній побоюються за весняну торгівлю і просять місто про допомогу. Об'їзд триватиме "
        "близько години.",
    ),
    "bg": (
        "Старият въртящ се мост затваря за девет седмици",
        "Пристанищният съвет реши във вторник да затвори стария въртящ се мост, за да бъдат сменени "
        "лагерите му. „Не можем да чакаме до лятото“, каза инженер Цветана Юрукова. Търговците по "
        "кея се опасяват за пролетния си оборот и искат помощ от общината.",
    ),
    "el": (
        "Κλείνει για εννέα εβδομάδες η παλιά γέφυρα",
        "Το λιμενικό συμβούλιο αποφάσισε την Τρίτη να κλείσει την παλιά περιστρεφόμενη γέφυρα, ώστε "
        "να αλλαχθούν τα έδρανά της. «Δεν μπορούμε να περιμένουμε το καλοκαίρι», είπε η μηχανικός "
        "Ήρα Ψαρρού. Οι έμποροι της προκυμαίας φοβούνται για τον τζίρο της άνοιξης και ζητούν "
        "βοήθεια από τον δήμο.",
    ),
    "he": (
        "הגשר המסתובב הישן ייסגר לתשעה שבועות",
        'מועצת הנמל החליטה ביום שלישי לסגור את הגשר המסתובב הישן כדי להחליף את המסבים שלו. "אי אפשר '
        'לחכות לקיץ", אמרה המהנדסת צופיה גבעון. בעלי החנויות ברציף חוששים למכירות האביב ומבקשים סיוע '
        "מן העירייה.",
    ),
    "ar": (
        "إغلاق الجسر الدوار القديم تسعة أسابيع",
        "قرر مجلس الميناء يوم الثلاثاء إغلاق الجسر الدوار القديم لاستبدال محامله. وقالت المهندسة "
        "ظافرة الغزالي إن العمل لا يمكن أن ينتظر حتى الصيف، لأن البراغي أصبحت ضعيفة جدا. ويخشى أصحاب "
        "المتاجر على الرصيف خسارة مبيعات الربيع، ويطلبون مساعدة البلدية.",
    ),
    "th": (
        "สะพานหมุนเก่าจะปิดเก้าสัปดาห์",
        "คณะกรรมการท่าเรือมีมติเมื่อวันอังคารให้ปิดสะพานหมุนเก่าเพื่อเปลี่ยนตลับลูกปืน วิศวกรกล่าวว่า"
        "งานนี้รอจนถึงฤดูร้อนไม่ได้ เจ้าของร้านค้าริมท่าเรือกังวลเรื่องยอดขายในฤดูใบไม้ผลิ และขอความช"
        "่วยเหลือจากเทศบาล",
    ),
    "vi": (
        "Cầu quay cũ sẽ đóng cửa trong chín tuần",
        "Hội đồng cảng hôm thứ Ba quyết định đóng cây cầu quay cũ để thay các ổ trục. Kỹ sư Nguyễn "
        "Thị Phượng nói: “Chúng tôi không thể đợi đến mùa hè.” Những người bán hàng trên bến lo ngại "
        "cho doanh thu mùa xuân và xin thành phố giúp đỡ.",
    ),
    "zh": (
        "老旋转桥将关闭九个星期",
        "青浦湾港务委员会星期二决定，老旋转桥将关闭九个星期，以便更换桥梁轴承。工程师表示，这项工程不"
        "能再等到夏天。码头街的店主担心春季的生意，并请求市政府提供帮助。公共汽车将停在两岸，乘客须步"
        "行通过临时人行桥。",
    ),
    "zh-Hant": (
        "老旋轉橋將關閉九個星期",
        "青浦灣港務委員會星期二決定，老旋轉橋將關閉九個星期，以便更換橋梁軸承。工程師表示，這項工程不"
        "能再等到夏天。碼頭街的店主擔心春季的生意，並請求市政府提供協助。公車將停在兩岸，乘客須步行通"
        "過臨時人行橋。",
    ),
    "ja": (
        "旋回橋、九週間通行止めへ",
        "青葉浜市の港湾委員会は火曜日、老朽化した旋回橋の軸受けを交換するため、九週間にわたって橋を通"
        "行止めにすることを決めた。技術者によると、工事を夏まで待つことはできないという。岸壁通りの店"
        "主らは春の売り上げを心配し、市に支援を求めている。",
    ),
    "ko": (
        "오래된 선회교 9주 동안 통행 금지",
        "항만위원회는 화요일 낡은 선회교의 베어링을 교체하기 위해 9주 동안 다리를 닫기로 결정했다. "
        "기술자들은 공사를 여름까지 미룰 수 없다고 말했다. 부두 거리의 상인들은 봄 장사를 걱정하며 "
        "시에 도움을 요청하고 있다.",
    ),
}

#: Python's codecs, each with the name that browsers have for it.
CHARSETS = {
    "cp866": "ibm866",
    "iso8859-2": "iso-8859-2",
    "iso8859-3": "iso-8859-3",
    "iso8859-4": "iso-8859-4",
    "iso8859-5": "iso-8859-5",
    "iso8859-6": "iso-8859-6",
    "iso8859-7": "iso-8859-7",
    "iso8859-8": "iso-8859-8-i",
    "iso8859-10": "iso-8859-10",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "mac-roman": "macintosh",
    "mac-cyrillic": "x-mac-cyrillic",
    "cp874": "windows-874",
    **{f"cp125{digit}": f"windows-125{digit}" for digit in range(9)},
    "gb18030": "gb18030",
    "gbk": "gbk",
    "big5hkscs": "big5",
    "euc-jp": "euc-jp",
    "cp932": "shift_jis",
    "iso2022-jp": "iso-2022-jp",
    "cp949": "euc-kr",
    "utf-8": "utf-8",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
}
#: Punctuation that old charsets lack.
PLAIN = str.maketrans(dict.fromkeys("“”„«»", '"') | {"’": "'", "–": "-", "—": "-", "€": "EUR "})


def page(language: str, plain: bool = False) -> str:
    title, text = (part.translate(PLAIN) if plain else part for part in NEWS[language])
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{title}</title></head><body>'
        f'<nav><a href="/">Home</a></nav><article><h1>{title}</h1><p>{text}</p></article>'
        "<footer>Contact | Imprint</footer></body></html>"
    )


def pages() -> list[tuple[str, str, str]]:
    """Language, codec and page, for each page and each codec that has all of its characters."""
    return [
        (language, codec, text)
        for language in NEWS
        for codec in CHARSETS
        for text in dict.fromkeys((page(language), page(language, plain=True)))
        if _fits(text, codec)
    ]


def _fits(text: str, codec: str) -> bool:
    try:
        return text.encode(codec).decode(codec) == text
    except UnicodeError:
        return False
