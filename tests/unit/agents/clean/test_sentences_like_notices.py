"""Sentences of a story that have the words of notices, credits, offers, errors and dates stay."""

import pytest

from agents.clean.settings import CleanSettings
from agents.clean.work import load
from agents.records import CleanArticle, RawArticle
from streams.core.stage import Discard

WORK = load(CleanSettings())
URL = "https://harbour.example/news/ferry"
STORY = (
    "The harbour board of Gosport voted on Tuesday to keep the winter ferry running for another year, after a"
    " debate that lasted until late at night and filled the hall.",
    "Drivers from the northern villages would otherwise have to go round by Tolland Mill, which takes forty"
    " minutes longer and costs more than the ticket does at present.",
    "The ferry has carried about four thousand passengers a week since the bridge was closed, said its"
    " captain, Helen Stroud, who has worked on it for twenty years.",
)


def cleaned(*paragraphs: str, title: str = "Ferry runs on", around: str = "", url: str = URL) -> CleanArticle:
    outcome = outcome_of(*paragraphs, title=title, around=around, url=url)
    assert isinstance(outcome, CleanArticle)
    return outcome


def outcome_of(
    *paragraphs: str, title: str = "Ferry runs on", around: str = "", url: str = URL
) -> CleanArticle | Discard:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    html = (
        f"<html><head><title>{title}</title></head><body><nav><a href=/a>News</a> <a href=/b>Sport</a></nav>"
        f"<div class='{around}'><h1>{title}</h1>{body}</div><footer>© Courier</footer></body></html>"
    )
    return WORK(RawArticle(url=url, html=html, fetched_at="2026-11-29T12:00:00Z"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Bilder von der Unglücksstelle zeigen, wie das Schiff auf der Seite liegt.",
        "Fotos de la tragedia circularon durante horas en las redes sociales.",
        "Photos de famille, lettres et journaux intimes ont disparu dans l'incendie.",
        "Images by satellite show that the ice has retreated for years.",
        "Reuters could not verify the claim.",
        "Residents can register for flood alerts on the website of the council.",
        "More than 4,000 readers subscribe to the newsletter, which he writes in his kitchen.",
        "Every morning I subscribe to the same hope: that my inbox will be empty.",
        "« Inscrivez-vous sur les listes électorales », a lancé la maire devant la foule.",
        "The report, which was first published in 2019, found that the pier was unsafe.",
        "“You will find us on the quay every morning, whatever the weather,” he said.",
        "Finland is already a member of the alliance, and Sweden wants to be one soon.",
        "Il n'y a plus rien à faire, dit un pêcheur.",
        "The bridge fell on 14 August 2018.",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_sentence_with_the_words_of_a_notice_is_text(sentence: str, place: int) -> None:
    article = cleaned(*STORY[:place], sentence, *STORY[place:])

    assert sentence in article.text
    assert article.paywall.status == "unknown"
    assert article.published_at is None


@pytest.mark.parametrize(
    "notice",
    [
        "Sign up for our daily newsletter.",
        "Get the latest updates right in your inbox. Subscribe to our newsletters.",
        "Photo: Ida Brekke for the Courier.",
        "Image courtesy of the National Park Service.",
        "Abonnez-vous à notre newsletter.",
    ],
)
def test_a_notice_and_a_credit_are_not(notice: str) -> None:
    assert cleaned(*STORY[:1], notice, *STORY[1:]).text == "\n\n".join(STORY)


@pytest.mark.parametrize("around", ["recipe category-cookies", "post-12 post tag-cookies", "cookies-not-set"])
def test_an_article_in_a_class_with_cookies_is_one(around: str) -> None:
    assert cleaned(*STORY, around=around).text == "\n\n".join(STORY)


@pytest.mark.parametrize("around", ["cookie-banner", "cookies", "gdpr_notice", "onetrust-box"])
def test_a_box_about_cookies_is_none(around: str) -> None:
    assert isinstance(outcome_of(*STORY, around=around), Discard)


@pytest.mark.parametrize(
    "title",
    ["Court files missing", "404 people rescued", "Heritage site removed", "Beach access restricted"],
)
def test_a_brief_with_the_words_of_an_error_in_its_headline_is_an_article(title: str) -> None:
    cleaned(STORY[0], "The extension of the pier is to follow next year, said the mayor.", title=title)


@pytest.mark.parametrize(
    ("slug", "day"),
    [
        ("remembering-2001-09-11", "2026-03-10"),
        ("report-20190115", "2026-03-10"),
        ("deadline-2026-12-31", "2026-03-10"),
        ("2026/03/10/ferry", "2026-03-10"),
    ],
)
def test_a_date_in_the_name_of_a_page_may_be_of_its_subject(slug: str, day: str) -> None:
    url = f"https://harbour.example/{slug}"
    shown = cleaned("<time datetime='2026-03-10'>10 March 2026</time>", *STORY, url=url)

    assert shown.published_at == day


def test_a_date_at_the_end_of_a_name_is_the_articles_where_there_is_no_other_and_it_has_come() -> None:
    assert cleaned(*STORY, url="https://harbour.example/ferry-2026-03-09").published_at == "2026-03-09"
    assert cleaned(*STORY, url="https://harbour.example/deadline-2027-12-31").published_at is None


def test_a_text_with_a_sign_for_bytes_that_were_lost_has_a_warning() -> None:
    assert "charset-guessed" in cleaned(*STORY, "The caf\ufffd at the pier stays open, too.").warnings
    assert "charset-guessed" not in cleaned(*STORY).warnings


def test_a_plain_text_may_name_a_tag() -> None:
    text = "\n\n".join(("The <p> tag begins a paragraph.", *STORY))
    outcome = WORK(RawArticle(url=URL, text=text))

    assert isinstance(outcome, CleanArticle)
    assert outcome.text == text
