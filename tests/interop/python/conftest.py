"""An emulator for each test, and the official client's two faces on it."""

import json
import os
import subprocess
import time
import urllib.request
from contextlib import contextmanager

import pytest
from ekodb_client import Client
from ekodb_client.admin import AdminClient

ADMIN_KEY = "interop-admin-key-0123456789-abcdefghij"


class Server:
    def __init__(self, url):
        self.url = url

    def client(self, key=ADMIN_KEY):
        """A client with nothing set but what it cannot do without."""
        return Client.new(self.url, key)

    def admin(self, key=ADMIN_KEY):
        return AdminClient(self.url, key)

    def control(self, path, **body):
        """A call of a control route, which an emulator with `--control-routes` has."""
        headers = {"authorization": f"Bearer {ADMIN_KEY}", "content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/emulator/{path}", json.dumps(body).encode(), headers)
        urllib.request.urlopen(request, timeout=30).close()

    async def limited(self, **permissions):
        """A new key that may do this: `people=["read"]`."""
        return await self.admin().create_api_key({"label": "limited", "collection_permissions": permissions})


@contextmanager
def emulator(directory, *flags):
    port_file = directory / "port"
    process = subprocess.Popen(
        [os.environ["EKODB_EMULATOR"], "--memory", "--port", "0", "--port-file", port_file, *flags],
        env={**os.environ, "EKODB_EMULATOR_ADMIN_KEY": ADMIN_KEY},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield Server(f"http://127.0.0.1:{port_of(process, port_file)}")
        assert process.poll() is None, f"the emulator ended with exit code {process.returncode} during the test"
    finally:
        process.terminate()
        process.wait(timeout=30)
        port_file.unlink(missing_ok=True)


def port_of(process, port_file):
    """The port, once the emulator answers on it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the emulator ended with exit code {process.returncode}")
        if port_file.exists() and (port := port_file.read_text().strip()):
            return port
        time.sleep(0.01)
    pytest.fail("the emulator did not answer within 30 s")


@pytest.fixture
def start(tmp_path):
    """Starts an emulator with flags, for as long as a `with` lasts."""
    return lambda *flags: emulator(tmp_path, *flags)


@pytest.fixture
def server(start):
    with start() as started:
        yield started


@pytest.fixture
def client(server):
    return server.client()


@pytest.fixture
def admin(server):
    return server.admin()


@pytest.fixture
async def people(client):
    """The collection `people`: Ada, Bob and Cyd, who are 36, 25 and 41."""
    for id, name, age in [("a", "Ada", 36), ("b", "Bob", 25), ("c", "Cyd", 41)]:
        await client.insert("people", {"id": id, "name": name, "age": age})
    return client
