"""The stage with a language model, as a worker runs it and as `copydesk process` does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents.summaries.agent import STAGE
from streams.core.message import Message
from streams.core.stage import Processed
from streams.errors import CannotStart
from streams.monitoring.metrics import REGISTRY
from streams.runtime.work.pool import Pool
from streams.settings import WorkerSettings
from tests.support.http.chat_completions import Asked, ModelServer, Reply, model_server
from tests.unit.agents.summaries.llm.asked import ARTICLE, GOOD, KEY, PARAGRAPHS, TITLE


def llm(server: ModelServer, **own: Any) -> dict[str, Any]:
    """The settings of the stage's work, as in a file."""
    return {"method": "llm", "llm": {"url": server.url, "model": "test-model", **own}}


@contextmanager
def pool(work: dict[str, Any], **limits: Any) -> Iterator[Pool]:
    started = Pool(STAGE.at("news"), WorkerSettings(**limits), work)
    try:
        started.start()
        yield started
    finally:
        started.stop()


def message(number: int) -> Message:
    value = orjson.dumps(ARTICLE)
    return Message(topic="t", partition=0, offset=number, timestamp=0, key=b"k", value=value)


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"{name}_total", {"stage": "summaries", **labels}) or 0.0


async def test_what_pool_processes_count_is_in_the_metrics_of_the_worker() -> None:
    replies = [Reply(text=GOOD, tokens=(2_000, 100)), Reply(text="Zuckerberg bought it all, all of it.")]
    before = sample("copydesk_model_tokens", direction="in")
    with (
        model_server(lambda number, _: replies[number]) as server,
        pool(llm(server, price_in=2.5, price_out=10.0)) as started,
    ):
        first, second = [await started.process(message(number)) for number in range(2)]

    assert isinstance(first, Processed)
    assert isinstance(second, Processed)
    assert orjson.loads(first.records[0].value or b"")["summary"]["method"] == "llm"
    assert orjson.loads(second.records[0].value or b"")["warnings"] == ["llm-name-not-in-article"]
    assert sample("copydesk_model_requests", outcome="ok") >= 2
    assert sample("copydesk_model_tokens", direction="in") - before == 2_700
    assert sample("copydesk_model_cost") >= 0.006
    assert sample("copydesk_fallbacks", reason="name-not-in-article") >= 1


async def test_a_summary_by_extraction_and_one_by_the_model_are_two_events() -> None:
    replies = [Reply(status=400), Reply(text=GOOD), Reply(text=GOOD)]
    with model_server(lambda number, _: replies[number]) as server, pool(llm(server)) as started:
        results = [await started.process(message(1)) for _ in replies]

    events = [dict(result.records[0].headers)["ce_id"] for result in results if isinstance(result, Processed)]
    assert events[0] != events[1] == events[2]


@pytest.mark.parametrize(
    ("own", "limits", "sentence"),
    [
        ({"url": ""}, {}, "url of [stages.summaries.work.llm] is missing"),
        ({"model": ""}, {}, "model of [stages.summaries.work.llm] is missing"),
        (
            {"modell": "x"},
            {},
            "[stages.summaries.work.llm] modell: there is no such setting; did you mean model?",
        ),
        ({"attempts": "many"}, {}, "[stages.summaries.work.llm] attempts: must be a whole number"),
        (
            {"url": f"http://models.example/{KEY}"},
            {},
            "url of [stages.summaries.work.llm] is http, which others",
        ),
        ({"url": f"https://me:{KEY}@models.example/v1"}, {}, "must have no user or password"),
        ({"options": {"stream": True}}, {}, "options of [stages.summaries.work.llm] must not have stream"),
        ({"api_key_file": "/nowhere/key"}, {}, "the api_key_file /nowhere/key cannot be read: No such file"),
        ({"api_key": f"{KEY}\nx"}, {}, "the api_key has a character that HTTP does not allow"),
        ({}, {"article_seconds": 10}, "may wait 15 s for others, so article_seconds must be at least 17"),
    ],
)
def test_settings_that_cannot_work_are_an_error_of_one_sentence_at_the_start(
    own: dict[str, Any], limits: dict[str, Any], sentence: str
) -> None:
    with (
        model_server(Reply()) as server,
        pytest.raises(CannotStart) as raised,
        pool(llm(server, **own), **limits),
    ):
        pass

    assert sentence in str(raised.value)
    assert KEY not in str(raised.value)


def test_process_summarises_a_page_by_the_model_of_the_settings(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = tmp_path / "ferry.html"
    page.write_text(
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{paragraphs}</article>"
    )

    def answer(_: int, asked: Asked) -> Reply:
        return Reply(text=GOOD) if "fisherman" in asked.article else Reply(status=500)

    with model_server(answer) as server:
        config = tmp_path / "copydesk.toml"
        config.write_text(
            '[stages.entities.work]\nmodels = {}\n[stages.summaries.work]\nmethod = "llm"\n'
            f'[stages.summaries.work.llm]\nurl = "{server.url}"\nmodel = "test-model"\n'
        )
        command = [sys.executable, "-m", "streams", "process", str(page), "--url", "https://a.example/ferry"]
        environment = {
            "TMPDIR": str(tmp_path),
            "COPYDESK_CONFIG": str(config),
            "COPYDESK_STAGES__SUMMARIES__WORK__LLM__API_KEY": KEY,
        }
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
            env={"PATH": "/usr/bin:/bin", **environment},
        )

    assert result.returncode == 0, result.stderr
    article = json.loads(result.stdout)
    assert (article["summary"]["method"], article["summary"]["text"]) == ("llm", GOOD)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in result.stdout + result.stderr
