"""The pipeline with branches under test: its configuration, its status and its traces."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from streams.core.pipeline import load_pipeline
from streams.inspection.status import as_plain, read_status
from streams.inspection.trace.finding import find
from streams.inspection.trace.report import report
from streams.inspection.trace.story import Trace
from streams.kafka import client
from streams.kafka.lag import group_lags
from streams.settings import Settings, load_settings
from tests.support.pipelines.harness import UnderTest, header, until

STAGES = ("sort", "pack", "price")
ENDS = ("small", "packed", "priced")


class BranchingPipeline(UnderTest):
    """Small orders are finished at once; big ones are packed and priced."""

    @property
    def fixed(self) -> Path:
        """While this file exists, no order is bad."""
        return self.folder / "fixed"

    def set_up(self, *, seconds: float = 0.0) -> None:
        """Write the configuration and create the topics. Each stage takes `seconds` for an order."""
        work = f'{{ seconds = {seconds}, fixed = "{self.fixed}" }}'
        lines = [
            f'pipeline = "toybranches"\nbootstrap_servers = "{self.bootstrap}"\nprefix = "{self.prefix}"',
            "partitions = 3",
            "[worker]\ncommit_seconds = 0.3\nsession_seconds = 6",
            "rebalance_seconds = 20\narticle_seconds = 5\npool_processes = 2",
            *(f"[stages.{stage}]\nwork = {work}" for stage in STAGES),
            f'[sinks.jsonl]\nreads = "priced"\nfolder = "{self.folder / "articles"}"',
        ]
        (self.folder / "copydesk.toml").write_text("\n".join(lines) + "\n")
        self.create_topics()

    @property
    def settings(self) -> Settings:
        """For commands of this pipeline that run in this process."""
        sink = {"reads": "priced", "folder": str(self.folder / "articles")}
        plain = load_settings(bootstrap_servers=self.bootstrap, prefix=self.prefix, pipeline="toybranches")
        return plain.model_copy(update={"partitions": 3, "sinks": {"jsonl": sink}})

    def status(self) -> dict[str, Any]:
        return as_plain(read_status(self.settings, load_pipeline(self.settings), with_reconciliation=True))

    def worked_off(self, *stages: str) -> None:
        """Wait until these stages (all by default) have acknowledged everything that they read."""
        reads = {
            f"copydesk.{self.prefix}.{stage}": self.topic("order" if stage == "sort" else "big")
            for stage in stages or STAGES
        }
        with client.admin(self.settings) as admin, client.consumer(self.settings) as reader:
            until(
                lambda: all(group.drained for group in group_lags(admin, reader, reads)),
                f"worked off: {', '.join(reads)}",
                120,
            )

    def newest_on(self, topic: str) -> dict[str, int | None]:
        """Key → number of the order, None for a takedown. Fails if records with the same `ce_id` differ."""
        values: dict[tuple[str, bytes], set[bytes | None]] = defaultdict(set)
        for record in self.read(topic):
            values[header(record, "ce_id"), record.key].add(record.value)
        assert all(len(repeats) == 1 for repeats in values.values()), f"repeats on {topic} differ"
        newest: dict[str, int | None] = {}
        for (_, key), (value,) in values.items():
            newest[key.decode()] = None if value is None else json.loads(value)["n"]
        return newest

    def story(self, article: str) -> Trace:
        settings, pipeline = self.settings, load_pipeline(self.settings)
        return report(settings, pipeline, article, find(settings, pipeline, article))
