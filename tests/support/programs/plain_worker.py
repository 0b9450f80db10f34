"""Copydesk's command line, whose workers and sinks read by aiokafka alone: a program of its own.

`pytest --plain-member tests/kafka/rules/test_loop.py` holds it to the rules of the loop.
"""

from functools import partial


def run() -> None:
    """Put it in the place of Faust, and run the command line."""
    # Not above: each pool process imports this module again.
    from streams.__main__ import main
    from streams.runtime import sink_process, stage_process
    from tests.support.kafka.plain_member import PlainMember

    stage_process.run_worker = partial(stage_process.run_worker, join=PlainMember)
    sink_process.run_sink = partial(sink_process.run_sink, join=PlainMember)
    main()


if __name__ == "__main__":
    run()
