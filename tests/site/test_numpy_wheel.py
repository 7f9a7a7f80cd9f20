"""NumPy for the pages: one member of a large archive, read by parts, checked by its hash."""

from __future__ import annotations

import hashlib
import http.server
import io
import re
import threading
import zipfile

import pytest

CONTENT = b"a wheel " * 1000
NAME = "numpy-1.0-wasm.whl"
LARGE = 5_000_000  # bytes of the rest of the archive


class Index(http.server.BaseHTTPRequestHandler):
    """A server of one archive, with or without ranges."""

    archive = b""
    has_ranges = True
    sent = 0

    def do_GET(self):
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"])
        first, last = int(asked[1]), min(int(asked[2]), len(self.archive) - 1)
        body = self.archive[first : last + 1] if self.has_ranges else self.archive
        self.send_response(206 if self.has_ranges else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(self.archive)}")
        self.end_headers()
        self.wfile.write(body)
        type(self).sent += len(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def numpy_wheel(tools, tmp_path, monkeypatch):
    """The script, with a folder of its own."""
    module = tools("numpy_wheel")
    monkeypatch.setattr(module, "DOWNLOADS", tmp_path)
    return module


@pytest.fixture
def index(numpy_wheel, monkeypatch):
    """A kind of index whose one package carries the wheel."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("static/large.bin", bytes(LARGE))
        archive.writestr(f"static/pyodide/{NAME}", CONTENT)
    kind = type("Kind", (Index,), {"archive": buffer.getvalue()})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}/carrier.whl"
    monkeypatch.setattr(numpy_wheel, "address_of", lambda _requirement: address)
    yield kind
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def wheel(numpy_wheel):
    return numpy_wheel.Wheel(NAME, hashlib.sha256(CONTENT).hexdigest())


def test_only_the_part_of_the_archive_that_holds_it_is_fetched_and_only_once(
    numpy_wheel, index, wheel
):
    numpy_wheel.fetch(wheel)
    assert wheel.path.read_bytes() == CONTENT
    assert 0 < index.sent < LARGE
    before = index.sent
    numpy_wheel.fetch(wheel)
    assert index.sent == before


def test_another_file_of_that_name_is_refused_and_not_kept(numpy_wheel, index, wheel):
    other = wheel._replace(sha256="0" * 64)
    with pytest.raises(
        numpy_wheel.FetchError, match=r"holds another numpy-1\.0-wasm\.whl than Pyo"
    ):
        numpy_wheel.fetch(other)
    assert not other.path.exists()


def test_half_a_file_that_is_there_is_fetched_again(numpy_wheel, index, wheel):
    wheel.path.write_bytes(CONTENT[:100])
    numpy_wheel.fetch(wheel)
    assert wheel.is_there()


def test_an_index_that_sends_whole_files_only_is_one_sentence(numpy_wheel, index, wheel):
    index.has_ranges = False
    with pytest.raises(
        numpy_wheel.FetchError, match=r"\(the index sends whole files only\): run `m"
    ):
        numpy_wheel.fetch(wheel)


def test_an_archive_without_it_and_no_network_are_one_sentence(
    numpy_wheel, index, wheel, monkeypatch
):
    index.archive = index.archive.replace(NAME.encode(), b"x" * len(NAME))
    with pytest.raises(numpy_wheel.FetchError, match=f"it holds no {NAME}"):
        numpy_wheel.fetch(wheel)
    monkeypatch.setattr(numpy_wheel, "address_of", lambda _: "http://127.0.0.1:9/nothing")
    with pytest.raises(
        numpy_wheel.FetchError, match=r"run `make assets` again where there is a ne"
    ):
        numpy_wheel.fetch(wheel)


def test_a_package_that_pip_cannot_find_is_the_last_line_of_what_pip_says(numpy_wheel):
    with pytest.raises(OSError, match=r"^ERROR: (Invalid|.*no .*|No matching).*"):
        numpy_wheel.address_of("not a requirement")


def test_the_lock_of_pyodide_names_the_wheel_of_this_python(numpy_wheel):
    locked = numpy_wheel.locked()
    assert re.fullmatch(r"numpy-[\d.]+-cp314-cp314-pyemscripten_\d+_\d+_wasm32\.whl", locked.name)
    assert re.fullmatch(r"[0-9a-f]{64}", locked.sha256)
