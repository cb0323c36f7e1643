"""A geocoder on this machine that behaves as the State's is documented to, and as networks do."""

import csv
import email
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Row = dict[str, str]
RESULT_COLUMNS = ["longitude", "latitude", "result_score", "result_type", "result_citycode"]


@dataclass
class Geocoder:
    """`known` maps an address to (lon, lat, score, type); `moods` are spent one per request."""

    url: str = ""
    known: dict[str, tuple[float, float, float, str]] = field(default_factory=dict)
    moods: list[Callable[[BaseHTTPRequestHandler, bytes], None] | None] = field(
        default_factory=list
    )
    requests: list[list[Row]] = field(default_factory=list)
    arguments: list[dict[str, list[str]]] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)

    def answer(self, body: bytes, content_type: str) -> bytes:
        arguments, rows = _multipart(body, content_type)
        self.arguments.append(arguments)
        self.requests.append(rows)
        out = io.StringIO()
        # The service puts its own columns after those it was given.
        writer = csv.DictWriter(
            out, [*rows[0], *RESULT_COLUMNS, "result_label"], lineterminator="\r\n"
        )
        writer.writeheader()
        for row in rows:
            writer.writerow(row | self._found(row, arguments["citycode"][0]))
        return out.getvalue().encode()

    def _found(self, row: Row, citycode: str) -> Row:
        if row["adresse"] not in self.known:
            return dict.fromkeys([*RESULT_COLUMNS, "result_label"], "")
        lon, lat, score, kind = self.known[row["adresse"]]
        code = "75056" if row["adresse"] in self.elsewhere else row[citycode]
        return {
            "longitude": str(lon),
            "latitude": str(lat),
            "result_score": str(score),
            "result_type": kind,
            "result_citycode": code,
            "result_label": f"{row['adresse']} {row['ville']}",
        }


def _multipart(body: bytes, content_type: str) -> tuple[dict[str, list[str]], list[Row]]:
    message = email.message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    arguments: dict[str, list[str]] = {}
    rows: list[Row] = []
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        text = part.get_payload(decode=True).decode()
        if name == "data":
            rows = list(csv.DictReader(io.StringIO(text)))
        else:
            arguments.setdefault(name, []).append(text)
    return arguments, rows


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in (
        {"Content-Type": "text/csv", "Content-Length": str(len(body))} | headers
    ).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def status(code: int, body: bytes = b"no", **headers: str) -> Callable:
    return lambda handler, _answer: send(handler, code, body, **headers)


def says(body: bytes | str, **headers: str) -> Callable:
    """200 with another body than the right one."""
    raw = body.encode() if isinstance(body, str) else body
    return lambda handler, _answer: send(handler, 200, raw, **headers)


def hangs_up(handler: BaseHTTPRequestHandler, _answer: bytes) -> None:
    handler.close_connection = True
    handler.connection.close()


def stops_half_way(handler: BaseHTTPRequestHandler, answer: bytes) -> None:
    send(handler, 200, answer[: len(answer) // 2], Content_Length=str(len(answer)))
    handler.close_connection = True


def sleeps(seconds: float) -> Callable:
    def late(handler: BaseHTTPRequestHandler, answer: bytes) -> None:
        time.sleep(seconds)
        send(handler, 200, answer)

    return late


def without_last_row(handler: BaseHTTPRequestHandler, answer: bytes) -> None:
    send(handler, 200, b"\r\n".join(answer.split(b"\r\n")[:-2]) + b"\r\n")


@contextmanager
def serving(geocoder: Geocoder) -> Iterator[Geocoder]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/geocodage/search/csv":
                send(self, 404, b"")
                return
            answer = geocoder.answer(body, self.headers["Content-Type"])
            mood = geocoder.moods.pop(0) if geocoder.moods else None
            with suppress(BrokenPipeError, ConnectionResetError):  # the client hung up first
                (mood or (lambda handler, said: send(handler, 200, said)))(self, answer)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    geocoder.url = f"http://127.0.0.1:{server.server_port}/geocodage"
    try:
        yield geocoder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
