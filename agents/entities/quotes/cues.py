"""Words that say that somebody speaks: verbs of speech, and `according to`. By language."""

import re

#: Verbs in the forms that news uses. With one of these, a quotation or a clause is what somebody said.
ENGLISH = (
    "told tells tell telling"  # old word: these are verbs of speech
    " said says say saying added adds add adding wrote writes write writing asked asks asking"
    " replied replies reply replying responded responds responding answered explained explains explaining"
    " insisted insists insisting argued argues argue arguing claimed claims claim claiming stated states"
    " stating noted notes noting"
    " warned warns warn warning announced announces announcing declared declares declaring admitted admits"
    " admitting"
    " conceded concedes acknowledged acknowledges confirmed confirms confirming denied denies deny denying"
    " suggested suggests suggesting joked jokes quipped recalled recalls recalling remarked remarks observed"
    " commented"
    " continued continues concluded concludes shouted shouts shouting yelled cried cries whispered tweeted"
    " tweets posted promised promising vowed vows vowing urged urges urging predicted predicts complained"
    " complains"
    " stressed stresses stressing emphasized emphasised testified testifies ruled reported reports report"
    " reporting maintained maintains"
    " alleged alleges alleging boasted lamented mused muttered retorted repeated exclaimed pleaded begged"
    " boomed"
    " cautioned cautions countered pledged pledges reasoned remembered revealed reveals disclosed"
    " laughed sighed shrugged smiled grinned sobbed screamed barked snapped began interjected interrupted"
    " murmured"
    " reads read protested reiterated estimated believes contended contends asserted asserts"
    " proclaimed proclaims advised advises instructed ordered informed assured quoted demanded"
)
#: Verbs that with a few quoted words say what somebody called or thought something.
ENGLISH_OF_WORDS = (
    "called calls call calling described describes describe describing labelled labeled branded termed"
    " dismissed dismisses praised"
    " criticised criticized condemned condemns denounced denounces blamed blames accused accuses hailed"
    " hails spoke speaks"
    " mocked referred refers likened slammed attacked characterised characterized deemed cited cites"
)
GERMAN = (
    "sagte sagt sagten sagen meinte meint erklärte erklärt erklärten teilte betonte betont ergänzte fügte"
    " berichtete"
    " berichtet kritisierte kritisiert forderte fordert warnte warnt schrieb schreibt rief antwortete"
    " antwortet fragte erzählte"
    " erzählt versicherte bestätigte räumte lobte lobt hieß gab mahnte mahnt klagte schilderte schildert"
    " resümierte"
)
FRENCH = (
    "dit déclaré déclare affirmé affirme expliqué explique ajouté ajoute estimé estime assuré assure précisé"
    " précise"
    " indiqué indique souligné souligne raconté raconte répondu répond répète confié confie lancé lance"
    " annoncé"
    " annonce écrit dénoncé dénonce regretté regrette résume commente conclut insiste rappelle soutient"
    " prévient demandé demande sourit soupire plaisante glisse lâche ironise"
    " témoigne tranche martèle reconnaît admet"
)
SPANISH = (
    "dijo dice dicen explicó explica afirmó afirma aseguró asegura añadió añade señaló señala declaró declara"
    " indicó indica apuntó destacó destaca contó cuenta respondió responde preguntó advirtió advierte"
    " anunció anuncia lamentó"
    " lamenta resumió resume protestó escribió escribe reconoció confirmó sostuvo insistió comentó recordó"
    " relató manifestó"
)
ITALIAN = (
    "detto dice disse spiegato spiega aggiunto aggiunge dichiarato dichiara affermato afferma risposto"
    " risponde"
    " raccontato racconta commentato commenta scritto scrive comunicato annunciato sottolineato sottolinea"
    " chiesto replicato ribadito assicurato assicura"
)
PORTUGUESE = (
    "disse diz afirmou afirma explicou explica acrescentou declarou declara contou conta respondeu perguntou"
    " escreveu anunciou alertou lamentou ressaltou destacou informou garantiu admitiu comentou resumiu"
)
DUTCH = (
    "zei zegt zeiden zeggen vertelde vertelt verklaarde verklaart meldde meldt schreef schrijft antwoordde"
    " antwoordt"
    " vroeg stelde stelt benadrukte riep liet liet weten laat vindt vond"
)
OTHER = (GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH)
WORDS_OTHER = (
    "bezeichnete bezeichnet nannte nennt salué salue jugé juge"
    " dénonce dénoncé qualifié qualifie calificó califica tildó definito"
    " definisce chamou chama"
    " noemde noemt"
)
ACCORDING = (
    r"[Aa]ccording\s+to|Laut|(?<=, )laut|[Ss]elon|[Dd]['’]après|[Ss]egún|[Ss]econdo|[Vv]olgens|[Ss]egundo"
    r"|[Nn]ach Angaben (?:von|der|des)"
)


def _pattern(*lists: str) -> str:
    words = sorted({word for each in lists for word in each.split()}, key=lambda word: (-len(word), word))
    return "|".join(words)


def _verbs(*lists: str) -> str:
    """A verb in lower case, or with a capital where a sentence begins with it: not `United States`."""
    lower = _pattern(*lists)
    return rf"(?<![\w-])(?:{lower}|(?:(?<=\n)|(?<=[.!?”\"]\s)){_capitals(lower)})(?![\w-])"


def _capitals(pattern: str) -> str:
    return "(?:" + "|".join(word.capitalize() for word in pattern.split("|")) + ")"


SPEECH = re.compile(
    rf"{_verbs(ENGLISH, *OTHER)}(?:\s+back)?|\b(?:shot|hit|fired|called|wrote|shouted) (?:back|out)\b"
    rf"|(?<=\breporter )called\b"
)
OF_WORDS = re.compile(rf"{_verbs(ENGLISH_OF_WORDS, WORDS_OTHER)}(?:\s+of\b)?")
ANY = re.compile(rf"{_verbs(ENGLISH, *OTHER, ENGLISH_OF_WORDS, WORDS_OTHER)}(?:\s+(?:of|back)\b)?")
ACCORDING_TO = re.compile(rf"(?<![\w-])(?:{ACCORDING})\s+")
