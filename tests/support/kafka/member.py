"""A member of a consumer group in the process of the tests."""

from collections.abc import Callable, Mapping
from typing import Any

from streams.core.stage import take_all
from streams.monitoring.health import Health
from streams.runtime.data_loss import DataLossGuard
from streams.runtime.faust_app import App
from streams.runtime.fencing import LivenessCheck
from streams.runtime.group_member import PREFETCH, Membership, Producer, WorkLoop
from streams.settings import Settings


class IdleLoop:
    """A loop that acknowledges nothing."""

    def start(self) -> None:
        """There is nothing to start."""

    async def submit(self, event: Any) -> None:
        """Leave the record unacknowledged."""

    async def drain(self) -> None:
        """Nothing is in flight."""

    def resume(self, generation: int) -> None:
        """There is nothing to go on with."""

    def begin(self, offsets: Mapping[int, int]) -> None:
        """It does not matter where reading begins."""


def membership(
    settings: Settings,
    group: str = "group",
    topic: str = "topic",
    make_loop: Callable[[Producer], WorkLoop] = lambda producer: IdleLoop(),
    liveness: LivenessCheck | None = None,
) -> Membership:
    """What a member is built from. Its liveness check never ends the process."""
    health = Health()
    return Membership(
        settings=settings,
        worker=settings.worker,
        group=group,
        topic=topic,
        name="reads",
        agent=take_all,
        make_loop=make_loop,
        liveness=liveness or LivenessCheck(3600, print),
        health=health,
        data_loss=DataLossGuard(group=group, topic=topic, owner=("", "reads"), health=health),
        prefetch=PREFETCH,
    )


def member_app(settings: Settings, **parts: Any) -> App:
    return App(membership(settings, **parts))
