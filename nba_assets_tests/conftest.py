"""What all tests share: the real-data folder, reproducible property tests, and no network.

Tests on real data read the folder named by `NBA_REALDATA` (default: `shared/realdata` beside the checkout) and skip
with a reason where there is none; everything else runs without it.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from nba_assets_tests.shared_folder import shared_folder
from nba_assets_tests.simulated import fetch_landing

CHECKOUT = Path(__file__).resolve().parents[1]
REALDATA = Path(os.environ.get("NBA_REALDATA") or CHECKOUT.parent / "shared" / "realdata")

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


class NetworkBlockedError(RuntimeError):
    """A test tried to reach another machine. Not an OSError, so that no retry or fallback hides it."""


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Connections leave this machine in no test; loopback and Unix sockets work."""
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        yield


def _guarded(connect: Any) -> Any:
    def guarded(sock: socket.socket, address: Any) -> Any:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
            raise NetworkBlockedError(f"tests do not use the network: connection to {address!r} refused")
        return connect(sock, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real provider documents."""
    if not REALDATA.is_dir():
        pytest.skip(f"no real data at {REALDATA}; set NBA_REALDATA to its folder")
    return REALDATA


@pytest.fixture(scope="session")
def season_landing(realdata: Path) -> Path:
    """The real 2023-24 season as a landing folder."""
    landing = realdata / "season-2023-24" / "landing"
    if not landing.is_dir():
        pytest.skip(f"no season landing folder at {landing}")
    return landing


@pytest.fixture(scope="session")
def simulated_landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SIMULATED landing folder of ten game dates (2025-12-20 to 2025-12-29), made once; link it, never change it."""
    return shared_folder(tmp_path_factory, "simulated-landing", fetch_landing)
