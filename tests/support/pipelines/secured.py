"""The pipeline on a Kafka that requires authentication: commands run as a user, and the rights of users."""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
)

from tests.support.kafka.secured_broker import Secured
from tests.support.pipelines.harness import PATIENCE
from tests.support.pipelines.news import NewsPipeline

#: Runs all commands of a test in one process, to start Python only once. Each does what it would do alone.
ONE_BY_ONE = """
import contextlib, io, json, sys
from streams.kafka import client
from streams.__main__ import main
client.FIRST_ANSWER_MS = 300
for line in sys.stdin:
    sys.argv = ["copydesk", *json.loads(line)]
    code, out, errors = None, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    print(json.dumps([code, out.getvalue(), errors.getvalue()]), flush=True)
"""


class SecuredPipeline(NewsPipeline):
    """The pipeline of the project, with the prefix that the commands in docs/operations/security.md name."""

    kafka: Secured

    def as_user(self, user: str, **more: str) -> Mapping[str, str]:
        """The environment of a process that runs as this user."""
        return {
            **os.environ,
            **self.config,
            "COPYDESK_LOG_FORMAT": "json",
            **self.kafka.security(user),
            **more,
        }

    def command(self, user: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "streams", *arguments],
            env=self.as_user(user),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def begin(self, user: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a process that keeps running. Its log is `<user>.log`."""
        with (self.folder / f"{user}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "streams", *arguments], env=self.as_user(user), stderr=log
            )
        self.workers.append(process)
        return process


def asked_by(line: str) -> Iterator[ACL]:
    """The access rules that `kafka-acls` would create for a line of the document."""
    options = argparse.ArgumentParser()
    options.add_argument("--add", action="store_true", required=True)
    options.add_argument("--allow-principal", required=True)
    options.add_argument("--resource-pattern-type", default="literal")
    for name in ("operation", "topic", "group", "transactional-id"):
        options.add_argument(f"--{name}", action="append", default=[])
    asked = options.parse_args(shlex.split(line)[3:])
    pattern = ACLResourcePatternType[asked.resource_pattern_type.upper()]
    kinds = {"TOPIC": asked.topic, "GROUP": asked.group, "TRANSACTIONAL_ID": asked.transactional_id}
    for kind, names in kinds.items():
        for name in names:
            for option in asked.operation:
                operation = ACLOperation[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", option).upper()]
                resource = ResourcePattern(ResourceType[kind], name, pattern)
                yield ACL(asked.allow_principal, "*", operation, ACLPermissionType.ALLOW, resource)


def all_of(
    pipeline: SecuredPipeline, environment: Mapping[str, str], commands: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Command → exit code, output and errors."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE],
        env={**os.environ, **pipeline.config, **environment, "COLUMNS": "500"},
        input="".join(json.dumps(command) + "\n" for command in commands.values()),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(commands), done.stderr
    return dict(zip(commands, lines, strict=True))


def all_run(pipeline: SecuredPipeline) -> bool:
    """Fail with all logs if a process has ended."""
    ended = [process.args for process in pipeline.workers if process.poll() is not None]
    assert ended == [], "".join(path.read_text() for path in pipeline.folder.glob("*.log"))
    return True


def settings_of(kafka: Secured, user: str) -> dict[str, Any]:
    """Settings for readers that run in this process as this user."""
    return {
        "bootstrap_servers": kafka.tls,
        "prefix": "news",
        "security": {
            "protocol": "SASL_SSL",
            "username": user,
            "password": kafka.passwords[user],
            "ca_file": kafka.ca_file,
        },
    }
