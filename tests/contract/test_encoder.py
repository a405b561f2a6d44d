"""What every encoder promises, asked of each adapter and compared with the reference."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kg.errors import ModelChanged, ModelMissing, StorageFull
from search.encoder import (
    DEFAULT_SHA256,
    CompiledEncoder,
    Encoder,
    SentenceTransformerEncoder,
    default_folder,
    open_encoder,
)
from search.link import matter
from search.link.matter import ADAPTER

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "The force’s use of body-worn video is consistent.",
    "",
    "It should make sure that supervisors review crime investigations regularly, and record that they do.",
    "domestic abuse",
    "Café, naïve — Żółć; 警察は; жертвы; 😀 \u200b\x00 tabs\tand\nlines",
    "lone \ud800 surrogate",
    "Gwent: mae’r heddlu yn dda.",
    "victims " * 254,  # exactly as long as the model reads, with its two markers
    "victims " * 255,
    "The control room did not always assess the risk to vulnerable callers. " * 40,
    "x" * 5000,
    "domestic abuse",
]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder-cache")


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture(scope="session", params=["reference", "compiled"])
def reopen(request: pytest.FixtureRequest, cache: Path) -> Callable[[], Encoder]:
    if request.param == "reference":
        return SentenceTransformerEncoder
    return lambda: open_encoder(cache=cache)


@pytest.fixture(scope="session")
def encoder(reopen: Callable[[], Encoder]) -> Encoder:
    return reopen()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(default_folder(), tmp_path / "my-model")


def test_vectors_are_the_reference_s(encoder: Encoder, reference: SentenceTransformerEncoder) -> None:
    got, wanted = encoder.passages(TEXTS), reference.passages(TEXTS)
    assert got.dtype == np.float32
    assert got.shape == (len(TEXTS), encoder.dim) == (len(TEXTS), 384)
    np.testing.assert_allclose(np.linalg.norm(got, axis=1), 1.0, atol=1e-5)
    assert (got * wanted).sum(axis=1).min() >= 0.999


def test_order_is_that_of_the_texts(encoder: Encoder) -> None:
    forward, backward = encoder.passages(TEXTS), encoder.passages(TEXTS[::-1])
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-4)
    np.testing.assert_allclose(forward, [encoder.passages([text])[0] for text in TEXTS], atol=1e-4)


def test_a_question_is_one_vector(encoder: Encoder, reference: SentenceTransformerEncoder) -> None:
    for text in TEXTS:
        vector = encoder.query(text)
        assert vector.shape == (encoder.dim,)
        assert vector @ reference.query(text) >= 0.999


def test_meaning_is_found(encoder: Encoder) -> None:
    near, far = encoder.passages(["officers record encounters on cameras they wear", "fleet fuel costs rose"])
    question = encoder.query("body-worn video")
    assert question @ near > question @ far


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.passages([]).shape == (0, encoder.dim)


def test_one_string_is_not_a_list_of_texts(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match="sequence of strings"):
        encoder.passages("body-worn video")


def test_adapters_share_the_fingerprint(encoder: Encoder, reference: SentenceTransformerEncoder) -> None:
    assert encoder.fingerprint == reference.fingerprint
    assert "all-MiniLM-L6-v2" in encoder.fingerprint
    assert DEFAULT_SHA256 in encoder.fingerprint
    assert "mean" in encoder.fingerprint


def test_threads_get_their_own_answers(encoder: Encoder) -> None:
    alone = [encoder.query(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.query, TEXTS))
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_same_after_reopening(encoder: Encoder, reopen: Callable[[], Encoder]) -> None:
    again = reopen()
    assert again.fingerprint == encoder.fingerprint
    np.testing.assert_array_equal(again.passages(TEXTS), encoder.passages(TEXTS))


def test_more_texts_than_a_block(cache: Path) -> None:
    encoder = open_encoder(cache=cache)
    rows = encoder.passages(["hate crime", "rape"] * 4100)
    np.testing.assert_allclose(rows[-2:], rows[:2], atol=1e-5)


def test_an_adapter_changes_the_vectors_of_both_alike(reference: SentenceTransformerEncoder) -> None:
    compiled, adapted = matter.encoder(), SentenceTransformerEncoder(adapter=ADAPTER)
    assert compiled.fingerprint == adapted.fingerprint != reference.fingerprint
    got, wanted = compiled.passages(TEXTS), adapted.passages(TEXTS)
    assert (got * wanted).sum(axis=1).min() >= 0.999
    assert (got * reference.passages(TEXTS)).sum(axis=1).mean() < 0.99


def test_matters_are_told_apart_better_than_by_the_model_alone(reference: SentenceTransformerEncoder) -> None:
    told = "Supervisors do not look at investigations often enough"
    same, related = "Investigations frequently lack supervision", "The force is slow to investigate burglary"
    for encoder, least in ((reference, -1.0), (matter.encoder(), 0.25)):
        one, alike, apart = encoder.passages([told, same, related])
        assert one @ alike - one @ apart > least


# --- the files behind it


@pytest.mark.parametrize("name", ["nobody/no-such-model", "/no/such/folder", "../../no-such-folder", "a b", ""])
def test_a_model_that_is_not_here_is_named_with_its_mend(name: str, cache: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        open_encoder(name or "no-such-model", cache)
    assert (name or "no-such-model") in caught.value.fault
    assert "downloads nothing" in caught.value.mend


def test_a_folder_without_safe_weights_is_refused(copy: Path, cache: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    for open_it in (lambda: open_encoder(str(copy)), lambda: CompiledEncoder(copy, cache)):
        with pytest.raises(ModelMissing, match=r"model\.safetensors"):
            open_it()


def change(path: Path, at: int = -1) -> None:
    """Flip one byte, as a bad disk or a hand would."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def test_changed_weights_are_refused_and_nothing_is_left(copy: Path, tmp_path: Path) -> None:
    change(copy / "model.safetensors")
    with pytest.raises(ModelChanged) as caught:
        CompiledEncoder(copy, tmp_path / "cache")
    assert str(copy / "model.safetensors") in caught.value.fault
    assert DEFAULT_SHA256 in caught.value.fault
    assert caught.value.mend
    assert not list((tmp_path / "cache").glob("*"))


def test_weights_changed_after_compiling_are_refused(copy: Path, tmp_path: Path) -> None:
    CompiledEncoder(copy, tmp_path / "cache")
    change(copy / "model.safetensors")
    with pytest.raises(ModelChanged):
        CompiledEncoder(copy, tmp_path / "cache")


def test_a_model_of_ones_own_has_a_fingerprint_of_its_own(copy: Path, reference: SentenceTransformerEncoder) -> None:
    assert open_encoder(str(copy)).fingerprint == reference.fingerprint
    change(copy / "model.safetensors")
    changed = open_encoder(str(copy))
    assert changed.fingerprint.startswith("my-model sha256:")
    assert DEFAULT_SHA256 not in changed.fingerprint
    assert changed.query("rape").shape == (384,)


def test_other_settings_have_another_fingerprint(copy: Path, reference: SentenceTransformerEncoder) -> None:
    settings = copy / "sentence_bert_config.json"
    settings.write_text(settings.read_text().replace("256", "32"))
    assert SentenceTransformerEncoder(copy).fingerprint != reference.fingerprint


@pytest.mark.parametrize("damage", ["bytes of model.bin", "bytes of model.xml", "no model.bin", "record.json"])
def test_a_damaged_graph_is_made_anew(
    damage: str, cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = open_encoder(cache=cache).query("hate crime")
    shutil.copytree(cache, tmp_path / "cache")
    (home,) = (tmp_path / "cache").iterdir()
    if damage.startswith("bytes of"):
        change(home / damage.removeprefix("bytes of "), at=1000)
    elif damage == "record.json":
        (home / "record.json").write_text("[]")
    else:
        (home / "model.bin").unlink()
    with caplog.at_level(logging.WARNING, logger="peelgraph"):
        mended = open_encoder(cache=tmp_path / "cache")
    assert "compiling" in caplog.text
    np.testing.assert_allclose(mended.query("hate crime"), expected, atol=1e-5)
    caplog.clear()
    np.testing.assert_array_equal(
        open_encoder(cache=tmp_path / "cache").query("hate crime"), mended.query("hate crime")
    )
    assert not caplog.text
    assert list((tmp_path / "cache").iterdir()) == [home]


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageFull, match="file"):
        open_encoder(cache=tmp_path / "file" / "cache")


QUIET = """
import sys
touched = []
sys.addaudithook(lambda name, what: touched.append((name, what[1:])) if name in NET else None)
NET = {"socket.connect", "socket.getaddrinfo", "socket.sendto"}
from pathlib import Path
from search.encoder import open_encoder
assert open_encoder(None, Path(sys.argv[1])).query("x").shape == (384,)
heavy = {"torch", "transformers", "sentence_transformers", "openvino_telemetry"}
print(sorted(name for name in heavy if sys.modules.get(name)), touched)
"""


def fresh(cache: Path) -> subprocess.Popen[str]:
    """A process of its own that answers one question."""
    command = [sys.executable, "-c", QUIET, str(cache)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_compile_at_once_without_network(tmp_path: Path) -> None:
    for process in [fresh(tmp_path), fresh(tmp_path)]:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert out.endswith("] []\n"), out
        assert "compiling" in err
    assert len(list(tmp_path.iterdir())) == 1


def test_a_later_process_loads_no_torch_and_says_nothing(cache: Path) -> None:
    open_encoder(cache=cache)
    out, err = fresh(cache).communicate(timeout=60)
    assert (out, err) == ("[] []\n", "")
