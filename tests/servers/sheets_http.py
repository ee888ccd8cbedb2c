"""Google Sheets on loopback: the API of `sheets_api` and the token server, over HTTP, with faults.

By hand: `python -m tests.servers.sheets_http FOLDER` serves until it is interrupted, and writes a service account's key
and the lines for atsp.toml into FOLDER.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from tests.servers.sheets_api import ApiRefusal, SheetsApi

ROBOT = "robot@leads.example"
KEY = "spreadsheet-on-loopback"
TOKEN = "ya29.a-token-of-the-test"

#: What a fault does instead of answering: it is given the handler, and what would let the call through.
Fault = Callable[["Handler", Callable[[], tuple[int, Any]]], None]


@lru_cache(maxsize=1)
def key_pair() -> tuple[str, str]:
    """A private and a public key in PEM, made anew in each process."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoded = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded.decode(), public.decode()


def service_account(token_uri: str = "https://oauth2.googleapis.com/token") -> dict[str, str]:
    """The key file of a service account, as Google gives it out."""
    private, _ = key_pair()
    return {
        "type": "service_account",
        "project_id": "leads",
        "private_key_id": "1",
        "private_key": private,
        "client_email": ROBOT,
        "client_id": "1",
        "token_uri": token_uri,
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SheetsServer

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.requests.append((self.headers["Host"], f"{self.command} {self.path}"))
            fault = self.server.next_fault(self.path)
        if fault is None:
            self.answer(*self._answer(body))
        else:
            fault(self, lambda: self._answer(body))

    def _answer(self, body: bytes) -> tuple[int, Any]:
        url = urlsplit(self.path)
        try:
            with self.server.lock:
                if url.path == "/token":
                    return 200, self._token(parse_qs(body.decode()))
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise ApiRefusal(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED")
                content = json.loads(body) if body else None
                query = parse_qs(url.query)
                return 200, self.server.api.call(self.command, unquote(url.path), query, content, editor=ROBOT)
        except ApiRefusal as refusal:
            return refusal.code, refusal.body()

    def _token(self, form: dict[str, list[str]]) -> Any:
        _, public = key_pair()
        claims = jwt.decode(form["assertion"][0], certs=public, audience=self.server.audience)  # type: ignore[no-untyped-call]
        if claims["scope"] != "https://www.googleapis.com/auth/spreadsheets" or claims["iss"] != ROBOT:
            raise ApiRefusal(400, "invalid_scope", "INVALID_ARGUMENT")
        return {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}

    def answer(self, status: int, body: Any, *, cut: bool = False) -> None:
        """Send the answer, or, *cut*, its first half under a length that says so."""
        raw = json.dumps(body).encode()
        raw = raw[: len(raw) // 2] if cut else raw
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def reset(self) -> None:
        """End the connection as a machine that dies does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


class SheetsServer(ThreadingHTTPServer):
    """The server. *faults* are used up one a call to the API; *always* is there for every call when they are."""

    daemon_threads = True

    def __init__(self, *, audience: str = "https://oauth2.googleapis.com/token") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.api = SheetsApi(KEY)
        self.audience = audience
        self.lock = threading.RLock()
        self.requests: list[tuple[str, str]] = []
        self.faults: list[Fault | None] = []
        self.always: Fault | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_fault(self, path: str) -> Fault | None:
        if path == "/token":
            return None
        return self.faults.pop(0) if self.faults else self.always

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def refuse(status: int, message: str = "no") -> Fault:
    """The call is not carried out."""
    return lambda handler, through: handler.answer(status, {"error": {"code": status, "message": message}})


def slow(seconds: float) -> Fault:
    """The call is carried out, late."""

    def fault(handler: Handler, through: Callable[[], tuple[int, Any]]) -> None:
        time.sleep(seconds)
        answer = through()
        try:
            handler.answer(*answer)
        except ConnectionError:
            handler.close_connection = True

    return fault


def lose(handler: Handler, through: Callable[[], tuple[int, Any]]) -> None:
    """The call is carried out, and the connection reset before its answer."""
    through()
    handler.reset()


def cut(handler: Handler, through: Callable[[], tuple[int, Any]]) -> None:
    """The call is carried out, and half of its answer sent."""
    handler.answer(*through(), cut=True)


def half_of_the_rows(handler: Handler, through: Callable[[], tuple[int, Any]]) -> None:
    """The answer is well formed, and holds the first half of the rows."""
    status, body = through()
    rows = body.get("values", [])
    handler.answer(status, {**body, "values": rows[: (len(rows) + 1) // 2]})


@contextmanager
def sheets_server() -> Iterator[SheetsServer]:
    """A server while entered."""
    with SheetsServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="sheets", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main(folder: Path) -> None:
    """Serve until interrupted."""
    with sheets_server() as server:
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / "service-account.json"
        key.write_text(json.dumps(service_account()), encoding="utf-8")
        lines = [
            "[http]",
            f'connect_to = {{ "sheets.googleapis.com" = "{server.url}", "oauth2.googleapis.com" = "{server.url}" }}',
            "[sheets]",
            f'spreadsheet_id = "{KEY}"',
        ]
        (folder / "sheets.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")
        print(f"export GOOGLE_APPLICATION_CREDENTIALS={key}", *lines, sep="\n", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
