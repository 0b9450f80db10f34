"""Words by language that stand before names, or open them, and say what they are names of."""

import re

#: Before a place, and before other things rarely with a capital letter.
BEFORE_PLACE = re.compile(
    r"(?<!\w)(?:in|ab|aus|nach|bei|von|vor|nahe|um|über|à|au|aux|dans|vers|près de|depuis|en|desde|hasta"
    r"|hacia|cerca de|a|da|di"
    r"|nel|nella|verso|presso|em|no|na|para|te|naar|bij|uit|op|i|fra|från|till|til|w|z|do|we|ve|la|din)"
    r"[^\S\n]+$|(?<!\w)d[’']$",
    re.IGNORECASE,
)
#: What a place's name begins with, in lower case in French and mostly in Spanish and Italian.
LANDMARK = (
    "golfe|mer|lac|baie|mont|vallée|détroit|massif|quai|rue|avenue|boulevard|pont|parc|square|gare|aéroport"
    "|presqu’île|forêt|fleuve|rivière"
    "|golfo|mar|lago|bahía|monte|valle|estrecho|calle|plaza|avenida|paseo|puente|parque|río|sierra|embalse"
    "|lungomare|piazza|ponte|parco|fiume|porto|rio|praça|rua|baía|serra"
)
JOINS = r"(?:de la |de l[’']|de los |de las |de |du |des |d[’']|del |della |dell[’']|di |do |da |dos |das )?"
BEFORE_LANDMARK = re.compile(rf"(?<![\w-])(?:{LANDMARK})\s{JOINS}$")
#: The same with a capital letter, before the words that distinguish it: `Explanada de España`.
LANDMARK_HEAD = re.compile(
    r"(?:Explanada|Plaza|Paseo|Calle|Avenida|Puente|Parque|Mercado|Sierra|Golfo|Lago|Monte|Valle|Río|Bahía"
    r"|Piazza|Via|Ponte|Parco|Praça|Rua|Lac|Mont|Golfe|Pont|Quai|Place|Rue|Avenue|Boulevard)"
)
EVENT_HEAD = re.compile(
    r"(?:Festival|Feria|Fiestas?|Fallas|Hogueras|Carnaval|Copa|Mundial|Juegos|Semana|Vuelta|Coupe|Tour|Fête"
    r"|Salon|Foire|Jeux|Carnevale|Coppa|Giro|Festa|Fiera|Jogos|Festspiele|Kieler)"
)
#: Before the name of a ship.
BEFORE_VESSEL = re.compile(
    r"(?<!\w)(?:Frachter|Schiff|Fähre|Tanker|Segelschiff|Kreuzfahrtschiff|Yacht|Kutter|Schlepper|Fregatte"
    r"|U-Boot|Containerschiff|Rettungsschiff"
    r"|cargo|navire|bateau|ferry|paquebot|voilier|chalutier|bolincheur|caseyeur|thonier|pétrolier|remorqueur"
    r"|frégate|buque|barco|petrolero|pesquero|velero|crucero|fragata|nave|traghetto|peschereccio|veliero"
    r"|petroliera|navio|schip|veerboot|vrachtschip)(?:\s|\s?[„“\"«‚'‘]\s?)$"
)
#: The head of an organisation's name, before the words that distinguish it.
HEAD = re.compile(
    r"(?:Universität|Hochschule|Deutsche[rns]?|Österreichische[rns]?|Schweizerische[rns]?|Bundes\w+|Landes\w+"
    r"|Verein|Verband|Partei|Arbeiterkammer|Wirtschaftskammer|Handelskammer|Handwerkskammer|Ärztekammer"
    r"|Université|Groupe|Ministère|Office|Conseil|Association|Institut|Banque|Compagnie|Société|Fédération"
    r"|Parti|Syndicat|Agence"
    r"|Archives|Musée|Hôpital|Tribunal|Cour|Conservatoire|École|Assemblée|Commission|Union"
    r"|Universidad|Ministerio|Ayuntamiento|Banco|Asociación|Instituto|Compañía|Sociedad|Federación|Partido"
    r"|Sindicato|Agencia|Ferrocarril(?:s|es)?"
    r"|Archivo|Museo|Tribunal|Corte|Escuela|Asamblea|Comisión|Unión|Consejería|Junta|Generalitat|Diputación"
    r"|Federació"
    r"|Università|Ministero|Comune|Banca|Associazione|Istituto|Compagnia|Società|Federazione|Partito"
    r"|Sindacato|Agenzia|Ospedale|Ferrovie"
    r"|Universidade|Ministério|Associação|Companhia|Sociedade|Federação|Câmara|Prefeitura|Hospital|Supremo"
    r"|Universiteit|Ministerie|Vereniging|Gemeente|Rijks\w+|Koninklijke)"
)
#: What a head in lower case letters goes on with: ` cantonal de l’agriculture et de la nature`.
COMPLEMENT = re.compile(
    r"(?:\s[a-zà-ÿ]{2,15}(?:ale?s?|aux|iques?|ien(?:ne)?s?|aires?|ado|ano|ana|cional))?"
    r"(?:\s(?:et\s|y\s|e\s)?(?:de\sla\s|de\sl[’']|de\slos\s|de\slas\s|du\s|des\s|de\s|d[’']|del\s|della\s"
    r"|dell[’']|dei\s|do\s|da\s)[\w-]{3,30}){1,4}(?:\s(?:unies|unidas|unite))?"
)
#: Before the name of an organisation, without a capital letter in languages other than German.
BEFORE_ORGANISATION = re.compile(
    r"(?<!\w)(?:groupe|société|entreprise|compagnie|firme|hôtel|association|conserverie|coopérative|syndicat"
    r"|collectif|fondation|grupo|empresa|compañía|hotel|asociación|sindicato|fundación|colectivo"
    r"|gruppo|azienda|società|impresa|companhia|bedrijf|rederij|stichting)"
    r"(?:[^\S\n][a-zà-ÿ]{3,15})?[^\S\n]+$"
)
#: The same in German, where it is one of the words with a capital letter.
KIND_OF_ORGANISATION = re.compile(
    r"(?:Firma|Gruppe|Konzern|Unternehmen|Reederei|Hotel|Druckerei|Brauerei|Bäckerei|Werft|Verlag|Kanzlei"
    r"|Molkerei|Spedition|Stiftung|Gewerkschaft|Fluggesellschaft|Supermarktkette)"
)
LEADER = re.compile(r"(?:Geschäftsführer|Vorstandschef|Vorstandsvorsitzende[rn]?|Betriebsrat)(?:in)?")
#: `selon l’Ifremer`: an article shows that it is no person.
BY_ARTICLE = re.compile(
    r"(?<!\w)(?:[Ss]elon|[Dd][’']après|[Ss]egún|[Ss]econdo|[Ss]egundo)\s(?:l[’']|la\s|le\s|les\s|el\s|il\s|o\s|a\s)$"
)
#: The same where a sentence begins with it.
SOURCE = frozenset(("selon", "según", "secondo", "segundo"))
NO_SOURCE = frozenset(
    "premier première état gouvernement président parlement gobierno governo presidente".split()
)
LEGAL_FORM = re.compile(
    r"(?:GmbH|AG|KG|SE|SA|SARL|SAS|S\.A\.|S\.L\.|SL|SpA|S\.p\.A\.|Srl|Lda|Ltda|BV|NV|AB|AS|Oy|e\.V\.|eG|SNCF)"
)
#: `Viktoria-Luise-Gymnasium`.
NAMED_HOUSE = re.compile(
    r"(?:[^\W\d_]{2,20}-){1,4}(?:Gymnasium|Schule|Grundschule|Gesamtschule|Realschule|Universität|Hochschule"
    r"|Klinik|Klinikum|Krankenhaus|Institut|Stiftung|Museum|Theater)(?:s|es)?"
)
#: Words inside names of persons and of organisations, in lower case.
INSIDE = re.compile(
    r"(?:von|vom|van|der|den|de|del|della|dei|delle|degli|di|da|do|dos|das|du|des|la|le|les|el|los|las|y|e"
    r"|et|und|für|pour|per|para|zu|[dl][’']?|dell[’'])",
    re.IGNORECASE,
)
#: Which make two names of one after a conjunction only where none of them stands before it.
PREPOSITION = re.compile(
    r"(?:für|der|des|de|du|del|della|dei|di|do|da|dos|das|pour|per|para|voor|van|[dl][’'])"
)
#: Words for persons by what they do, in German, where they begin a name's words with a capital letter.
ROLE = re.compile(
    r"[A-ZÄÖÜ]?[\wäöüß-]{0,25}(?:[Ll]eiter|[Mm]inister|[Ss]precher|[Dd]irektor|[Pp]räsident|[Kk]anzler"
    r"|[Cc]hef|[Kk]apitän|[Mm]eister|[Kk]ämmerer|[Aa]nwält|[Aa]nwalt|[Rr]ichter|[Ll]ehrer|[Ff]orscher"
    r"|[Tt]rainer|[Vv]orsitzende|[Rr]at|[Ss]ekretär|[Ff]ührer|[Rr]edakteur|[Aa]bgeordnete|[Aa]utor"
    r"|[Pp]rofessor|[Bb]otschafter|[Ss]enator|[Bb]ischof|[Pp]farrer|[Bb]iolog|[Hh]istoriker|[Öö]konom"
    r"|[Ii]nspektor|[Bb]eauftragte|[Gg]ründer|[Ii]nhaber|[Ww]irt|[Ll]andwirt|[Zz]üchter|[Ff]ischer"
    r"|[Ss]chüler|[Ss]tudent|[Ss]chwester|[Pp]fleger|[Hh]err|[Ff]rau|[Ww]itwe)(?:innen|in|en|e|r|n|s)?"
)
#: The same in other languages, right before a name or before a comma: `su presidenta, `.
BEFORE_PERSON = re.compile(
    r"(?<!\w)(?:directeur|directrice|présidente?|ministre|maire|préfète?|député|députée|sénateur|sénatrice"
    r"|porte-parole|biologiste|historienne?|avocate?|professeure?|chercheure?|chercheuse|économiste|patronne?"
    r"|gérante?|éleveur|éleveuse|infirmière?|capitaine|secrétaire|entraîneur|juge|procureure?|romancière?"
    r"|presidente|presidenta|director|directora|alcalde|alcaldesa|concejal|concejala|ministro|ministra"
    r"|portavoz|consejero|consejera|diputado|diputada|senador|senadora|botánico|botánica|biólogo|bióloga"
    r"|abogado|abogada|profesor|profesora|investigador|investigadora|ingeniero|ingeniera|secretario"
    r"|secretaria|juez|jueza|capitán|entrenador|entrenadora|médico|médica"
    r"|sindaco|sindaca|direttore|direttrice|portavoce|assessore|assessora|avvocato|avvocata|professore"
    r"|professoressa|prefeito|prefeita|diretor|diretora|deputado|deputada|burgemeester|directeur"
    r"|woordvoerder|woordvoerster|wethouder),?\s$"
)
#: `, 54 ans,` or `, 16,` after a name.
AGE = re.compile(r",\s\d{1,3}(?:\s(?:ans|años|anni|anos|jaar|Jahre)\b|(?=[,.]\s))")
#: A town that opens a German report: `Rostock. Der Kran`.
OPENING_TOWN = re.compile(
    r"(?<!\S)([A-ZÄÖÜ][\wäöüß-]{2,30}(?:\s[A-ZÄÖÜ][\wäöüß-]{2,30})?)(?:\s\([\w/]{2,12}\))?\.\s"
)
#: Short words that are first names somewhere, and here never are.
NO_FIRST_NAME = frozenset(
    "das der die den dem des ein wir sie ich man wie was wer nun nur auf aus bei bis für mit vom von vor zum"
    " zur als"
    " les des une que qui dans mais pour par sur ses son elle ils los las del con por sin una che chi per"
    " con non"
    " dei gli nel sul uma dos nas het een voor met van zijn mai juin maintenant seit auch noch".split()
)
#: What follows a town and a hyphen and is no part of it: `Gaza-Küste`.
NO_DISTRICT = frozenset(
    (
        "Küste Region Reise Besuch Prozess Konflikt Krieg Marathon Spiel Derby Wahl Streit Frage Gipfel"
        " Abkommen Politik Streifen Start Ziel Umfrage Studie Tour Konzert Mission Strategie Rückkehr"
        " Trip Urlaub Anschlag Flug Zug"
    ).split()
)
#: Companies whose names before a hyphen are mostly something else: `Meta-Analyse`.
NO_COMPANY = frozenset(("meta", "shell", "uber", "apple", "ford", "un", "eu", "who"))
