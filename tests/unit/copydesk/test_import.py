"""`import copydesk` loads nothing: it is fast, and a crawler needs none of the other packages."""

import subprocess
import sys

import pytest

import copydesk

HEAVY = ("streams", "agents", "spacy", "numpy", "pydantic", "kafka", "faust", "trafilatura", "typer", "rich")


def loaded_after(code: str) -> set[str]:
    """The names of `HEAVY` that a new interpreter has loaded after `code`."""
    script = f"import sys\n{code}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_import_loads_no_other_package() -> None:
    assert loaded_after("import copydesk") == set()


def test_process_loads_neither_kafka_clients_nor_faust_nor_the_command_line() -> None:
    assert loaded_after("from copydesk import process") & {"kafka", "faust", "typer", "spacy"} == set()


def test_the_item_pipeline_for_scrapy_needs_only_a_kafka_client() -> None:
    assert loaded_after("from copydesk.scrapy import CopydeskPipeline") == {"kafka"}


@pytest.mark.parametrize("name", copydesk.__all__)
def test_every_name_that_is_listed_is_there(name: str) -> None:
    assert getattr(copydesk, name) is not None
    assert name in dir(copydesk)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'copydesk' has no attribute 'proces'"):
        copydesk.proces  # type: ignore[attr-defined]  # noqa: B018 - this is what must fail
