"""`python -m streams`, and the `copydesk` command.

It imports nothing until it is called, so that a command imports only what it needs.
"""


def main() -> None:
    from streams.cli import run

    run()


if __name__ == "__main__":
    main()
