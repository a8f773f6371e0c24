"""httpx clients over an ASGI application: as over the network, without one.

Dangers covered: a header or a byte lost on the bridge, a cut answer taken for a whole one, a silent server that stops
the run, threads that get each other's answers, a thread left behind.
"""

import gc
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from resources.simulated_league.transport import AppTransport

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"8"), (b"x-own", b"1, 2")]}


async def whole(scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    words = [scope["method"], scope["path"], scope["query_string"].decode(), scope["raw_path"].decode(), body.decode()]
    await send(
        {"type": "http.response.start", "status": 201, "headers": [(b"x-asked", b"|".join(w.encode() for w in words))]}
    )
    await send({"type": "http.response.body", "body": b"ab", "more_body": True})
    await send({"type": "http.response.body", "body": b"\xff\x00"})


async def cut(scope: Scope, receive: Receive, send: Send) -> None:
    await send(START)
    await send({"type": "http.response.body", "body": b"half", "more_body": True})


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise ZeroDivisionError("a mistake in the application")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def bridge_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if "portal" in thread.name}


def test_request_and_answer_cross_unchanged() -> None:
    with httpx.Client(transport=AppTransport(whole), base_url="https://stats.test") as client:
        response = client.post("/a b/Jokić?x=1&y=%2F", content=b"body")
    assert response.status_code == 201 and response.content == b"ab\xff\x00"
    assert response.headers["x-asked"] == "POST|/a b/Jokić|x=1&y=%2F|/a%20b/Joki%C4%87|body"


@pytest.mark.parametrize("app", [cut, nothing])
def test_a_cut_answer_is_an_error(app: object) -> None:
    with httpx.Client(transport=AppTransport(app)) as client, pytest.raises(httpx.RemoteProtocolError):  # type: ignore[arg-type]
        client.get("https://stats.test/")


def test_a_silent_application_is_a_timeout_at_once() -> None:
    with httpx.Client(transport=AppTransport(silent), timeout=1e6) as client, pytest.raises(httpx.ReadTimeout):
        client.get("https://stats.test/")


def test_a_mistake_of_the_application_is_not_hidden() -> None:
    with httpx.Client(transport=AppTransport(broken)) as client, pytest.raises(ZeroDivisionError):
        client.get("https://stats.test/")


def test_threads_get_their_own_answers() -> None:
    with (
        httpx.Client(transport=AppTransport(echo), base_url="https://stats.test") as client,
        ThreadPoolExecutor(8) as pool,
    ):
        answers = list(pool.map(lambda n: client.get(f"/{n}").text, range(200)))
    assert answers == [f"/{n}" for n in range(200)]


def test_closing_ends_the_thread_and_asking_starts_it_again() -> None:
    before = bridge_threads()
    network = AppTransport(echo)
    assert bridge_threads() == before
    with httpx.Client(transport=network) as first:
        first.get("https://stats.test/1")
        assert len(bridge_threads() - before) == 1
    assert bridge_threads() == before
    second = httpx.Client(transport=network)
    assert second.get("https://stats.test/2").text == "/2"
    second.close()
    network.close()
    assert bridge_threads() == before


def test_a_process_that_closes_nothing_ends() -> None:
    program = """
import httpx
from nba_assets_tests.resources.simulated_league.test_transport import echo
from resources.simulated_league.transport import AppTransport
client = httpx.Client(transport=AppTransport(echo))
print(client.get("https://stats.test/1").text)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "/1\n"


def test_an_unused_network_ends_its_thread() -> None:
    before = bridge_threads()
    httpx.Client(transport=AppTransport(echo)).get("https://stats.test/1")
    gc.collect()
    assert bridge_threads() == before


def test_clients_that_close_a_shared_network_do_not_disturb_others() -> None:
    network = AppTransport(echo)

    def ask_and_close(n: int) -> str:
        with httpx.Client(transport=network) as client:
            return client.get(f"https://stats.test/{n}").text

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask_and_close, range(60))) == [f"/{n}" for n in range(60)]
    network.close()
