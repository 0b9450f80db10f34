"""What walls say: those that ask for consent to cookies, and those that keep machines out."""

import re

BOT_TITLE = re.compile(
    r"\bjust a (?:moment|second)\b|\battention required\b|\b(?:access|entry)\b[^.!?]{0,30}\b(?:denied"
    r"|blocked|forbidden"
    r"|restricted)\b|\bare you (?:a |really )?(?:human|person|robot)|\b(?:verif\w+|prove"
    r"|confirm)\b[^.!?]{0,25}\b(?:human"
    r"|person|robot)|\bhuman verification|\bsecurity (?:check|verification|challenge)|\bcheck(?:ing)? "
    r"(?:that|if|your|the)\b"
    r"[^.!?]{0,30}\b(?:browser|person|human|connection|secure)|\bpardon (?:our|the) interruption|\bone "
    r"(?:more )?step\b"
    r"|\bplease (?:wait|stand by|verify)|\b(?:request|you(?:['’]ve| have| are|r (?:ip|request"
    r"|access))?(?: been)?)"
    r" (?:was |is |has been )?blocked|\bforbidden\b|\bcaptcha\b|\b(?:ro)?bot (?:check|detect\w+"
    r"|protection)|\bddos\b"
    r"|\bunusual (?:traffic|activity)|\btoo many requests|\bbrowser (?:check|verification)|\bnot a "
    r"(?:ro)?bot"
    r"|\b(?:enable|turn on|activate)\b[^.!?]{0,20}\b(?:java ?script|js|cookies)|\bjava ?script (?:is "
    r")?(?:required|disabled|needed)"
    r"|\beinen moment|\bsicherheits(?:über)?(?:prüfung|abfrage|check)|\bzugriff (?:wurde )?(?:verweigert"
    r"|gesperrt|blockiert)"
    r"|\bsind sie (?:ein )?(?:mensch|roboter)|\bbitte warten|\bbrowser\b[^.]{0,20}\bgeprüft|\bkein roboter"
    r"|\bun (?:instant|momento|attimo|moment)\b|\baccès (?:refusé|interdit|bloqué)|\bvérification\b"
    r"|\bêtes-vous (?:un )?"
    r"(?:humain|robot)|\bveuillez patienter|\bacceso (?:denegado|bloqueado|restringido)|\b(?:comprobación"
    r"|verificación|verifica"
    r"|controllo|verificação) (?:de |di )?(?:seguridad|sicurezza|segurança)|\beres (?:humano|un robot)"
    r"|\baccesso (?:negato|bloccato)"
    r"|\bsei (?:un robot|umano|un essere)|\bum momento|\bacesso (?:negado|bloqueado)|\bvocê é (?:humano"
    r"|um robô)|\bnão é um robô"
    r"|\b(?:een|even) (?:moment|geduld)|\btoegang (?:geweigerd|geblokkeerd)|\bbeveiligings(?:controle"
    r"|check)"
    r"|\bben(?:t u| je) (?:een )?(?:mens|robot)|\bett ögonblick|\båtkomst nekad|\bsäkerhetskontroll|\bet "
    r"(?:øjeblik|øyeblikk)"
    r"|\b(?:adgang|tilgang) (?:nægtet|nektet|avvist)|\bsikkerhe[td]s?(?:sjekk|kontrol)|\bchwileczkę"
    r"|\bodmowa dostępu"
    r"|\bdostęp (?:zabroniony|zablokowany)|\bczy jesteś|\bokamžik|\bpřístup (?:byl )?(?:odepřen|zamítnut)"
    r"|\bověř"
    r"|\bодин момент|\bподождите|\bдоступ\b[^.]{0,20}\b(?:запрещ|огранич|заблок|заборон|обмеж)|\bпроверка "
    r"(?:браузера|безопасности)"
    r"|\bне робот|\bbir (?:dakika|saniye)|\berişim (?:engellendi|reddedildi)|\bgüvenlik (?:kontrolü"
    r"|doğrulaması)|\brobot (?:musunuz|değil)"
    r"|\bpääsy (?:estetty|evätty)|\bhetkinen|少々お待ち|しばらくお待ち|アクセスが?(?:拒否|制限|ブロック)"
    r"|ロボットではない|セキュリティ"
    r"|请稍候|請稍候|访问(?:被拒绝|受限|验证)|安全(?:验证|检查|驗證|檢查)|人机验证|验证码|잠시만 기다"
    r"|접근이? (?:거부|차단)|로봇이 아|보안 확인"
    r"|لحظة|تم رفض|التحقق"
)
BOT_BODY = re.compile(
    r"\b(?:run|use|allow|enable|turn on|switch on|activate|support)\b[^.]{0,25}\b(?:java ?script|scripts?"
    r"|js|cookies)"
    r"|\b(?:verif\w+|confirm|prove|check\w*|make sure|sits?|sure)\b[^.]{0,40}\b(?:human|person|robot|bot"
    r"|browser|machine)\b"
    r"|\b(?:unusual|suspicious) (?:traffic|activity|requests?|behaviou?r)|\bautomated (?:requests?|queries"
    r"|access|traffic|tool|software)"
    r"|\bcaptcha\b|\byour (?:ip|network|computer|browser|connection|device)\b|\byou (?:have been|were"
    r"|are) (?:blocked|denied)"
    r"|\bpermission to (?:access|view|open)|\bsecurity (?:service|solution|system|check|reason)|\bblocks? "
    r"scripts"
    r"|\bad ?blockers?\b|\b(?:your|any|a) (?:vpn|proxy|(?:browser )?extensions?)\b"
    r"|\b(?:re)?load the page|\bopens by itself|\bredirected "
    r"(?:automatic|short|soon|in )"
    r"|\bbehaves? like a (?:ro)?bot|\btick the box|\bpress (?:and|&) hold|\bwhile we (?:check|verify)"
    r"|\bsite owner"
    r"|\b(?:mensch|roboter|bot)s?\b[^.]{0,40}\b(?:sind|handelt|bestätigen|prüfen)|\bungewöhnlich\w* "
    r"(?:daten|zugriff|aktivität|verkehr)"
    r"|\bautomatisierte\w* (?:anfragen|zugriff)|\bihre?r? (?:ip|browser|verbindung|netzwerk)|\baktivieren "
    r"sie|\bvorgangsnummer"
    r"|\bvotre (?:navigateur|connexion|adresse ip|réseau)|\btrafic inhabituel|\bactivez |\bactivité "
    r"inhabituelle|\brequêtes automati"
    r"|\b(?:tu|su|seu) (?:navegador|conexión|conexão|dirección|red|rede)|\btráfico inusual|\btráfego "
    r"incomum|\b(?:active|habilite|ative)\b"
    r"|\b(?:tuo|vostro) (?:browser|indirizzo)|\btraffico (?:insolito|anomalo)|\b(?:attiva|abilita)\b|\buw "
    r"(?:browser|verbinding|netwerk)"
    r"|\bongewoon (?:verkeer|veel)|\bdin (?:webbläsare|webblæser|nettleser|browser)|\bovanlig trafik"
    r"|\busædvanlig trafik|\buvanlig trafikk"
    r"|\bselaimesi|\bepätavallis|\b(?:twoja|twojej|twoją|twój) (?:przeglądark|sieć|adres)|\bnietypowy ruch"
    r"|\bváš(?:eho)? prohlížeč"
    r"|\bваш(?:его|ем|а|ей|у)? (?:браузер|сет|ip)|\bнеобычн|\bподозрительн|\btarayıcın|\bolağan ?dışı"
    r"|ブラウザ|通常と異なる|浏览器|瀏覽器"
    r"|异常流量|비정상|브라우저|متصفح"
)
REFERENCE = re.compile(
    r"\b(?:ray|reference|incident|request|event|support|block|session|trace|error|referenz|vorgangs"
    r"|requête|référence|solicitud)"
    r"[ -]?(?:id|number|no\.?|nummer|code|#)?\s?[:#]?\s?#?(?=[a-z.-]{0,12}\d)[0-9a-f.-]{8,40}\b"
)
#: Words of the machine room, one group each.
MACHINES = tuple(
    re.compile(words)
    for words in (
        r"java ?script|\bscripts?\b",
        r"\bcookies?\b|куки|クッキー|쿠키|çerez",
        r"captcha|验证码|驗證碼",
        r"\brobot|\bbots?\b|робот|ロボット|机器人|機器人|로봇|روبوت|\brobô|\bhuman\b|\bmensch\b|\bhumain\b"
        r"|\bhumano\b|\bumano\b",
        r"browser|navigateur|navegador|браузер|tarayıcı|przeglądar|prohlížeč|webbläsare|nettleser|selain"
        r"|ブラウザ|浏览器|瀏覽器|브라우저|متصفح",
        r"\bip\b|\bvpn\b|\bproxy\b",
    )
)
CONSENT_TITLE = re.compile(
    r"\bbefore you (?:continue|go on|read)|\b(?:cookie|privacy|consent|data)s?\b[- ](?:settings|consent"
    r"|notice|preferences|choices"
    r"|cent(?:er|re)|wall|info\w*)|\byour (?:privacy|data|choice|consent)|\b(?:value|care about"
    r"|respect)s?\b[^.]{0,15}\bprivacy"
    r"|\b(?:we|this site) uses? cookies|\bneed your consent|\bcookies? (?:and|&) |\b(?:use of|about"
    r"|accept) cookies|^cookies?[.!]?$"
    r"|^(?:consent|privacy)[.!]?$|\bdatenschutz|\bprivatsphäre|\b(?:ihre|deine|um) (?:zustimmung"
    r"|einwilligung|daten)|\bzustimm"
    r"|\b(?:verwenden|nutzen|setzen)\b[^.]{0,10}\bcookies|\bcookie-(?:einstellungen|hinweis)|\bmit "
    r"werbung (?:weiter|lesen)"
    r"|\bvie privée|\bconsentement|\b(?:vos|nos) (?:données|choix|cookies)|\butilisons des cookies|\b(?:tu"
    r"|su) privacidad"
    r"|\b(?:tu|su) consentimiento|\b(?:usamos|utilizamos|utilizza(?:mo)?|usa|usiamo) (?:los |i )?cookies?"
    r"|\b(?:tua|vostra) privacy"
    r"|\btuo consenso|\bsua privacidade|\bseu consentimento|\b(?:uw|jouw|je) (?:privacy|toestemming"
    r"|cookie)|\btoestemming\b"
    r"|\b(?:din|ditt|dit|deres) (?:integritet|privatliv|personvern|samtyck\w*)|\bsamtyk?ck?e\b|\bvi "
    r"(?:använder|bruker|bruger)"
    r"|\byksityisyy|\bevästei|\bprywatnoś|\b(?:twoja|twoją) zgod|\bsouhlas|\bsoukromí|\bконфиденциальност"
    r"|\bкуки|\bфайлы cookie"
    r"|\bприватн|\bgizlili|\bçerez|プライバシー|クッキー|cookieの|隐私|隱私|개인정보|쿠키|خصوصي"
)
#: What consent is about, one group each.
CONSENT = tuple(
    re.compile(words)
    for words in (
        r"\bcookies?\b|\bevästei|çerez|куки|クッキー|쿠키|ciasteczk|informasjonskaps|\bkakor\b|\bträcker\b"
        r"|\btrackers?\b",
        r"\bconsent|\bagree\b|\baccept|\bzustimm|\beinwillig|\bakzeptier|\bacept|\baccett|\baceit"
        r"|\btoestemming|\bakkoord|\bsamtyck"
        r"|\bsamtykke|\bgodkänn|\bgodta|\bsuostumu|\bhyväksy|\bzgod|\bakcept|\bsouhlas|\bсоглас|\bприня"
        r"|\bзгод|\brıza|\bonay|\bkabul"
        r"|同意|동의|موافق",
        r"\bpartner|\bpartenaires|\bsocios|\bparceiros|\bпартн|\bortak|\bkumppan|パートナー|파트너"
        r"|合作伙伴|合作夥伴|\bvendors|\banbieter|شرك",
        r"\bpersonal data|\byour data|\bpersonenbezogen|\bdaten\b|\bdonnées|\bdatos\b|\bdati\b|\bdados\b"
        r"|\bgegevens|\bpersonuppgift"
        r"|\bpersonopplysning|\boplysninger|\bdane\b|\bdanych|\bosobní|\búdaj|\bданны|\bдани"
        r"|\bveri(?:ler)?\b|個人|个人|개인|البيانات|\btietoja",
        r"\bdevices?\b|\bgerät|\bappareil|\bterminal|\bdispositivo|\bapparaat|\benhet|\benhed|\blaitte"
        r"|\burządz|\bzařízen|\bустройств"
        r"|\bcihaz|端末|デバイス|设备|裝置|기기|الجهاز",
        r"\bads\b|\badvert|\bpersonali[sz]ed|\bwerbung|\banzeigen|\bpublicit|\bpublicidad|\bpubblicit"
        r"|\bpersonnalis|\bpersonaliz"
        r"|\badvertent|\bannons|\breklam|\bmainon|\bреклам|広告|广告|廣告|광고|إعلان",
        r"\bprivacy|\bdatenschutz|\bprivatsphäre|\bconfidentialité|\bvie privée|\bprivacidad|\bintegritet"
        r"|\bpersonvern|\bprivatliv"
        r"|\btietosuoja|\byksityisy|\bprywatno|\bsoukrom|\bконфиденц|\bgizlilik|プライバシー|隐私|隱私"
        r"|خصوصي",
    )
)
#: The site speaks to its reader.
ADDRESS = re.compile(
    r"\b(?:we|our|us|your?|wir|uns(?:ere[nrms]?)?|nous|nos|notre|votre|vos|vous|nosotros|nuestr[oa]s?|tus?"
    r"|usted|usamos|utilizamos"
    r"|puedes?|puede|noi|nostr[oiae]|tuo[i]?|tua|tue|puoi|utilizziamo|usiamo|nós|nossos?|nossas?|seu "
    r"consentimento|sua|você|wij?|onze|uw"
    r"|jouw|je|vi|våra?|våre|vores|din[ae]?|ditt|dit|du|me|kumppanimme|sinun|voit|my|nasi|naszych|naszym"
    r"|twoj\w+|możesz|my a|naši|vaš\w*"
    r"|můžete|мы|наши|наших|ваш\w*|вы|ми|ви|biz|sizin|ortaklarımız)\b|当社|お客様|私たち|あなた|弊社|我们"
    r"|我們|您|당사|귀하|저희|نحن|شركاؤنا"
)
PARTNERS = re.compile(
    r"\b(?:we|wir|nous|nosotros|noi|nós|wij?|vi|me|my|мы|biz)\b[^.]{0,15}\b(?:and|und|et|y|e|en|og|och|ja"
    r"|i|a|и|ve)\b[^.]{0,12}"
    r"(?:\d{1,4} )?[^.]{0,24}\b(?:partn|parten|socios|parceir|kumppan|vendors|anbieter|партн|ortak)"
    r"|\b\d{1,4} (?:of our |unserer )?(?:partner|partenaires|socios|parceiros|partnerów|партн|vendors"
    r"|anbieter)"
    r"|パートナー|合作伙伴|파트너"
)
BUTTON = re.compile(
    r"\s*(?:accept|agree|i agree|reject|decline|manage|allow|got it|consent|ok(?:ay)?\b|alle|akzept"
    r"|zustimm|ablehn|einstell|einwilli"
    r"|tout|accepter|refuser|j['’]accepte|acept|rechaz|configur|accett|rifiut|aceit|rejeit|recusar"
    r"|accepteren|weiger|akkoord|godkänn"
    r"|avvisa|godta|afvis|tillad|hyväksy|zaakcept|akcept|zgadzam|przejd|souhlas|přijm|odmít|приня|соглас"
    r"|отклон|прийня|kabul|reddet"
    r"|同意|許可|拒否|接受|拒绝|동의|거부|أوافق|قبول)"
)
