"""GET /articles of the ingest API, on the real pipeline and a real broker."""

from collections.abc import Iterator

import httpx
import pytest

from agents.ids import article_id
from streams.local.broker.node import Broker
from tests.support.articles.newspaper import url
from tests.support.http.ingest_api import HTML, PAGE, TOKEN, IngestProcess, running
from tests.support.pipelines.harness import until
from tests.support.pipelines.traced import BROKEN, DROPPED, GONE, SHORT, Traced, traced_pipeline

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

#: Outcome → a URL with it.
OUTCOMES = {
    "finished": url(1),
    "waiting": url(2),
    "removed": GONE,
    "discarded": SHORT,
    "dead": BROKEN,
    "dropped": DROPPED,
}


@pytest.fixture(scope="module")
def traced(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Traced:
    return traced_pipeline(broker.bootstrap_servers, "asked", tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="module")
def ingest(traced: Traced) -> Iterator[IngestProcess]:
    folder = traced.pipeline.folder
    with running(folder / "copydesk.toml", folder / "ingest.log", COPYDESK_INGEST__TOKEN=TOKEN) as ingest:
        yield ingest


@pytest.fixture
def http(ingest: IngestProcess) -> Iterator[httpx.Client]:
    with ingest.client(headers={"authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def asked(http: httpx.Client, **params: str) -> httpx.Response:
    """The answer, once the index is complete."""

    def answer() -> httpx.Response | None:
        response = http.get("/articles", params=params)
        return None if response.status_code == 503 else response

    return until(answer, "articles can be looked up")


@pytest.mark.parametrize(("outcome", "article"), OUTCOMES.items())
def test_the_outcome_of_an_article_is_what_trace_says(
    traced: Traced, http: httpx.Client, outcome: str, article: str
) -> None:
    answer = asked(http, url=article)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["now"] == outcome
    assert answer.json() == traced.story(article)
    by_id = asked(http, id=article_id(article)).json()
    assert by_id == answer.json() | {"text": article_id(article)}


def test_the_reason_of_a_discarded_and_of_a_dead_article_is_there(http: httpx.Client) -> None:
    discarded, dead = (asked(http, url=article).json()["revisions"][-1] for article in (SHORT, BROKEN))

    assert discarded["steps"][-1]["reason"] == "too-short"
    assert dead["steps"][-1]["reason"] == "invalid"
    assert "authors" in dead["steps"][-1]["error"]


def test_an_article_is_known_from_the_moment_that_its_page_was_taken(http: httpx.Client) -> None:
    for number in range(20):
        page = f"https://b.example/{number}"
        taken = http.post("/pages", params={"url": page}, content=PAGE, headers=HTML).json()

        answer = asked(http, id=taken["id"])

        assert answer.status_code == 200, answer.text
        [revision] = answer.json()["revisions"]
        assert (answer.json()["now"], answer.json()["key"]) == ("waiting", taken["id"])
        assert revision["raw"] == f"{taken['topic']}/{taken['partition']}/{taken['offset']}"
        assert revision["received_at"] == taken["received_at"]


@pytest.mark.parametrize("params", [{"url": "https://c.example/never"}, {"id": "0" * 32}])
def test_an_unknown_article_is_404(http: httpx.Client, params: dict[str, str]) -> None:
    answer = asked(http, **params)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "nothing is known of it: it was not received in the last 24 hours"


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("", 400, "which article? Give its URL as ?url=, or its id as ?id="),
        ("?id=", 400, "?id= is empty"),
        ("?id=1&id=2", 400, "?id= is given twice"),
        ("?id=1&url=https://a.example/", 400, "url is the only parameter"),
        ("?url=https://a.example/x?a=1&b=2", 400, "url is the only parameter"),
        ("?url=nowhere", 422, "the url 'nowhere' is not an http or https URL"),
        ("?id=12", 422, "the url '12' is not an http or https URL"),
    ],
)
def test_a_question_that_names_no_article_is_rejected(
    http: httpx.Client, query: str, status: int, detail: str
) -> None:
    answer = http.get(f"/articles{query}")

    assert answer.status_code == status
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"authorization": "Bearer x"}, 401), ({"origin": "https://d.example"}, 403)],
)
def test_a_question_needs_the_token_as_a_page_does(
    ingest: IngestProcess, headers: dict[str, str], status: int
) -> None:
    with ingest.client() as http:
        assert http.get("/articles", params={"url": url(1)}, headers=headers).status_code == status
