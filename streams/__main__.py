"""`python -m streams`, and the `copydesk` command.

Pool processes import this module again, so it imports nothing until it is called.
"""


def main() -> None:
    from streams.cli import run

    run()


if __name__ == "__main__":
    main()
