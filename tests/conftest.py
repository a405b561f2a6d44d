"""What tests share: the folder of official pages beside the project, and a home built from part of the digest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from search import collect, publish
from search.encoder import Encoder, open_encoder
from search.home import Home

# the machine may be busy: how long an example takes says nothing about whether it is right
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
DIGEST = ROOT / "kg" / "digest"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of official pages; they are not part of the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the official pages are not here (../shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def kent(shared: Path) -> Path:
    """The official Kent page of 2017."""
    return shared / "data" / "kent-peel-2017-effectiveness.txt"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder, opened once."""
    return open_encoder()


@pytest.fixture(scope="session")
def home_folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A home of the 2017 effectiveness digest , published once; tests must not write to it."""
    folder = tmp_path_factory.mktemp("home")
    pages = [page for page in collect.pages([DIGEST / "2017"]) if page.path.endswith(".effectiveness.md")]
    publish.publish(folder, pages, lambda: encoder)
    return folder


@pytest.fixture(scope="session")
def home(home_folder: Path) -> Home:
    """The same home, opened."""
    return Home(home_folder)


@pytest.fixture(scope="session")
def digest_home(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Home:
    """A home of the whole digest, published once (half a minute); tests must not write to it."""
    folder = tmp_path_factory.mktemp("digest")
    publish.publish(folder, collect.pages([DIGEST]), lambda: encoder)
    return Home(folder)
