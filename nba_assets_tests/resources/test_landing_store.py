"""The landing store: immutable files, each written once, listed completely and in order.

Dangers covered: two fetchers overwriting each other, a half-written file that is read, a broken file that stops
everything without being named, a new file that a listing by arrival overlooks, paths that leave the folder.
"""

import gzip
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from resources.landing_store import LandingError, LocalLandingStore


@pytest.fixture
def store(tmp_path: Path) -> LocalLandingStore:
    return LocalLandingStore(tmp_path / "landing")


def paths(store: LocalLandingStore, prefix: str = "", since: int = 0) -> list[str]:
    return [file.path for file in store.list(prefix, arrived_since_ns=since)]


def names(store: LocalLandingStore) -> list[str]:
    """All files of the folder `a`, hidden ones included."""
    return sorted(path.name for path in (store.root / "a").iterdir())


# --- listing


def test_files_are_listed_below_a_prefix_in_path_order(store: LocalLandingStore) -> None:
    """Parsers rely on the order; a file of another date must not slip in."""
    for path in ("a/2024-01-02/x.json", "a/2024-01-01/z.json", "a/2024-01-01/game-1/y.json", "b/2024-01-01/x.json"):
        store.write(path, b"{}")
    assert paths(store, "a/2024-01-01") == ["a/2024-01-01/game-1/y.json", "a/2024-01-01/z.json"]
    assert paths(store, "a") == [*paths(store, "a/2024-01-01"), "a/2024-01-02/x.json"]
    assert paths(store) == [*paths(store, "a"), "b/2024-01-01/x.json"]


def test_a_prefix_is_a_folder_not_the_beginning_of_a_name(store: LocalLandingStore) -> None:
    store.write("odds/events/1.json", b"{}")
    store.write("odds/events-history/1.json", b"{}")
    assert paths(store, "odds/events") == ["odds/events/1.json"]


def test_a_missing_prefix_has_no_files(store: LocalLandingStore) -> None:
    """A fresh checkout, or a date without odds, is not an error."""
    assert paths(store) == []
    assert paths(store, "nba-com/schedule") == []


def test_hidden_files_are_not_there(store: LocalLandingStore) -> None:
    """Half-written files, and what desktops leave behind, are no landing files."""
    store.write("a/1.json", b"{}")
    for name in (".0a1b.tmp", ".DS_Store"):
        (store.root / "a" / name).write_bytes(b"half")
    (store.root / ".git").mkdir()
    (store.root / ".git" / "config").write_bytes(b"")
    assert paths(store) == ["a/1.json"]


def test_only_files_that_arrived_since_are_listed(store: LocalLandingStore) -> None:
    store.write("a/1.json", b"{}")
    (first,) = store.list("a")
    assert paths(store, "a", since=first.arrived_ns) == ["a/1.json"]
    assert paths(store, "a", since=first.arrived_ns + 1) == []


def test_a_copied_old_file_counts_as_arriving_now(store: LocalLandingStore, tmp_path: Path) -> None:
    """`cp -p` and rsync keep modification times: the landing sensor would never see the file."""
    store.write("a/1.json", b"{}")
    (first,) = store.list("a")
    old = tmp_path / "old.json"
    old.write_bytes(b"{}")
    os.utime(old, (0, 0))
    old.rename(store.root / "a" / "2.json")
    assert "a/2.json" in paths(store, "a", since=first.arrived_ns)


def test_the_generation_changes_with_the_content(store: LocalLandingStore) -> None:
    """Somebody edits a file in place although they should not: it must be seen as another file."""
    store.write("a/1.json", b"{}")
    (before,) = store.list("a")
    (same,) = store.list("a")
    (store.root / "a" / "1.json").write_bytes(b'{"corrected": true}')
    (after,) = store.list("a")
    assert same == before
    assert after.generation != before.generation


# --- reading


@pytest.mark.parametrize("name", ["a/1.json", "a/1.json.gz"])
def test_what_was_written_is_read_back(store: LocalLandingStore, name: str) -> None:
    content = '{"name": "Nikola Jokić"}'.encode() * 100
    store.write(name, content)
    assert store.read(name) == content


def test_gz_files_are_compressed_on_disk_and_reproducible(store: LocalLandingStore) -> None:
    """The same document must be the same bytes, else copies of a landing folder differ for no reason."""
    store.write("a/1.json.gz", b"{}" * 1000)
    store.write("b/1.json.gz", b"{}" * 1000)
    raw = (store.root / "a/1.json.gz").read_bytes()
    assert raw == (store.root / "b/1.json.gz").read_bytes()
    assert len(raw) < 200
    assert gzip.decompress(raw) == b"{}" * 1000


def _corrupt(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(255 - byte for byte in content[middle : middle + 8]) + content[middle + 8 :]


_DOCUMENT = gzip.compress(bytes(range(256)) * 50, mtime=0)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>503 Service Unavailable</html>",
        _DOCUMENT[:-20],
        _DOCUMENT[: len(_DOCUMENT) // 2],
        _DOCUMENT[:5],
        _corrupt(_DOCUMENT),
        _DOCUMENT[:-8] + bytes(8),
        _DOCUMENT + b"rubbish",
    ],
    ids=["not-gzip", "no-trailer", "half", "header-only", "corrupt", "wrong-checksum", "rubbish-after"],
)
def test_a_broken_gz_file_is_an_error_that_names_it(store: LocalLandingStore, content: bytes) -> None:
    """An interrupted upload must not look like a short document, and must be findable."""
    target = store.root / "a" / "1.json.gz"
    target.parent.mkdir(parents=True)
    target.write_bytes(content)
    with pytest.raises(LandingError, match=r"a/1\.json\.gz cannot be read"):
        store.read("a/1.json.gz")


def test_an_empty_gz_file_reads_as_an_empty_document(store: LocalLandingStore) -> None:
    """gzip calls zero bytes an empty stream; the parsers call an empty document an error."""
    target = store.root / "a" / "1.json.gz"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"")
    assert store.read("a/1.json.gz") == b""


@pytest.mark.parametrize("path", ["a/missing.json", "a"])
def test_a_file_that_is_not_there_is_an_error_that_names_it(store: LocalLandingStore, path: str) -> None:
    (store.root / "a").mkdir(parents=True)
    with pytest.raises(LandingError, match=f"{path} cannot be read"):
        store.read(path)


# --- writing


def test_an_existing_file_is_never_overwritten(store: LocalLandingStore) -> None:
    store.write("a/1.json", b"first")
    with pytest.raises(FileExistsError, match=r"a/1\.json already exists"):
        store.write("a/1.json", b"second")
    assert store.read("a/1.json") == b"first"
    assert names(store) == ["1.json"]


def test_of_many_writers_exactly_one_wins(store: LocalLandingStore) -> None:
    """Two fetchers at the same second: one file, whole, and everybody else is told."""
    writers = 16
    for number in range(20):
        barrier = Barrier(writers)

        def write(writer: int, barrier: Barrier = barrier, number: int = number) -> bytes | None:
            content = bytes([writer]) * 5000
            barrier.wait()
            try:
                store.write(f"a/{number}.json", content)
            except FileExistsError:
                return None
            return content

        with ThreadPoolExecutor(writers) as pool:
            winners = [content for content in pool.map(write, range(writers)) if content is not None]
        assert winners == [store.read(f"a/{number}.json")]
    assert names(store) == sorted(f"{number}.json" for number in range(20))


def test_a_failed_write_leaves_nothing(store: LocalLandingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk must not leave half a document under a good name: it could never be corrected."""

    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        store.write("a/1.json", b"{}")
    assert names(store) == []


# --- provenance


def test_provenance_lies_beside_the_file_and_is_not_listed(store: LocalLandingStore) -> None:
    """A sensor that saw it would report every document twice; a parser would read it as the newest document."""
    store.write("a/1.json.gz", b"{}", {"request": "https://x.test", "status": 200})
    assert names(store) == ["1.json.gz", "1.json.gz.provenance.json"]
    assert paths(store) == ["a/1.json.gz"]
    assert store.provenance("a/1.json.gz") == {"request": "https://x.test", "status": 200}


def test_a_file_that_somebody_dropped_has_none(store: LocalLandingStore) -> None:
    store.write("a/1.json", b"{}")
    assert store.provenance("a/1.json") is None
    assert names(store) == ["1.json"]


def test_a_refused_write_leaves_the_provenance_alone(store: LocalLandingStore) -> None:
    store.write("a/1.json", b"first", {"request": "first"})
    with pytest.raises(FileExistsError):
        store.write("a/1.json", b"second", {"request": "second"})
    assert store.provenance("a/1.json") == {"request": "first"}


# --- staying inside


@pytest.mark.parametrize("path", ["../x", "a/../../x", "a/..", "/etc/passwd", "/"])
def test_paths_that_leave_the_folder_are_refused(store: LocalLandingStore, path: str) -> None:
    """A path taken from a provider's document must not read or write anywhere else."""
    for use in (store.read, lambda p: store.write(p, b"{}"), lambda p: list(store.list(p))):
        with pytest.raises(LandingError, match="is not a path inside the landing folder"):
            use(path)
    assert not (store.root.parent / "x").exists()


def test_files_of_a_folder_moved_here_as_a_whole_have_just_arrived(tmp_path: Path) -> None:
    """`mv` of a prepared folder leaves its files' inodes alone: the sensor would never have seen them."""
    prepared = tmp_path / "elsewhere" / "2024-01-15"
    prepared.mkdir(parents=True)
    (prepared / "20240116_080500.json").write_bytes(b"{}")
    root = tmp_path / "landing"
    (root / "nba-com" / "player-boxscores").mkdir(parents=True)
    store = LocalLandingStore(root)
    time.sleep(0.02)  # file systems stamp changes some milliseconds apart
    before_ns = time.time_ns() - 10_000_000
    assert (prepared / "20240116_080500.json").stat().st_ctime_ns < before_ns
    prepared.rename(root / "nba-com" / "player-boxscores" / "2024-01-15")
    assert [file.path for file in store.list("", arrived_since_ns=before_ns)] == [
        "nba-com/player-boxscores/2024-01-15/20240116_080500.json"
    ]
