"""A Kafka's data are deleted only when a person wants it, and nothing else is."""

from pathlib import Path

import pytest

from streams.errors import ConfigError
from streams.local.broker.folder import delete_data


class NoError(Exception):
    """The answer to the question was no."""


def say_no(question: str) -> None:
    raise NoError(question)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kafka"
    (folder / "data").mkdir(parents=True)
    for name in ("data/meta.properties", "server.properties", "kafka.log", "kafka.log.1", "java.log"):
        (folder / name).touch()
    return folder


def test_data_are_deleted_after_a_question_that_names_the_folder(folder: Path) -> None:
    questions: list[str] = []
    delete_data(folder, confirm=questions.append)

    assert questions == [f"Delete all records of the Kafka in {folder}?"]
    assert not folder.exists()


def test_data_stay_if_the_answer_is_no(folder: Path) -> None:
    with pytest.raises(NoError):
        delete_data(folder, confirm=say_no)
    assert (folder / "data/meta.properties").exists()


def test_a_folder_with_files_of_others_is_not_deleted(folder: Path) -> None:
    (folder / "thesis.txt").touch()
    with pytest.raises(ConfigError, match=r"is not deleted: thesis\.txt in it is not Kafka's"):
        delete_data(folder, confirm=say_no)


def test_there_is_nothing_to_ask_without_data(tmp_path: Path) -> None:
    delete_data(tmp_path / "none", confirm=say_no)
