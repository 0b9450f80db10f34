"""A pipeline of two stages, written into a folder. It is valid, unless a test passes another text."""

from pathlib import Path

from streams.settings import Settings, load_settings

TOPICS = """
from dataclasses import dataclass
from streams.core.topic import Key, Topic

@dataclass
class Page:
    id: str

@dataclass
class Middle(Page):
    pass

@dataclass
class End(Page):
    pass

@dataclass
class Remains(Page):
    @classmethod
    def of(cls, record, *, stage, reason):
        return cls(id=record.id)

RAW = Topic(name="raw", key=Key.of("url"), record=Page)
MIDDLE = Topic(name="middle", key=Key.of("id"), record=Middle)
END = Topic(name="end", key=Key.of("id"), record=End)
DISCARDED = Topic(name="discarded", key=Key.original(), record=Remains)
TOPICS = (RAW, MIDDLE, END, DISCARDED)
"""
STAGES = """
from streams.core.stage import Stage
from {name}.topics import DISCARDED, END, MIDDLE, RAW

async def agent(stream, loop):
    pass

def stage(name, reads, writes, **other):
    topics = dict(reads=reads, writes=writes, discards=DISCARDED)
    return Stage(**dict(name=name, version="1", work="{name}.work:load", agent=agent, **topics) | other)

STAGES = (stage("one", RAW, MIDDLE), stage("two", MIDDLE, END))
SINKS = {{"jsonl": "{name}.work:open_sink"}}
"""
WORK = """
from dataclasses import dataclass
import no_such_extra

@dataclass
class Settings:
    pass

def load(settings: Settings):
    pass

def open_sink(settings: Settings):
    pass

def unsaid(settings):
    pass

def two(settings: Settings, more):
    pass

def none():
    pass

async def later(settings: Settings):
    pass

class Plain:
    pass

def plain(settings: Plain):
    pass

def of_dict(settings: dict):
    pass
"""


def a_pipeline(folder: Path, name: str, package: str = STAGES, topics: str = TOPICS) -> Settings:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(package.format(name=name))
    (folder / name / "topics.py").write_text(topics)
    (folder / name / "work.py").write_text(WORK)
    return load_settings(pipeline=name)
