"""A pipeline that cannot run is an error of one sentence, before any record is read."""

import os
import sys
from pathlib import Path

import pytest

from streams.core.pipeline import load_pipeline
from streams.errors import PipelineError
from streams.settings import Settings
from tests.support.pipelines.small import STAGES, TOPICS, a_pipeline
from tests.unit.streams.run_each import run_each

CHAIN = "stage('one', RAW, MIDDLE), stage('two', MIDDLE, END"
LATER = "'%s', which only a later stage (or itself) writes"
#: What is wrong with `STAGES`, by a name, and the sentence about it.
STAGE_FAULTS = {
    "no Stage": ("RAW", "STAGES holds Topic("),
    "a part missing": ("Stage(name='one')", "cannot be imported: TypeError: Stage.__init__() missing"),
    "reads no Topic": ("stage('one', 'raw', END)", "stage 'one': reads is 'raw', which is not a Topic"),
    "one name twice": ("stage('one', RAW, MIDDLE), stage('one', MIDDLE, END)", "two stages are called"),
    "name of a stage": ("stage('one/1', RAW, END)", "stage 'one/1': a name has letters"),
    "no version": ("stage('one', RAW, END, version='')", "stage 'one': its version is ''"),
    "no agent": ("stage('one', RAW, END, agent=None)", "its agent must be an `async def`"),
    "agent no async": ("stage('one', RAW, END, agent=lambda s, l: 0)", "its agent must be an `async"),
    "never written": ("stage('one', RAW, END), stage('two', MIDDLE, END)", "'middle', which no stage"),
    "wrong order": (
        "stage('zero', RAW, END), stage('two', MIDDLE, END), stage('one', RAW, MIDDLE)",
        LATER % "middle",
    ),
    "a circle": (
        "stage('one', MIDDLE, END), stage('two', END, MIDDLE)",
        "STAGES begins with 'one', which reads topic 'middle', but 'two' writes it: the first stage reads",
    ),
    "itself": ("stage('one', RAW, RAW)", "must be different topics"),
    "two writers": (
        f"{CHAIN}), stage('three', MIDDLE, END)",
        "stages 'two' and 'three' both write topic 'end'",
    ),
    "a result among the discarded": (
        f"{CHAIN}, discards=MIDDLE)",
        "stage 'two': what it reads, writes and discards must be different topics",
    ),
    "no outputs": ("stage('one', RAW, ())", "stage 'one': writes is (), neither a Topic nor"),
    "outputs no topics": ("stage('one', RAW, (END, 'x'))", "neither a Topic nor a tuple of Topics"),
    "a list": ("stage('one', RAW, [MIDDLE, END])", "neither a Topic nor a tuple of Topics"),
    "one output twice": ("stage('one', RAW, (END, END))", "must be different topics"),
    "output is read": ("stage('one', RAW, (MIDDLE, RAW))", "must be different topics"),
    "a circle of branches": (
        "stage('one', RAW, MIDDLE), stage('two', END, MIDDLE), stage('three', MIDDLE, END)",
        LATER % "end",
    ),
    "work's form": ("stage('one', RAW, END, work='x')", "'x' is not of the form `package.module"),
    "no work module": ("stage('one', RAW, END, work='nowhere.x:load')", "there is no module nowhere"),
    "no function": ("stage('one', RAW, END, work='{name}.work:no')", "work has no no"),
    "unsaid": ("stage('one', RAW, END, work='{name}.work:unsaid')", "`settings` has no annotation"),
    "two": ("stage('one', RAW, END, work='{name}.work:two')", "must take one argument, its settings"),
    "none": ("stage('one', RAW, END, work='{name}.work:none')", "it takes none"),
    "later": ("stage('one', RAW, END, work='{name}.work:later')", "is an `async def`, and must be"),
    "plain": ("stage('one', RAW, END, work='{name}.work:plain')", "Plain is not one"),
    "dict": ("stage('one', RAW, END, work='{name}.work:of_dict')", "dict is not one"),
}
#: What is wrong with the package of a pipeline.
FAULTS = {
    **{fault: (f"STAGES = ({stages},)", sentence) for fault, (stages, sentence) in STAGE_FAULTS.items()},
    "no stage": ("STAGES = ()", "STAGES is empty"),
    "stages no tuple": ("STAGES = 3", "STAGES must be a tuple of its stages"),
    "sink's form": ("SINKS = {{'jsonl': 'x'}}", "sink 'jsonl': 'x' is not of the form"),
    "sink's module": ("SINKS = {{'jsonl': 'nowhere:x'}}", "sink 'jsonl': there is no module nowhere"),
    "sink's function": ("SINKS = {{'jsonl': '{name}.work:no'}}", "work has no no"),
    "sink takes two": (
        "SINKS = {{'jsonl': '{name}.work:two'}}",
        "sink 'jsonl': fault_sink_takes_two.work:two must",
    ),
    "sinks no dict": ("SINKS = 3", "SINKS must be a dict of its kinds"),
    "show": ("show = 'a title'", "show is 'a title', which is not a function"),
    "it raises": ("1 / 0", "cannot be imported: ZeroDivisionError"),
}


def end(name: str = "end", *, key: str = "id", record: str = "End") -> str:
    """The topic `END`, with one part changed."""
    return f'END = Topic(name="{name}", key=Key.of("{key}"), record={record})'


def raw(rest: str) -> str:
    """The topic `RAW`, from its record on."""
    return f'RAW = Topic(name="raw", key=Key.of("url"), {rest})'


#: What is wrong with the module of the topics.
TOPIC_FAULTS = {
    "key no field": (end(key="url"), "'end' is 'url', which is not a field of End"),
    "no own dataclass": (
        "class Inherited(End):\n    more: int\n\n" + end(record="Inherited"),
        "the record Inherited has no @dataclass of its own, so its own fields do not count",
    ),
    "one record": (end(record="Remains"), "discards the same type of record: Remains"),
    "one record of two": (
        end(record="Middle"),
        "stage 'fork': two topics that it writes hold the same type of record: Middle",
    ),
    "key of a second output": (
        end(key="url"),
        "stage 'fork': the key of topic 'end' is 'url', which is not a field of End",
    ),
    "no record": (end(record="None"), "'end' is None, and must be a dataclass"),
    "a dict": (end(record="dict"), "<class 'dict'>, and must be a dataclass"),
    "raw bytes": (raw("record=None"), "'raw' is None, and must be a dataclass"),
    "no of": (
        'DISCARDED = Topic(name="discarded", key=Key.of("x"), record=Page)',
        "Page, which it discards, must have",
    ),
    "no Key": (
        'END = Topic(name="end", key="id", record=End)',
        "cannot be imported: TypeError: the key of topic 'end' is 'id', which is not a Key",
    ),
    "illegal": (end("the end"), "topic 'the end': a name has letters"),
    "too long": (end("x" * 200), "a name has letters"),
    "one name": (end("middle"), "two topics are called 'middle'"),
    "dot": (
        end("a.b") + '\nMIDDLE = Topic(name="a_b", key=Key.of("id"), record=Middle)',
        "two topics are called 'a.b'",
    ),
    "of dead letters": (end("dead.one"), "two topics are called 'dead.one'"),
    "of the ledger": (end("dead.resolved"), "two topics are called 'dead.res"),
    "left out": ("TOPICS = (RAW, MIDDLE, DISCARDED)", "uses topic 'end', which is not among its TOPICS"),
    "no Topic": ("TOPICS = ('raw',)", "TOPICS holds 'raw', which is not a Topic"),
    "read": (raw("record=Page, read=3"), "`read` of topic 'raw' must be a function"),
    "forget": (raw("record=Page, forget=lambda: 0"), "`forget` of topic 'raw' must"),
}


def assert_rejected(settings: Settings, sentence: str) -> None:
    with pytest.raises(PipelineError) as raised:
        load_pipeline(settings)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_pipeline_that_cannot_run_is_an_error_of_one_sentence(folder: Path, fault: str) -> None:
    wrong, sentence = FAULTS[fault]
    name = f"fault_{fault}".replace(" ", "_").replace("'", "")
    settings = a_pipeline(folder, name, package=f"{STAGES}\n{wrong}")

    assert_rejected(settings, sentence)


@pytest.mark.parametrize("fault", TOPIC_FAULTS)
def test_a_pipeline_whose_topics_do_not_fit_is_an_error_of_one_sentence(folder: Path, fault: str) -> None:
    wrong, sentence = TOPIC_FAULTS[fault]
    before, after = TOPICS.split("TOPICS = ")
    last = "" if wrong.startswith("TOPICS") else f"TOPICS = {after}"
    package = f"{STAGES}\nSTAGES = (stage('fork', RAW, (MIDDLE, END)),)" if "'fork'" in sentence else STAGES
    name = f"topics_{fault}".replace(" ", "_")
    settings = a_pipeline(folder, name, package, topics=f"{before}{wrong}\n{last}")

    assert_rejected(settings, sentence)


COMMANDS = (
    *("worker one", "process x.html", "demo", "up", "up --local", "topics list", "topics create", "schema"),
)


def test_every_command_reports_at_its_start_that_the_pipeline_cannot_run(folder: Path) -> None:
    name = "reported_by_commands"
    a_pipeline(folder, name, topics=TOPICS.replace('"end", key=Key.of("id")', '"end", key=Key.of("url")'))
    path = os.pathsep.join([str(folder), *sys.path])
    run = run_each(COMMANDS, COPYDESK_PIPELINE=name, PYTHONPATH=path)
    assert run.stdout.splitlines() == ["1"] * len(COMMANDS)
    sentence = "stage 'two': the key of topic 'end' is 'url', which is not a field of End"
    assert run.stderr.replace(
        "loading ...\n", ""
    ) == f"copydesk: the pipeline '{name}' cannot run: {sentence}\n" * len(COMMANDS)
