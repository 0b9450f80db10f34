"""Nationalities, peoples, religions and parties by the words for their people: `French`, `Kurds`, `Sunni`."""

from functools import cache
from importlib import resources

#: Peoples and regions without a state of their own, religions, and supporters of parties.
OTHERS = frozenset(
    (
        "African Africans Asian Asians European Europeans Arab Arabs Latin Hispanic Hispanics Latino"
        " Latinos Latina Scandinavian Nordic Slavic Slav Slavs Kurdish Kurd Kurds Berber Berbers"
        " Basque Basques Catalan Catalans Breton Bretons Flemish Walloon Corsican Sicilian Bavarian"
        " Prussian Chechen Chechens Tatar Tatars Cossack Cossacks Abkhaz Ossetian Uighur Uighurs"
        " Uyghur Uyghurs Tibetan Tibetans Tamil Tamils Sinhalese Punjabi Bengali Bengalis Gujarati"
        " Kashmiri Kashmiris Pashtun Pashtuns Baloch Hazara Hazaras Rohingya Karen Hutu Hutus Tutsi"
        " Tutsis Zulu Zulus Xhosa Yoruba Igbo Hausa Fulani Afrikaner Afrikaners Tuareg Maori Māori"
        " Aboriginal Aborigines Inuit Navajo Cherokee Soviet Soviets Yugoslav Yugoslavs Muslim"
        " Muslims Islamic Islamist Islamists Christian Christians Catholic Catholics Protestant"
        " Protestants Orthodox Anglican Anglicans Lutheran Methodist Baptist Baptists Evangelical"
        " Evangelicals Mormon Mormons Jewish Jew Jews Sunni Sunnis Shiite Shiites Shi'ite Shi'ites"
        " Shia Hindu Hindus Sikh Sikhs Buddhist Buddhists Druze Coptic Copts Yazidi Democrat"
        " Democrats Democratic Republican Republicans Tory Tories Liberal Liberals Socialist"
        " Socialists Communist Communists Marxist Conservative Conservatives Labourite Zionist"
        " Zionists Nazi Nazis Bolshevik Peronist Baathist Londoner Londoners Parisian Parisians Texan"
        " Texans Californian Californians New-Yorker New-Yorkers Berliner Muscovite Muscovites"
        " Western Westerner Westerners"
    ).split()
)


def _rows() -> list[list[str]]:
    """Code, name, other names, words for the people and Wikidata id of each country."""
    lines = resources.files(__package__).joinpath("countries.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


@cache
def countries() -> dict[str, str]:
    """Demonym → ISO 3166 code of the country."""
    rows = _rows()
    return {
        word.replace("-", " ") if "ni-" not in word else word: row[0]
        for row in rows
        for word in row[3].split()
    }


def is_demonym(name: str) -> bool:
    return name in countries() or name in OTHERS


@cache
def _names() -> dict[str, str]:
    """Name of a country → its ISO 3166 code. Parts of the United Kingdom are countries of their own here."""
    rows = _rows()
    return {
        name.casefold(): row[0]
        for row in rows
        for name in (row[1], *row[2].split(";"))
        if name and name not in PARTS
    }


#: Countries in a country: each is itself, and no name of the whole.
PARTS = frozenset(("England", "Scotland", "Wales", "Northern Ireland"))


def country_of(name: str) -> str | None:
    """The ISO 3166 code of the country with this name, `U.S.` and `Burma` among them."""
    return _names().get(name.casefold().removeprefix("the "))


@cache
def _wikidata() -> dict[str, str]:
    return {row[0]: row[4] for row in _rows()}


def wikidata_of(country: str) -> str | None:
    """The Wikidata id of the country with this ISO 3166 code."""
    return _wikidata().get(country) or None
