"""Words that stand before names and are no part of them."""

import re

#: Titles, ranks and offices, as they stand before a person's name.
TITLE = re.compile(
    r"(?:(?:ex|co|vice|deputy|acting|former|then|first|second|prime|foreign|interior|finance|defen[cs]e"
    r"|justice"
    r"|health|trade|economy|energy|oil|education|culture|environment|transport|labou?r|home|industry"
    r"|agriculture|farm|sports?|information|privatisation|privatization|budget|chief|lead|senior|junior"
    r"|assistant|head"
    r"|general|major|lieutenant|brigadier|rear|air|field|crown|grand|state|national|opposition|majority"
    r"|minority)-?)*"
    r"(?:mr|mrs|ms|miss|mx|messrs|dr|drs|prof|professor|sir|dame|lord|lady|rev|reverend|fr|father|sister"
    r"|brother"
    r"|pope|king|queen|prince|princess|duke|duchess|earl|count|countess|baron|baroness|emperor|empress"
    r"|sultan|emir|sheikh|sheik|ayatollah|imam|rabbi|bishop|archbishop|cardinal|patriarch|monsignor"
    r"|president|chancellor|premiers?|ministers?|secretary|senators?|sens?|congressman|congresswoman"
    r"|representative|reps?|governor|govs?|mayor|judge|justice|attorney|ambassador|envoy|commissioner"
    r"|councill?or|councilman|councilwoman|alderman|lawmaker|deputy|speaker|chairman|chairwoman|chair"
    r"|chairperson|director|manager|coach|captain|skipper|striker|midfielder|defender|goalkeeper|keeper"
    r"|winger"
    r"|pitcher|catcher|shortstop|quarterback|fullback|scrum-half|fly-half|centre|center|prop|hooker|lock"
    r"|batsman|bowler|all-rounder|spinner|umpire|referee|champion|pacemaker|cyclist|jockey|trainer"
    r"|general|gen|colonel|col|lieutenant-colonel|capt|commander|cmdr|major|maj|lieutenant|lt|sergeant|sgt"
    r"|corporal|cpl|private|pvt|officer|constable|pc|detective|det|inspector|insp|superintendent|supt|sheriff"
    r"|marshal|admiral|adm|commodore|nurse|trooper|ranger|lawyer|prosecutor|actor|actress|singer|author"
    r"|writer|poet|director|producer|rapper|comedian|analyst|economist|historian|spokesman|spokeswoman"
    r"|spokesperson|architect|botanist|hydrologist|biologist|chemist|physicist|geologist|scientist|engineer"
    r"|farmer|fisherman|teacher|surgeon|painter|sculptor|composer|conductor|pianist|violinist|dancer|chef"
    r"|designer|banker|broker|activist|campaigner|blogger|journalist|presenter|entrepreneur|investor"
    r"|pensioner|student|widow|driver|mechanic|plumber|carpenter|builder|firefighter|paramedic|midwife"
    r"|psychologist|deacon|archdeacon|vicar|priest|venerable|monk|nun|pilot|sailor|baker|guide|librarian"
    r"|curator|leader|founder|owner|ceo|editor|reporter|correspondent|photographer)\.?",
    re.IGNORECASE,
)
#: Words that no name begins with.
NEVER = frozenset(
    (
        "a although an and because before but despite during each except for from however if in"
        " instead into its it neither nor on or since so than that their then there these they this"
        " those though trailing unless until was when where whether which while who why with without"
        " yet initially meanwhile ex"
    ).split()
)
#: First words of sentences, with a capital for no other reason, and months.
OPENING = frozenset(
    (
        "a about according across after again against all also although am among an and another any"
        " are as at back be because been before behind being below besides between beyond both but by"
        " can could despite did do does down during each earlier either elsewhere even ever every ex"
        " except few finally first following for former formerly from further given had has have he"
        " hence her here him his how however i if in indeed inside instead into initially is it its"
        " just last late later least less like likewise many may me meanwhile might more moreover"
        " most much my near neither never nevertheless next no nor not nothing now of off often on"
        " once one only or other others our out outside over own past per perhaps recently same"
        " second several shall she should since so some sometimes soon still such than that the their"
        " them then there therefore these they this those though three through throughout thus to"
        " today together tomorrow too toward towards trailing two under unless unlike until up upon"
        " us very via was we were what whatever when where whereas whether which while who whom whose"
        " why will with within without would yesterday yet you your january february march april may"
        " june july august september october november december monday tuesday wednesday thursday"
        " friday saturday sunday"
    ).split()
)
