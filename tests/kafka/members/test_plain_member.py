"""The plain member, with aiokafka alone: it implements the same protocol and keeps the same promises.

`pytest --plain-member` runs all rules of the loop on it.
"""

import signal

import pytest

from tests.support.pipelines.harness import PROGRAMS, UnderTest, newest, order, until

pytestmark = pytest.mark.kafka
PLAIN = [str(PROGRAMS / "plain_worker.py")]


def test_a_member_that_is_killed_and_others_that_join_and_leave_lose_nothing(toy: UnderTest) -> None:
    toy.configure(pool_processes=1, work={"seconds": 0.01})
    toy.create_topics()
    toy.publish([order(n, do="fail" if n == 7 else "") for n in range(300)])
    killed = toy.start(program=PLAIN)
    until(lambda: len(toy.read("result")) > 60, "results are coming")
    killed.kill()
    killed.wait()
    leaving = toy.start(program=PLAIN)
    toy.start(program=PLAIN)
    until(lambda: len(toy.read("result")) > 150, "the others go on")
    leaving.send_signal(signal.SIGTERM)
    assert leaving.wait(timeout=30) == 0
    toy.drained()
    assert newest(toy) == {f"k{n}": n for n in range(300) if n != 7}
    assert set(toy.dead_letters()) == {("failed", 7)}
