"""The pipeline of the project under test: its own stages, as separate processes, on real topics."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agents.ids import article_id
from streams.core.pipeline import Pipeline, load_pipeline
from streams.inspection.reconciliation import Reconciliation
from streams.inspection.status import Status, read_status
from streams.kafka.lag import group_lags
from streams.settings import Settings, load_settings
from tests.support.pipelines.harness import PATIENCE, UnderTest, header, until

JSON = (("content-type", b"application/json"),)


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A record as a scraper sends it."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = JSON


class NewsPipeline(UnderTest):
    """The pipeline of the project on a prefix of its own."""

    def set_up(self, *, clean: dict[str, Any] | None = None, partitions: int = 4, **worker: Any) -> None:
        """Write the configuration and create the topics. `clean` has settings for the work of that stage."""
        self.folder.mkdir(parents=True, exist_ok=True)
        quick = {"commit_seconds": 0.3, "session_seconds": 6, "rebalance_seconds": 40}
        lines = [
            f'bootstrap_servers = "{self.bootstrap}"\nprefix = "{self.prefix}"\npartitions = {partitions}',
            "[worker]",
            *(f"{name} = {json.dumps(value)}" for name, value in {**quick, **worker}.items()),
            "[stages.clean.work]",
            *(f"{name} = {json.dumps(value)}" for name, value in (clean or {}).items()),
            f'[sinks.jsonl]\nfolder = "{self.folder / "articles"}"\n',
        ]
        (self.folder / "copydesk.toml").write_text("\n".join(lines))
        self.create_topics()

    @property
    def settings(self) -> Settings:
        return load_settings(bootstrap_servers=self.bootstrap, prefix=self.prefix)

    @property
    def pipeline(self) -> Pipeline:
        return load_pipeline(self.settings)

    @property
    def config(self) -> dict[str, str]:
        """The environment that makes a process belong to this pipeline."""
        return {"COPYDESK_CONFIG": str(self.folder / "copydesk.toml"), "COPYDESK_PROBES__PORT": "0"}

    def publish_raw(self, records: Iterable[Raw]) -> list[str]:
        """Publish to the first topic, all confirmed. Returns `topic/partition/offset` of each record."""
        with self.producer() as out:
            sent = [
                out.send(self.topic("raw"), key=record.key, value=record.value, headers=list(record.headers))
                for record in records
            ]
            placed = [future.get(timeout=PATIENCE) for future in sent]
        return [f"{metadata.topic}/{metadata.partition}/{metadata.offset}" for metadata in placed]

    def status(self) -> Status:
        return read_status(self.settings, self.pipeline, with_reconciliation=True)

    def reconciliation(self) -> Reconciliation:
        reconciliation = self.status().reconciliation
        assert reconciliation is not None
        return reconciliation

    def lag_of(self, stage: str) -> int:
        """The number of records that a stage has not acknowledged."""
        read = self.pipeline.stage(stage)
        [lag] = group_lags(self.admin, self.reader, {read.group: read.reads.full_name})
        return lag.lag

    def worked_off(self, stage: str) -> None:
        """Wait until a stage has acknowledged everything that it reads."""
        until(lambda: self.lag_of(stage) == 0, f"{stage} has worked off all")

    def made_of(self, *topics: str) -> dict[str, list[Any]]:
        """Raw record → the records of these topics that were made from it."""
        by_origin: dict[str, list[Any]] = {}
        for name in topics:
            for record in self.read(name):
                by_origin.setdefault(header(record, "copydesk_raw"), []).append(record)
        return by_origin


def key_of(url: str) -> bytes:
    """The key of an article on every topic except the first."""
    return article_id(url).encode()
