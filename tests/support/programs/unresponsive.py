"""A worker whose loop accepts no article while a file exists, and works otherwise: a stall, as from a bug.

Run as `python unresponsive.py worker toy`; the file is `unresponsive` beside the configuration.
"""

from cut_off import held

from streams.runtime.stage_loop import StageLoop

if __name__ == "__main__":
    from streams.__main__ import main

    StageLoop.submit = held(StageLoop.submit, "unresponsive")  # type: ignore[method-assign]  # that is its point
    main()
