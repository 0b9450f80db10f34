import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import typer

from streams.cli.options import load
from streams.core.message import RecordToPublish
from streams.core.topic import Topic
from streams.errors import ConfigError, Invalid
from streams.exit_codes import ExitCode
from streams.ingest.files import STDIN, Input, RejectedInput
from streams.ingest.publisher import publish
from streams.terminal import Terminal


def takedown(
    *,
    urls: list[str] | None,
    file: Path | None,
    bootstrap_servers: str | None,
    prefix: str | None,
    as_json: bool,
) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    [topic, *_] = pipeline.first
    wanted = list(dict.fromkeys(_named(urls or [], file)))
    if not wanted:
        raise ConfigError("no articles to remove: give URLs, --file FILE, or - for standard input")
    _check(wanted, topic)
    console = Terminal(stderr=True)

    def reject(url: RejectedInput) -> None:
        console.report("not removed", "red", f"{url.where}: {url.reason}")

    report = publish(settings, topic.full_name, map(_takedown, wanted), reject=reject)
    counts = {"sent": report.published, "failed": report.failed}
    number = f"{report.published:,} takedown{'' if report.published == 1 else 's'}"
    typer.echo(orjson.dumps(counts).decode() if as_json else f"{number} sent and confirmed")
    if report.failed:
        raise typer.Exit(ExitCode.FAILED)


def _named(urls: Iterable[str], file: Path | None) -> Iterator[str]:
    for url in urls:
        if url == STDIN:
            yield from _lines(sys.stdin)
        else:
            yield url.strip()
    if file is not None:
        try:
            yield from _lines(file.read_text("utf-8").splitlines())
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file} cannot be read: {error}") from error


def _lines(lines: Iterable[str]) -> Iterator[str]:
    """All lines except blank ones and comments; `#` within a line may belong to a URL."""
    return (line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def _check(urls: Iterable[str], topic: Topic) -> None:
    """Raise `ConfigError` for a URL that names no article to the pipeline's first stage."""
    for url in urls:
        try:
            topic.forget(_takedown(url).record.as_message(topic.name))
        except Invalid as error:
            raise ConfigError(f"{error}; nothing was removed") from error


def _takedown(url: str) -> Input:
    return Input(where=url, record=RecordToPublish(key=url.encode(), value=None, headers=()))
