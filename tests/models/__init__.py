"""Models that need PyTorch, in an environment of their own: `make test-models`. None is skipped there.

Elsewhere they fail for want of it. `tiny` makes the models, of random weights.
"""
