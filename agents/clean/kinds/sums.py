"""Weights of the signals that hold, summed."""


def total(*signals: tuple[bool, float]) -> float:
    return round(sum(weight for holds, weight in signals if holds), 2)
