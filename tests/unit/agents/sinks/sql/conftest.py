"""Every test that takes `url` runs on SQLite and on PostgreSQL."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.machine.postgres import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/articles.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    return new_database(postgres)
