"""The server of the built site: whatever is asked, it answers as a host does, and goes on."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

PAGE = b"<!doctype html><p>" + b"level " * 500
OWN_404 = b'<!doctype html><base href="/book/"><p>Not here.'
LARGE = bytes(1000) + os.urandom(20_000_000)
RESET = struct.pack("ii", 1, 0)  # closing sends RST at once, as a reader does who goes away


@pytest.fixture
def serve(tools):
    """The server script."""
    return tools("serve")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "chapters").mkdir()
    (folder / "bare").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "404.html").write_bytes(OWN_404)
    (folder / "chapters" / "index.html").write_bytes(b"<p>Chapters")
    (folder / "module.js").write_bytes(b"export default 1;")
    (folder / "large.bin").write_bytes(LARGE)
    (folder.parent / "outside.html").write_bytes(b"secret")
    return folder


@pytest.fixture(scope="module")
def address(folder, serve_folder):
    return serve_folder(folder).removeprefix("http://")


def ask(address, path, method="GET", **headers):
    """Returns status, headers and body of an answer."""
    connection = http.client.HTTPConnection(address, timeout=30)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=names)
    answer = connection.getresponse()
    try:
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "gzip;q=0.5", "*", "br, GZIP"])
def test_a_page_is_sent_compressed_to_those_who_take_it(address, accepted):
    status, headers, body = ask(address, "/", Accept_Encoding=accepted)
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (
        200,
        "gzip",
        "Accept-Encoding",
    )
    assert len(body) < len(PAGE) / 10
    assert gzip.decompress(body) == PAGE


@pytest.mark.parametrize(
    "refused", ["", "identity", "gzip;q=0", "br, gzip; q=0.0", "*;q=0", "gzipped"]
)
def test_a_page_is_sent_as_it_is_to_those_who_do_not(address, refused):
    _, headers, body = ask(address, "/", Accept_Encoding=refused)
    assert headers["Content-Encoding"] is None
    assert body == PAGE


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/a%00.html",
        "/nowhere.html",
        "/index.html/",
        "/bare/",
        "/../outside.html",
        "/%2e%2e/outside.html",
        "//outside.html",
        f"/{'a' * 5000}",
        f"/{'a' * 300}/",
        f"/{'a/' * 5000}",
        f"/chapters/{'%C3%A4' * 200}/",
    ],
)
def test_what_is_not_there_is_the_sites_own_page(address, path):
    status, headers, body = ask(address, path)
    assert (status, headers["Content-Type"]) == (404, "text/html")
    assert body == OWN_404.replace(b"/book/", b"/")


def test_a_folder_is_its_page_and_is_never_listed(address):
    assert ask(address, "/chapters/")[2] == b"<p>Chapters"
    status, headers, _ = ask(address, "/chapters")
    assert (status, headers["Location"]) == (301, "/chapters/")


def test_without_a_page_of_its_own_what_is_not_there_is_a_plain_sentence(tmp_path, serve_folder):
    (tmp_path / "secret").mkdir()
    status, _, body = ask(serve_folder(tmp_path).removeprefix("http://"), "/")
    assert status == 404
    assert b"secret" not in body


@pytest.mark.parametrize("path", ["/", "/nowhere", "/%00", "/chapters"])
def test_who_asks_for_the_headers_gets_no_body(address, path):
    with socket.create_connection(address.split(":")) as connection:
        request = f"HEAD {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert body == b""
    length = re.search(rb"Content-Length: (\d+)", head)[1]
    assert length == str(len(ask(address, path)[2])).encode()


def test_a_rebuilt_page_is_sent_and_one_that_is_as_before_is_not_sent_twice(tmp_path, serve_folder):
    (tmp_path / "index.html").write_bytes(b"first")
    address = serve_folder(tmp_path).removeprefix("http://")
    _, headers, _ = ask(address, "/")
    known = headers["Etag"]
    assert headers["Cache-Control"] == "no-cache"
    assert ask(address, "/", If_None_Match=known)[::2] == (304, b"")
    (tmp_path / "index.html").write_bytes(b"second")
    assert ask(address, "/", If_None_Match=known)[::2] == (200, b"second")


def test_a_module_has_the_type_that_browsers_ask_for(address):
    assert ask(address, "/module.js")[1]["Content-Type"] == "text/javascript"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(b"POST / HTTP/1.1", b"405"), (b"GET /%ff HTTP/1.1", b"400"), (b"\x16\x03\x01 nonsense", b"")],
)
def test_a_request_that_makes_no_sense_is_refused_and_the_next_is_answered(
    address, capfd, request_line, status
):
    with socket.create_connection(address.split(":")) as connection:
        connection.sendall(request_line + b"\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert status in connection.recv(65536)
    assert ask(address, "/")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_readers_who_go_away_leave_no_trace(address, capfd):
    for size in (0, 1, 100_000):
        connection = socket.create_connection(address.split(":"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        if size:
            connection.recv(size)
        connection.close()
    assert ask(address, "/")[2] == PAGE
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HT", id="half a line"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", id="nothing more"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", id="no body"),
    ],
)
def test_a_silent_reader_is_sent_away(serve, folder, said):
    with serve.served(folder, seconds_of_silence=0.2) as base, connected(base) as connection:
        connection.settimeout(30)
        connection.sendall(said)
        while connection.recv(65536):
            pass  # the end comes from the server


def connected(base):
    return socket.create_connection(base.removeprefix("http://").split(":"))


def test_a_reader_who_takes_nothing_is_sent_away(serve, folder):
    with serve.served(folder, seconds_of_silence=2) as base, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = base.removeprefix("http://").split(":")
        connection.connect((host, int(port)))
        connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        # another one is answered meanwhile, and only later the first one begins to read
        assert ask(base.removeprefix("http://"), "/")[2] == PAGE
        wait_until_sent_away(base)
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                received += len(part)
        assert received < len(LARGE)


def wait_until_sent_away(base):
    """Waits as long as a reader may stay who says nothing."""
    with connected(base) as other:
        while other.recv(1):
            pass


def test_two_hundred_readers_at_once_are_all_answered(address, capfd):
    def read(_):
        return [ask(address, path)[2] for path in ("/", "/chapters/")]

    with ThreadPoolExecutor(200) as readers:
        answers = list(readers.map(read, range(200)))
    assert answers == [[PAGE, b"<p>Chapters"]] * 200
    assert capfd.readouterr() == ("", "")


# --- the command ------------------------------------------------------------------------------


def test_a_taken_port_is_named_and_the_next_one_is_used(serve, capsys):
    with serve.listening(0)[0] as first:
        port = first.getsockname()[1]
        with serve.first_free(port)[0] as second:
            assert second.getsockname()[1] > port
    assert f"Port {port} is taken" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "many", "", "8000.5", "٣", "9" * 5000])
def test_what_is_no_port_is_one_sentence(serve, folder, capsys, port):
    assert serve.main([f"--port={port}", "--folder", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"serve: PORT must be a number from 0 to 65535, not {port!r}.\n")


def test_after_the_last_port_there_is_no_next_one(serve, folder, monkeypatch, capsys):
    def taken(port):
        assert port <= 65535
        raise OSError(serve.errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(serve, "listening", taken)
    assert serve.main(["--port=65534", "--folder", str(folder)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Port 65534 is taken by another program.",
        "Port 65535 is taken by another program.",
        "serve: no free port: name another by `make serve PORT=9000`.",
    ]


def test_a_forbidden_port_is_one_sentence(serve, folder, monkeypatch, capsys):
    def forbidden(port):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(serve, "listening", forbidden)
    assert serve.main(["--port=80", "--folder", str(folder)]) == 1
    assert capsys.readouterr().err == (
        "serve: port 80 cannot be used (Permission denied): name another by "
        "`make serve PORT=9000`.\n"
    )


def test_without_a_site_one_sentence_says_what_to_do(serve, tmp_path, capsys):
    assert serve.main(["--folder", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "serve: there is no site yet: run `make site` first.\n"


def test_the_server_says_where_it_is_and_stops_by_an_interruption(root, folder):
    command = [sys.executable, str(root / "site" / "serve.py"), "--port=0", f"--folder={folder}"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    running.stdout.readline()
    port = re.search(r"http://localhost:(\d+)", running.stdout.readline())[1]
    assert ask(f"127.0.0.1:{port}", "/")[2] == PAGE
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (out.strip(), err, running.returncode) == ("Stopped.", "", 0)
