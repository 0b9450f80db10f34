import json
import subprocess

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.entities.settings import EntitiesSettings
from agents.entities.work import EntitiesWork, load
from agents.records import ProducedBy, TaggedArticle
from streams.errors import CannotStart
from tests.support.places import SHARED
from tests.unit.agents.another_process import printed
from tests.unit.agents.articles import clean_article

SEED = SHARED / "tools" / "raw_pages"
TEXT = (
    "OSLO — Anna Berg, who leads the Harbour Board, said on Monday that “nothing is decided”.\n\n"
    "Berg met Norway's minister Knut Holm in Bergen 😀. The Harbour Board’s plan costs $3 million.\n\n"
    "Holm told reporters that he trusts Berg."
)
TITLE = "Berg And Holm Meet In Bergen"
WORDS = st.sampled_from(
    ["Anna Berg", "أحمد علي", "Oslo", "👩‍👩‍👧", "é", "\n\n", "’s", "the", "\u200f", "2026"]
)


@pytest.fixture(scope="module")
def work() -> EntitiesWork:
    return load(EntitiesSettings())


def test_the_article_itself_is_none_of_its_names(work: EntitiesWork) -> None:
    title = "First Signs of U.S.-Norwegian Trade Progress"

    entities = work(
        clean_article(f"{TEXT}\n\nThis article ({title}) is free and open source.", title=title)
    ).entities

    assert title not in {entity.name for entity in entities}


def assert_exact(record: TaggedArticle) -> None:
    for entity in record.entities:
        assert entity.count == len(entity.mentions) > 0
        assert 0 <= entity.salience <= 1
        for span in entity.mentions:
            assert (getattr(record, span.field) or "")[span.start : span.end] == span.text


def test_people_and_places_are_found_with_every_mention(work: EntitiesWork) -> None:
    record = work(clean_article(TEXT, title="Berg: nothing is decided"))

    entities = {entity.name: (entity.type, entity.count) for entity in record.entities}
    assert entities["Anna Berg"] == ("person", 4)
    assert entities["Knut Holm"] == ("person", 2)
    assert entities["Norway"] == ("place", 1)
    assert entities["Harbour Board"] == ("organisation", 2)
    assert record.entities[0].id == "e1"
    assert record.entities[0].mentions[0].field == "title"
    assert_exact(record)


def test_all_other_fields_of_the_article_stay(work: EntitiesWork) -> None:
    article = clean_article(TEXT, warnings=["date-in-future"], meta={"crawl": 7})

    record = work(article)

    assert record.warnings == ["date-in-future"]
    assert record.meta == {"crawl": 7}
    assert record.text is article.text
    assert record.produced_by == [
        ProducedBy(stage="clean", version="1"),
        ProducedBy(stage="entities", version="3", model=work._finders["en"].name),
    ]


def test_names_in_a_language_without_a_model_are_found_by_lists(work: EntitiesWork) -> None:
    record = work(clean_article("Die Ministerin Anna Berg sprach in Hamburg.", language="de"))

    assert [(entity.name, entity.type) for entity in record.entities] == [
        ("Anna Berg", "person"),
        ("Hamburg", "place"),
    ]
    assert record.warnings == []
    assert record.produced_by[-1].model == "lists"


@pytest.mark.parametrize("language", ["ja", None, ""])
def test_an_article_in_a_language_without_a_model_and_lists_is_sent_without_entities(
    work: EntitiesWork, language: str | None
) -> None:
    record = work(clean_article(TEXT, language=language))

    assert record.entities == []
    assert record.warnings == ["language-unsupported"]
    assert record.produced_by[-1] == ProducedBy(stage="entities", version="3", model=None)


def test_only_the_beginning_of_a_very_long_text_is_searched(work: EntitiesWork) -> None:
    short = EntitiesWork({"en": work._finders["en"]}, most_characters=100)

    record = short(clean_article(TEXT))

    assert record.warnings == ["text-cut-for-entities"]
    assert record.text == TEXT
    assert max(span.end for entity in record.entities for span in entity.mentions) <= 100


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.lists(WORDS, max_size=40).map(" ".join), st.none() | st.text(max_size=40))
def test_every_mention_in_any_text_has_exact_offsets(
    work: EntitiesWork, text: str, title: str | None
) -> None:
    assert_exact(work(clean_article(text.replace("\0", ""), title=title)))


def test_a_text_of_nothing_but_brackets_has_no_entities(work: EntitiesWork) -> None:
    assert work(clean_article("(" * 100_000)).entities == []


def test_a_text_that_the_model_cannot_read_does_not_affect_the_next(work: EntitiesWork) -> None:
    expected = work(clean_article(TEXT))

    with pytest.raises(UnicodeEncodeError):
        work(clean_article("half a pair \ud800"))

    assert work(clean_article(TEXT)) == expected


def test_the_same_article_gives_the_same_bytes_whatever_the_hash_seed(work: EntitiesWork) -> None:
    """Compares with another process, which has a fixed seed; the seed of this process is random."""
    code = (
        "import sys, orjson\n"
        "from agents.entities.settings import EntitiesSettings\n"
        "from agents.entities.work import load\n"
        "from tests.unit.agents.articles import clean_article\n"
        f"record = load(EntitiesSettings())(clean_article({TEXT!r}, title={TITLE!r}))\n"
        "sys.stdout.buffer.write(orjson.dumps(record))"
    )
    other = printed(code, PYTHONHASHSEED="1")

    assert orjson.dumps(work(clean_article(TEXT, title=TITLE))) == other
    assert orjson.loads(other)["entities"]


def test_the_name_of_the_model_has_its_version_and_a_digest(work: EntitiesWork) -> None:
    assert work.model is not None
    model, lists = work.model.split(",")
    name, digest = model.rsplit("-", 1)

    assert lists == "lists"
    assert name == "copydesk-en"
    assert len(bytes.fromhex(digest)) == 4


@pytest.mark.parametrize(
    ("package", "language", "reason"),
    [
        ("no_such_model", "en", "is not installed: install its package, or give the folder of a pipeline"),
        ("no.such.model", "de", "is not installed: install it"),
        ("", "de", "is not installed: install it"),
        ("json", "de", "'json', the model for language 'de', is not a spaCy pipeline"),
    ],
)
def test_a_package_that_is_missing_or_not_a_model_is_an_error_that_says_so(
    package: str, language: str, reason: str
) -> None:
    with pytest.raises(CannotStart, match=reason):
        load(EntitiesSettings(models={language: package}))


@pytest.mark.skipif(not SEED.is_file(), reason="the folder `shared` beside the checkout is absent")
def test_the_people_of_a_real_article_are_found(work: EntitiesWork) -> None:
    page = json.loads(subprocess.run([SEED, "seed"], capture_output=True, check=True).stdout)
    title, _, text = page["text"].partition("\n\n")

    record = work(clean_article(text, title=title))

    people = {entity.name.split()[-1] for entity in record.entities if entity.type == "person"}
    named = ["Trump", "Kislyak", "Flynn", "Erdogan", "Obama", "Assad", "Putin", "Tillerson", "Cavusoglu"]
    assert len(people.intersection(named)) >= 7
    assert_exact(record)
