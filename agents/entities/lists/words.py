"""Words by language that stand before names: of places, and of organisations."""

import re

#: Before a place, and before other things rarely with a capital letter.
BEFORE_PLACE = re.compile(
    r"(?<!\w)(?:in|ab|aus|nach|bei|von|nahe|um|über|à|au|aux|dans|vers|près de|depuis|en|desde|hasta|hacia"
    r"|cerca de|a|da|di"
    r"|nel|nella|verso|presso|em|no|na|para|te|naar|bij|uit|op|i|fra|från|till|til|w|z|do|we|ve|la|din"
    r"|din)\s+$",
    re.IGNORECASE,
)
#: The head of an organisation's name, before the words that distinguish it.
HEAD = re.compile(
    r"(?:Universität|Hochschule|Deutsche[rs]?|Österreichische[rns]?|Schweizerische[rns]?|Bundes\w+|Landes\w+"
    r"|Verein|Verband|Partei"
    r"|Université|Groupe|Ministère|Office|Conseil|Association|Institut|Banque|Compagnie|Société|Fédération"
    r"|Parti|Syndicat|Agence"
    r"|Archives|Musée|Hôpital|Tribunal|Cour|Conservatoire|École|Assemblée|Commission|Union"
    r"|Universidad|Ministerio|Ayuntamiento|Banco|Asociación|Instituto|Compañía|Sociedad|Federación|Partido"
    r"|Sindicato|Agencia"
    r"|Archivo|Museo|Tribunal|Corte|Escuela|Asamblea|Comisión|Unión|Consejería|Junta|Generalitat|Diputación"
    r"|Federació"
    r"|Università|Ministero|Comune|Banca|Associazione|Istituto|Compagnia|Società|Federazione|Partito"
    r"|Sindacato|Agenzia|Ospedale"
    r"|Universidade|Ministério|Associação|Companhia|Sociedade|Federação|Câmara|Prefeitura|Hospital|Supremo"
    r"|Universiteit|Ministerie|Vereniging|Gemeente|Rijks\w+|Koninklijke)"
)
#: Before the name of an organisation, without a capital letter in languages other than German.
BEFORE_ORGANISATION = re.compile(
    r"(?<!\w)(?:groupe|société|entreprise|compagnie|firme|hôtel|association|conserverie|grupo|empresa"
    r"|compañía|hotel"
    r"|gruppo|azienda|società|impresa|companhia|bedrijf|rederij|Firma|Gruppe|Konzern|Unternehmen|Reederei"
    r"|Verein|Hotel)\s+$"
)
LEGAL_FORM = re.compile(
    r"(?:GmbH|AG|KG|SE|SA|SARL|SAS|S\.A\.|S\.L\.|SL|SpA|S\.p\.A\.|Srl|Lda|Ltda|BV|NV|AB|AS|Oy|e\.V\.|eG|SNCF)"
)
#: Words inside names of persons and of organisations, in lower case.
INSIDE = re.compile(
    r"(?:von|vom|van|der|den|de|del|della|dei|delle|degli|di|da|do|dos|das|du|des|la|le|les|el|los|las|y|e"
    r"|et|und|für|pour|per|para|d|l|zu)",
    re.IGNORECASE,
)
#: Short words that are first names somewhere, and here never are.
NO_FIRST_NAME = frozenset(
    "das der die den dem des ein wir sie ich man wie was wer nun nur auf aus bei bis für mit vom von vor zum"
    " zur als"
    " les des une que qui dans mais pour par sur ses son elle ils los las del con por sin una che chi per"
    " con non"
    " dei gli nel sul uma dos nas het een voor met van zijn mai juin maintenant seit auch noch".split()
)
