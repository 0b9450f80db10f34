"""Forty articles that look like other pages: name → URL, page."""

from tests.unit.agents.clean.kinds.markup import BANNER, SITE, STOCK, cards, document, ld, og, prose

HEAD = og("article") + '<meta property="article:published_time" content="2026-03-10T07:30:00Z">'
AGO = '<p class="byline">By Mara Ellwood, <time datetime="2026-03-10">March 10, 2026</time></p>'


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _story(
    title: str, *texts: str, url: str = "/town/a-story", head: str = "", more: str = "", language: str = "en"
) -> tuple[str, str]:
    body = f"<main><article><h1>{title}</h1>{_p(*texts)}</article>{more}</main>"
    return SITE + url, document(f"{title} | Courier", body, head, language)


STORY = STOCK["en"]["prose"]
TITLE = "Swing bridge to close for nine weeks"
SHORT = (
    "A tram ran off its rails at Quay Street on Monday morning. Nobody was hurt. The line was closed until"
    " noon, and buses ran instead. The operator blames a stone in the points, which a gull may have dropped"
    " there, and has asked the council to look at the nests on the roof of the depot."
)
ITEMS = (
    "Baker's lane",
    "The salt store",
    "Heron lock",
    "Tolland Mill",
    "The old brewery",
    "Fish steps",
    "North mole",
)
ARTICLES = {
    "at the root": _story(TITLE, *STORY, url="/"),
    "at the root, website": _story(TITLE, *STORY[:2], url="/", head=og("website")),
    "at the root with teasers": _story(TITLE, *STORY, url="/", more=cards("headings", number=30)),
    "short": _story("Tram leaves the rails", SHORT),
    "short at a short URL": _story("Tram leaves the rails", SHORT, url="/tram"),
    "short with teasers": _story("Tram leaves the rails", SHORT, more=cards("around", number=12)),
    "short with teasers in divs": _story(
        "Tram leaves the rails", SHORT, more=cards("divs", number=30), head=og("article")
    ),
    "with thirty teasers": _story(TITLE, *STORY, more=cards("article", number=30)),
    "with teasers, German": _story(
        "Drehbrücke bleibt gesperrt", *STOCK["de"]["prose"], more=cards("flat", "de", 30), language="de"
    ),
    "with teasers, French": _story(
        "Le pont fermé", *STOCK["fr"]["prose"], more=cards("list", "fr", 20), language="fr"
    ),
    "with teasers, Spanish": _story(
        "El puente cierra", *STOCK["es"]["prose"], more=cards("table", "es", 20), language="es"
    ),
    "with teasers, Russian": _story(
        "Мост закроют", *STOCK["ru"]["prose"], more=cards("headings", "ru", 20), language="ru"
    ),
    "with teasers, Japanese": _story(
        "旋回橋が閉鎖へ", *STOCK["ja"]["prose"], more=cards("around", "ja", 20), language="ja"
    ),
    "with a banner": (
        f"{SITE}/town/bridge",
        document(TITLE, BANNER + f"<article><h1>{TITLE}</h1>{prose()}</article>" + BANNER),
    ),
    "about a cookie law": _story(
        "Cookie banners must offer a way out, court rules",
        "Websites that ask for consent to cookies must"
        " let people reject them as easily as accept them, the regional court ruled on Monday. A shop had "
        "hidden"
        " the button behind three pages.",
        "“We value your privacy, says the banner, and then it does not,” said the"
        " judge. Advertising partners of the shop had stored data on the devices of 40,000 visitors. The "
        "shop"
        " wants to appeal. The data protection office welcomed the ruling.",
    ),
    "about a cookie law, German": _story(
        "Gericht: Cookie-Banner braucht Ablehnen-Knopf",
        "Wer um Zustimmung zu Cookies bittet, muss das"
        " Ablehnen ebenso leicht machen. Das hat das Landgericht am Montag entschieden. Ein Händler hatte "
        "den Knopf"
        " auf der dritten Seite versteckt.",
        "Nach Ansicht der Richter war die Einwilligung damit nicht freiwillig."
        " Werbepartner hatten Daten auf den Geräten von 40.000 Besuchern gespeichert. Der Händler will in"
        " Berufung gehen, die Datenschutzbehörde begrüßte das Urteil.",
        language="de",
    ),
    "advice on cookies": _story(
        "What to click when a site asks about cookies",
        "Every page asks, and hardly anyone reads. Yet you can"
        " say no, and the page works all the same. Consent that you gave can be withdrawn, says Ines "
        "Hollow of the"
        " consumer office.",
        "Her advice: look for the small grey link, not for the green button. Delete cookies once"
        " a month. Use a browser that blocks advertising by itself. And do not feel guilty towards the "
        "paper that"
        " you read, since most of the money stays with brokers.",
        head=HEAD,
    ),
    "about a 404 page": _story(
        "Page not found: how a museum made an exhibition of dead links",
        "A grey wall, a blinking cursor and the"
        " words “404 page not found”: that is the first thing visitors see in the Museum of Letters, "
        "which opened a"
        " show about dead links on Sunday.",
        "“Nothing is as honest as an error,” said curator Ida Mor. She collected 4,000"
        " such pages in eleven years. The oldest is from a bakery that closed in 1997. The show runs "
        "until October,"
        " and the gift shop sells mugs that say sorry.",
    ),
    "about 404, short": _story(
        "404 campaign finds six missing children",
        "A charity that shows pictures of missing children on error"
        " pages says that six of them have been found since spring. More than 900 sites take part, among "
        "them the"
        " county and two banks. When a page is missing, a face appears. The police called the idea simple "
        "and good.",
    ),
    "about captchas": _story(
        "Start-up from Norden wants to do away with captchas",
        "Traffic lights, bicycles, hydrants: people spend"
        " 500 years a day proving to machines that they are human. A firm from Norden now says that a "
        "robot can be"
        " told by the way in which it moves the mouse.",
        "The browser sends a number instead of pictures. Critics fear that"
        " people who steer with their eyes are locked out. The firm got 3 million crowns from investors "
        "on Friday.",
    ),
    "about a blocked site": _story(
        "Access denied: students locked out of exam site",
        "For three hours on Wednesday the exam site of the"
        " university showed nothing but “access denied” to 1,200 students. A security service had taken "
        "the dormitory"
        " for a bot, since all of them came from one address.",
        "The exam will be held again on Saturday. The rector said sorry"
        " and asked the service to check its rules. No cookies were harmed, a student wrote on a poster.",
    ),
    "list of places": _story(
        "Seven places to see before the ferry leaves",
        "The ferry stays for four hours, which is enough for all of"
        " this if you walk fast, and for half of it if you do not.",
        more="".join(
            f"<h3><a href='https://guide.example/{at}'>{name}</a></h3><p>{STOCK['en']['teasers'][at]}</p>"
            for at, name in enumerate(ITEMS)
        ),
    ),
    "round-up of links": _story(
        "What we read this week",
        "Each Friday the desk picks what was worth reading elsewhere and at home. This"
        " week: bridges, bells and a heron with a grudge. As always, write to us if we missed something "
        "good.",
        more="".join(
            f"<p>{STOCK['en']['teasers'][at]} <a href='/news/{at}-x'>{name}</a> has more on how it came "
            f"about.</p>"
            for at, name in enumerate(STOCK["en"]["headlines"])
        ),
        head=HEAD,
        url="/blog/what-we-read-this-week-1093",
    ),
    "live blog": _story(
        "Flood: the water is falling",
        "",
        head=ld("LiveBlogPosting", headline="Flood: the water is falling"),
        more="".join(
            f'<div class="entry" id="e{at}"><time>{at + 9}.15</time><h3><a '
            f'href="#e{at}">{head}</a></h3><p>{STOCK["en"]["teasers"][at]}</p></div>'
            for at, head in enumerate(STOCK["en"]["headlines"])
        ),
    ),
    "column with an author's box": _story(
        "The bench by the lock",
        *STORY[:2],
        url="/columns/mara-ellwood/the-bench-by-the-lock",
        more="<div class='author-box'><h4><a href='/author/mara-ellwood'>Mara Ellwood</a></h4><p>Mara "
        "Ellwood has written about the"
        " harbour for the Courier since 2011.</p></div>" + cards("headings", number=3),
    ),
    "column, author in the path": _story(
        "Pazar yeri", *STOCK["fr"]["prose"], url="/yazarlar/ayse-kaya/pazar-yeri-48213", language="fr"
    ),
    "photo essay": _story(
        "Lanterns on the canal",
        "For one night the canal belongs to paper boats. Our photographer went with those who fold them.",
        url="/pictures/lanterns-on-the-canal",
        more="".join(
            f'<figure><img src="/{at}.jpg" alt=""><figcaption>{text}</figcaption></figure>'
            for at, text in enumerate(STOCK["en"]["teasers"])
        )
        + prose(number=1),
    ),
    "interview": _story(
        "“I never wanted a bridge”",
        "<b>Mrs Tarn, you kept the lock for forty years. Do you miss it?</b>",
        "I miss the mornings. Not the tourists, not the paperwork, and certainly not the winters with ice "
        "on the chains.",
        "<b>What will change with the new bridge?</b>",
        "Boats will be faster and people slower. That is the wrong way round, if you ask"
        " me, but nobody asked me, and the board had made up its mind long before the first meeting in "
        "the church hall.",
    ),
    "questions and answers": _story(
        "The new tram roster: your questions answered",
        *(
            f"<b>{q}</b> {a}"
            for q, a in (
                ("When does it begin?", "On the first Monday in May, if the drivers agree on Friday."),
                ("Do you pay more?", "No. Fares stay until summer."),
                ("Why now?", "Eleven drivers retire this year, and we found only four."),
                ("Where can you read it?", "At all stops, and on paper at the depot."),
            )
        ),
    ),
    "recipe": _story(
        "Salt bread from the quay",
        "Bakers on the quay have made this bread since the salt ships came.",
        "Ingredients: 500 g of flour, 10 g of salt, a spoon of honey, 20 g of yeast, 300 ml of warm "
        "water, seeds for the crust.",
        "Mix flour and salt. Stir yeast and honey into the water, wait ten minutes, and knead all of it "
        "until it no longer sticks."
        " Let it rise for two hours. Bake it for forty minutes in a hot oven.",
        url="/recipes/salt-bread",
    ),
    "obituary": _story(
        "Ida Mor, who counted herons",
        "Ida Mor, who for fifty years counted the herons of the estuary, died on Sunday. She was 91."
        " A teacher by trade, she began in 1974 with a pair of opera glasses and a school notebook.",
        "Her lists show that the"
        " birds come back eleven days earlier now. She leaves two daughters, a boat and 212 notebooks.",
        url="/people/obituaries/ida-mor",
    ),
    "match report": _story(
        "Harbour club loses again",
        "The Harbour club lost 2-3 to Norden on Saturday before 800 people, its sixth defeat in a"
        " row. Arkle scored twice in the first half, and then the legs grew heavy. Coach Brandt spoke of "
        "bad luck and worse defending."
        " The club stays last but one, and has five matches left to save itself.",
        more="<table>"
        + "".join(f"<tr><td>{at}</td><td>{name}</td><td>{30 - at}</td></tr>" for at, name in enumerate(ITEMS))
        + "</table>",
    ),
    "short slug in a section": _story(TITLE, *STORY, url="/town/bridge", more=cards("list", number=9)),
    "with a paging link": _story(TITLE, *STORY, head='<link rel="next" href="/town/a-story?page=2">'),
    "announcement of the paper": _story(
        "Why we ask you to log in from May",
        "Dear readers, from May on you need an account to read us. We know that this"
        " is a nuisance, so here is why. Advertising pays for ever less, and we want to know who reads "
        "what.",
        "Your data stay with us: no"
        " partners, no brokers. You can delete the account at any time, and the accounts cost nothing. "
        "Write to us if you have questions.",
    ),
    "about privacy, opinion": _story(
        "We have stopped reading what we agree to",
        "We click, we scroll, we agree. Nobody reads forty pages before the weather."
        " That is no consent, it is a reflex, and your lawyer would say the same of any other contract.",
        "My neighbour prints such pages and"
        " binds them. He has nine volumes. He says that the prose is bad and the plot is good: somebody "
        "wants something, and at the"
        " end gets it.",
        head=HEAD,
    ),
    "about a search": _story(
        "Search for missing rower ends",
        "The search for a rower who went missing on Thursday has ended well: the man, 54, was"
        " found on the north mole on Friday night, cold but unhurt. His boat had filled with water. "
        "Results of the police inquiry are"
        " due next week, a spokeswoman said. Forty volunteers had helped in the search.",
        url="/town/search",
    ),
    "about a home page": _story(
        "Brackwater gets a new home page",
        "The town has a new home page. It loads faster, says the clerk, and has fewer pictures"
        " of the mayor. Those who look for the opening hours of the dump find them at once. It cost "
        "90,000 crowns, which the opposition"
        " calls a scandal and the clerk a bargain.",
        head=og("website"),
    ),
    "on maintenance": _story(
        "Swimming hall under maintenance until June",
        "The swimming hall is closed for maintenance until June, the town said on Monday. The"
        " pumps are 40 years old, and spare parts no longer exist. Swimmers with a yearly card get two "
        "months back. The school sports move"
        " to Norden, by bus, at the expense of the county.",
    ),
    "not claimed, in a div": (
        f"{SITE}/n/48213",
        document(
            "Bridge",
            f"<div class=wrap><div class=t>{TITLE}</div><div>{'<br><br>'.join(STORY)}</div></div>"
            + cards("bare", number=20),
        ),
    ),
}
