from pathlib import Path

from streams.core.pipeline import load_pipeline
from streams.errors import ConfigError
from streams.settings import DEFAULT_FILE, load_settings
from streams.terminal import Terminal


def init(*, folder: Path, force: bool) -> None:
    pipeline = load_pipeline(load_settings())
    if pipeline.configuration is None:
        raise ConfigError(f"the pipeline {pipeline.name!r} has no configuration to write")
    new = _new(pipeline.configuration, folder)
    there = sorted(path for path in new if path.exists())
    if there and not force:
        listed = ", ".join(map(str, there))
        raise ConfigError(f"nothing was written, {listed} would be lost: --force replaces what is there")
    for path, content in new.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _report(folder, list(new))


def _new(source: Path, folder: Path) -> dict[Path, bytes]:
    """The files to be written: those that are not there yet with the same content."""
    files = {folder / path.relative_to(source): path.read_bytes() for path in sorted(source.rglob("*.*"))}
    return {
        path: content for path, content in files.items() if not path.is_file() or path.read_bytes() != content
    }


def _report(folder: Path, written: list[Path]) -> None:
    terminal = Terminal()
    for path in written:
        terminal.say(f"wrote {path}")
    if not written:
        terminal.say(f"{folder} is complete already; nothing was written")
    terminal.say(f"edit {folder / DEFAULT_FILE.name}, then: copydesk up --local")
