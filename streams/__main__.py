"""`python -m streams`, and the `copydesk` command.

It imports nothing until it is called, so that a command imports only what it needs.
"""

import sys


def main() -> None:
    try:
        from streams.cli import run

        run()
    except KeyboardInterrupt:
        # While modules are imported: no command was started.
        from streams.exit_codes import ExitCode

        sys.stderr.write("\rcopydesk: interrupted before it began; nothing was changed\n")
        sys.exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()
