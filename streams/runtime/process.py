"""Assembles the process of a stage or of a sink: each part is built once, from what it needs."""

from collections.abc import Callable

from streams.core.stage import Agent
from streams.monitoring.health import Health
from streams.monitoring.lag_monitor import LagWatch
from streams.monitoring.server import serve
from streams.runtime.data_loss import DataLossGuard
from streams.runtime.fencing import LivenessCheck
from streams.runtime.group_member import Join, Membership, Producer, WorkLoop
from streams.runtime.outage_log import OutageLog
from streams.runtime.process_exit import end_process
from streams.runtime.watchdog import EventLoopPulse, Watchdog
from streams.settings import Settings, WorkerSettings


class Process:
    """One process. Either `stage` or `sink` is its name, the other is empty.

    `topic` is the full name of the topic that it reads. `join` builds its member of the group.
    """

    def __init__(
        self,
        settings: Settings,
        worker: WorkerSettings,
        *,
        group: str,
        topic: str,
        stage: str = "",
        sink: str = "",
        join: Join,
    ) -> None:
        self._settings, self._worker = settings, worker
        self._group, self._topic = group, topic
        self._stage, self._sink = stage, sink
        self._join = join
        self._pulse = EventLoopPulse()
        self.liveness = LivenessCheck(worker.session_seconds, end_process)
        self.health = Health(
            stall_seconds=worker.stall_seconds,
            session_seconds=worker.session_seconds,
            seconds_since_answer=self.liveness.seconds_since_answer,
            silent=self._pulse.silent,
        )
        self._outage_log = OutageLog(worker.session_seconds, self.liveness.seconds_since_answer)
        owner = (stage, sink)
        self._data_loss = DataLossGuard(group=group, topic=topic, owner=owner, health=self.health)
        self._lag_watch = LagWatch(settings, group=group, topic=topic, health=self.health, owner=owner)

    def serve_probes(self) -> None:
        """Serve metrics and health, already while the rest starts."""
        serve(self._settings.probes, self.health, stage=self._stage, sink=self._sink)

    def run(
        self,
        make_loop: Callable[[Producer], WorkLoop],
        agent: Agent,
        *,
        source: str = "",
        writes: bool = True,
    ) -> None:
        """Work until SIGTERM or SIGINT, then raise `SystemExit`. Raises `ConfigError`."""
        membership = Membership(
            settings=self._settings,
            worker=self._worker,
            group=self._group,
            topic=self._topic,
            name=self._stage or self._sink,
            agent=agent,
            make_loop=make_loop,
            liveness=self.liveness,
            health=self.health,
            data_loss=self._data_loss,
            source=source,
            writes=writes,
        )
        member = self._join(membership)
        self.liveness.start()
        # Not by the member: Faust starts tasks once it has partitions, which a rejected worker never gets.
        Watchdog(member, self._pulse, end_process, self._outage_log.look).start()
        self._lag_watch.start()
        member.run()
