import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.records import ProducedBy
from agents.summaries.settings import SummariesSettings
from agents.summaries.terms import normal
from agents.summaries.work import load, summarise
from tests.unit.agents.another_process import printed
from tests.unit.agents.articles import tagged_article

WORK = load(SummariesSettings())
OPENING = "The harbour board has put off its plan for a new ferry terminal in the old docks."
REASON = "The plan for the terminal would cost the board three times what was first thought."
WEATHER = "It rained for most of the afternoon while people waited outside."
BERG = "Anna Berg, who leads the board, said that the plan for the terminal was not dead."
TEXT = f"{OPENING}\n\n{REASON} {WEATHER} Really?\n\n* * *\n\n{BERG}\n\n{OPENING}"

PIECES = st.sampled_from(
    [OPENING, BERG, WEATHER, "Yes. ", "* * *", "\n\n", " ", "😀", "港口今天开放。", "word " * 90]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=15).map("".join)


def test_the_summary_is_the_sentences_with_the_words_of_the_article_in_their_order() -> None:
    record = WORK(tagged_article(TEXT))

    assert [sentence.text for sentence in record.summary.sentences] == [OPENING, REASON]
    assert record.summary.text == f"{OPENING} {REASON}"
    assert record.summary.method == "extractive"
    assert record.summary.lede == OPENING


def test_the_heading_of_an_entry_is_no_sentence_of_the_summary() -> None:
    entries = f"{OPENING} {WEATHER}\n\n19:48 That is all on the ferry terminal\n\nReally, it is not."

    summary = WORK(tagged_article(entries)).summary

    assert summary.text == f"{OPENING} {WEATHER} Really, it is not."
    assert WORK(tagged_article("19:48 That is all for today")).summary.text == "19:48 That is all for today"


def test_all_other_fields_of_the_article_stay() -> None:
    article = tagged_article(TEXT, warnings=["date-in-future"], meta={"crawl": 7})

    record = WORK(article)

    assert (record.text, record.warnings, record.meta) == (TEXT, ["date-in-future"], {"crawl": 7})
    assert record.produced_by == [
        ProducedBy(stage="clean", version="1"),
        ProducedBy(stage="summaries", version="3", model=WORK.model),
    ]


@pytest.mark.parametrize("text", ["It rains. Stay in.", "* * *", ""])
def test_a_text_too_short_to_choose_from_is_its_own_summary(text: str) -> None:
    assert WORK(tagged_article(text)).summary.text == text


def test_short_long_and_wordless_sentences_are_chosen_only_when_no_others_are_left() -> None:
    text = f"Stay in.\n\n{'word ' * 81}end.\n\n* * *\n\n{OPENING} {WEATHER} {BERG}"

    sentences = WORK(tagged_article(text)).summary.sentences
    assert [sentence.text for sentence in sentences] == [OPENING, WEATHER, BERG]


def test_a_line_break_within_a_sentence_is_a_space_in_the_summary() -> None:
    summary = WORK(tagged_article("The harbour\nopens again today.")).summary

    assert summary.text == "The harbour opens again today."
    assert summary.sentences[0].text == "The harbour\nopens again today."


def test_a_language_without_spaces_is_summarised() -> None:
    text = (
        "港口管理局推迟了新渡轮码头的计划。下午下了雨。该计划的费用是最初估计的三倍。局长说渡轮计划没有取消。"
    )

    summary = WORK(tagged_article(text, language="zh")).summary

    assert len(summary.sentences) == 3
    assert summary.sentences[0].text == "港口管理局推迟了新渡轮码头的计划。"


@given(TEXTS, st.sampled_from(["en", "zh", "xx", None]))
def test_sentences_have_exact_offsets_and_none_is_repeated(text: str, language: str | None) -> None:
    summary = WORK(tagged_article(text, language=language)).summary

    assert all(text[span.start : span.end] == span.text for span in summary.sentences)
    assert summary.sentences == sorted(summary.sentences, key=lambda span: span.start)
    assert len({normal(span.text) for span in summary.sentences}) == len(summary.sentences)
    assert bool(summary.sentences) is bool(text.strip())


def test_only_the_beginning_of_a_text_of_two_megabytes_is_summarised() -> None:
    summary = summarise(tagged_article("“It rains, said one. " * 100_000), SummariesSettings())

    assert max(span.end for span in summary.sentences) <= 100_000


def test_the_same_article_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import sys, orjson\n"
        "from agents.summaries.settings import SummariesSettings\n"
        "from agents.summaries.work import load\n"
        "from tests.unit.agents.articles import tagged_article\n"
        f"sys.stdout.buffer.write(orjson.dumps(load(SummariesSettings())(tagged_article({TEXT!r}))))"
    )
    assert {printed(code, PYTHONHASHSEED=seed) for seed in ("1", "2")} == {
        orjson.dumps(WORK(tagged_article(TEXT)))
    }


def test_another_setting_gives_the_model_another_name() -> None:
    assert load(SummariesSettings(words=30)).model != WORK.model
