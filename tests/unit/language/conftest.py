"""The entities stage with its models, loaded once."""

import pytest

from agents.entities.settings import EntitiesSettings
from agents.entities.work import EntitiesWork, load


@pytest.fixture(scope="session")
def work() -> EntitiesWork:
    return load(EntitiesSettings())
