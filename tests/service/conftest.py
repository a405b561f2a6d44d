"""The service in process, over the home of the 2017 effectiveness digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from search.settings import Settings
from search.web import create_app


@pytest.fixture(scope="session")
def app(home_folder: Path) -> FastAPI:
    return create_app(Settings(home=home_folder))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as opened:
        yield opened
