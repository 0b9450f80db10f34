"""Copydesk's command line with workers and sinks that read with aiokafka alone.

`pytest --plain-member tests/kafka/rules/test_loop.py` runs the rules of the loop on it.
"""

from functools import partial


def run() -> None:
    """Replace Faust with the plain member, then run the command line."""
    # Imported here, because each pool process imports this module again.
    from streams.__main__ import main
    from streams.runtime import sink_process, stage_process
    from tests.support.kafka.plain_member import PlainMember

    stage_process.run_worker = partial(stage_process.run_worker, join=PlainMember)
    sink_process.run_sink = partial(sink_process.run_sink, join=PlainMember)
    main()


if __name__ == "__main__":
    run()
