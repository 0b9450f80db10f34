"""The lock file, and how a jar is checked against it."""

from pathlib import Path

import pytest

from streams.local.broker.lock import FILE, ROOTS, VERSION, Jar, locked, written

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_lock_file_has_the_roots_first_one_version_of_kafka_and_no_file_name_twice() -> None:
    coordinates = [jar.coordinates for jar in locked()]
    assert tuple(coordinates[: len(ROOTS)]) == ROOTS
    # A bill of materials of a dependency once downgraded kafka-clients to 3.8.0.
    assert {jar.split(":")[2] for jar in coordinates if jar.startswith("org.apache.kafka:")} == {VERSION}
    assert len({jar.name for jar in locked()}) == len(coordinates)


def test_the_lock_file_contains_no_url_and_is_the_same_after_it_is_read_and_written() -> None:
    text = FILE.read_text("utf-8")
    assert "//" not in text
    assert "http" not in text
    assert written(locked()) == text


def test_the_file_name_of_a_jar_is_artifact_and_version() -> None:
    assert Jar("org.example:some-thing:1.2", 0, EMPTY).name == "some-thing-1.2.jar"


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"abc", True), (b"abd", False), (b"ab", False), (b"", False)],
    ids=["the same", "another byte", "cut short", "empty"],
)
def test_a_jar_is_checked_by_size_and_checksum(tmp_path: Path, content: bytes, expected: bool) -> None:
    jar = Jar("org.example:abc:1", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    file = tmp_path / jar.name
    file.write_bytes(content)
    assert jar.is_at(file) is expected
