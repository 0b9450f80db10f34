"""The settings: read once, frozen, passed on.

The first of these that sets a value wins: the command line, an environment variable (`COPYDESK_PREFIX`,
`COPYDESK_WORKER__POOL_PROCESSES`), the file of `COPYDESK_CONFIG` or `config/copydesk.toml`, the default.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from streams.errors import ConfigError

MIB = 1_048_576
FROZEN = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
DEFAULT_FILE = Path("config/copydesk.toml")


class WorkerSettings(BaseModel):
    """How a stage works. `[worker]` for all stages, `[stages.<name>]` for one."""

    model_config = FROZEN

    pool_processes: int = Field(default=1, ge=1, le=256)
    """Pool processes of a worker: as many as there are spare cores."""
    recycle_after: int = Field(default=5000, ge=0)
    """Articles after which a pool process is replaced, against slow leaks in libraries. 0: never."""
    window: int = Field(default=32, ge=1, le=4096)
    """Articles in flight at once in one worker."""
    window_bytes: int = Field(default=64 * MIB, ge=MIB)
    """Bytes of articles in flight at once in one worker; a larger article is taken alone."""
    article_seconds: float = Field(default=20.0, gt=0)
    """How long an article may take before its pool process is ended and it is dead (`timed-out`)."""
    article_bytes: int = Field(default=16 * MIB, ge=1024)
    """Size of a value, decompressed, above which it is dead (`too-large`) and never processed."""
    dead_run: int = Field(default=100, ge=1)
    """This many dead letters in succession stop the worker: the fault is then not in the articles."""
    dead_share: float = Field(default=0.5, gt=0, le=1)
    """A greater share of dead letters among the last `dead_window` articles stops the worker."""
    dead_window: int = Field(default=400, ge=10)
    """The number of articles that `dead_share` is a share of."""
    unavailable_seconds: float = Field(default=60.0, gt=0)
    """How long work or delivery is retried while the target is unavailable, before the process exits."""
    session_seconds: float = Field(default=20.0, ge=6)
    """A worker that Kafka has not heard from for this long loses its partitions to others."""
    rebalance_seconds: float = Field(default=60.0, ge=10)
    """How long Kafka waits for the members of a group when partitions are handed over."""
    stop_seconds: float = Field(default=60.0, ge=5)
    """How long the orchestrator waits after SIGTERM before it kills (compose: `stop_grace_period`)."""
    commit_seconds: float = Field(default=1.0, gt=0)
    """How often acknowledged offsets are committed."""
    stall_seconds: float = Field(default=120.0, gt=0)
    """If records wait and nothing is done for this long, `/healthz` reports that a restart is needed."""

    @model_validator(mode="after")
    def _an_article_must_not_outlast_a_rebalance(self) -> "WorkerSettings":
        most = min(self.rebalance_seconds, self.stop_seconds) / 2
        if self.article_seconds > most:
            raise ValueError(
                f"article_seconds is {self.article_seconds:g}, and must be at most {most:g}: half of"
                " rebalance_seconds and of stop_seconds, or a slow article throws the worker out of its group"
            )
        return self

    @model_validator(mode="after")
    def _a_stall_must_outlast_articles_and_outages(self) -> "WorkerSettings":
        least = max(self.article_seconds, self.unavailable_seconds)
        if self.stall_seconds <= least:
            raise ValueError(
                f"stall_seconds is {self.stall_seconds:g}, and must be more than {least:g}: more than"
                " article_seconds and unavailable_seconds, after which the loop continues or ends by itself"
            )
        return self


class ProbesSettings(BaseModel):
    """Where each worker and sink reports its state: `/metrics`, `/healthz`, `/readyz`."""

    model_config = FROZEN

    host: str = "127.0.0.1"
    """The address to listen on; `0.0.0.0` for all, as in a container. There is no password."""
    port: int = Field(default=9464, ge=0, le=65_535)
    """The port; 0: none. If it is taken, the next free one is used, with a warning."""
    lag_seconds: float = Field(default=5.0, gt=0)
    """How often a worker asks Kafka for its lag."""
    targets: Path | None = None
    """A file in which `copydesk up` lists its processes' addresses, for Prometheus (`file_sd_configs`)."""


class SecuritySettings(BaseModel):
    """How to connect to a Kafka with TLS or logins."""

    model_config = FROZEN

    protocol: str = Field(default="PLAINTEXT", pattern="^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$")
    """PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."""
    mechanism: str = Field(default="SCRAM-SHA-512", pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)$")
    """PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512."""
    username: str | None = None
    """The user, for the SASL protocols."""
    password: SecretStr | None = None
    """The password. Set it by an environment variable, or in a file of its own, rather than here."""
    password_file: Path | None = None
    """A file that holds the password."""
    ca_file: Path | None = None
    """Certificates to trust, in PEM; none: the system's."""


class IngestSettings(BaseModel):
    """The HTTP ingest API: `copydesk ingest`."""

    model_config = FROZEN

    host: str = "127.0.0.1"
    """The address it listens on. Any but those of loopback need a token."""
    port: int = Field(default=8070, ge=0, le=65535)
    """The port it listens on."""
    token: SecretStr | None = None
    """What clients must send (`Authorization: Bearer ...`). Set it by environment variable, or in a file."""
    token_file: Path | None = None
    """A file that holds the token."""
    body_bytes: int = Field(default=64 * MIB, ge=1024)
    """Size of a body of many lines, decompressed, above which it is rejected."""
    held_bytes: int = Field(default=64 * MIB, ge=MIB)
    """Bytes of all requests that are held at once until Kafka has confirmed them."""
    confirm_seconds: float = Field(default=15.0, gt=0, le=300)
    """How long Kafka may take to confirm, and a client may send nothing, before the request fails."""
    body_rate: int = Field(default=16_384, ge=1)
    """A body slower than this many bytes per second, on average after `confirm_seconds`, fails."""
    connections: int = Field(default=800, ge=16, le=100_000)
    """Most connections at once, fewer if file handles are few: the one that waits longest is closed. An
    eighth is kept for probes; requests above the rest are answered 503."""
    head_seconds: float = Field(default=15.0, gt=0)
    """How long a new connection may take to send its first request, without the body."""
    idle_seconds: float = Field(default=150.0, gt=0)
    """How long a connection may take to read its answer and send the next request: longer than proxies do."""
    lookup_hours: int = Field(default=24, ge=0, le=24 * 366)
    """How far back `GET /articles` finds articles; the start reads all records of this time. 0: none."""


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        env_prefix="COPYDESK_",
        env_nested_delimiter="__",
    )

    bootstrap_servers: str = "127.0.0.1:9092"
    """Kafka's addresses, separated by commas."""
    security: SecuritySettings = SecuritySettings()
    """How to connect to a Kafka with TLS or logins."""
    prefix: str = Field(default="news", pattern=r"^[a-z0-9][a-z0-9.-]{0,60}$")
    """First word of every topic and, after `copydesk.`, of every consumer group."""
    pipeline: str = "agents"
    """The package that holds the stages and sinks."""
    partitions: int = Field(default=12, ge=1)
    """Partitions of a topic when it is created: the most workers of one stage that can share the load."""
    replication: int = Field(default=1, ge=1)
    """Copies of each topic in Kafka. Production: 3."""
    compression: str = Field(default="lz4", pattern="^(gzip|lz4|zstd|snappy)$")
    """How records are compressed: lz4, zstd, snappy, or gzip, which every client reads without an add-on."""
    topics: dict[str, dict[str, str | int]] = Field(default_factory=dict)
    """Kafka settings that replace those of the pipeline: `[topics.raw]`, then `"retention.ms" = 86400000`."""
    probes: ProbesSettings = ProbesSettings()
    """Where workers and sinks report their state."""
    worker: WorkerSettings = WorkerSettings()
    """How every stage works."""
    stages: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Settings of one stage: any of `[worker]`, and `work = { ... }` for those of its work."""
    sinks: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """One table per sink: `kind`, and the settings of that kind."""
    umask: str = Field(default="077", pattern="^0?[0-7]{3}$")
    """Rights that others do not have on the files of `copydesk up` and of sinks; 027: the group may read."""
    ingest: IngestSettings = IngestSettings()
    """The HTTP ingest API."""
    log_format: str = Field(default="auto", pattern="^(auto|json|console)$")
    """`json`, `console`, or `auto`: console on a terminal, JSON elsewhere."""
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    """The least important event that is logged."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    def for_stage(self, stage: str) -> WorkerSettings:
        """The worker settings of one stage. Raises `ConfigError`."""
        own = {name: value for name, value in self.stages.get(stage, {}).items() if name != "work"}
        try:
            return WorkerSettings(**{**self.worker.model_dump(), **own})
        except ValidationError as error:
            raise ConfigError(f"[stages.{stage}]: {_sentence(error)}") from error

    @property
    def largest_article(self) -> int:
        """Bytes of the largest article that a stage works on. Raises `ConfigError`."""
        return max(self.for_stage(stage).article_bytes for stage in ("", *self.stages))

    def for_work(self, stage: str) -> dict[str, Any]:
        """The settings of a stage's own work, as in the file."""
        return dict(self.stages.get(stage, {}).get("work", {}))


def config_file() -> Path | None:
    """The file that settings are read from, or None. Raises `ConfigError` if a named one is absent."""
    named = os.environ.get("COPYDESK_CONFIG")
    if named:
        if not Path(named).is_file():
            raise ConfigError(f"COPYDESK_CONFIG names {named}, which is not a file")
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def load_settings(**options: Any) -> Settings:
    """The settings. `options` of the command line win, unless they are None. Raises `ConfigError`."""
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        raise ConfigError(f"the configuration cannot be used: {_sentence(error)}") from error
    except ValueError as error:
        raise ConfigError(f"the configuration cannot be read: {error}") from error


def _sentence(error: ValidationError) -> str:
    """Each mistake as `name: what is wrong`; never the value, which may be a secret."""
    return "; ".join(
        f"{'.'.join(map(str, mistake['loc'])) or 'settings'}: {mistake['msg'].removeprefix('Value error, ')}"
        for mistake in error.errors(include_url=False, include_input=False)
    )
