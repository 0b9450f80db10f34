"""stub"""


def trace() -> None:
    """stub"""
