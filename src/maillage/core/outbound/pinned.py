"""Connections to the address that was checked, within a time and a number of bytes.

The name is resolved once, here, and the socket opened to what was found: nothing can answer something
else in between. The certificate is asked for the name. Every read and write shares one deadline, so
that a byte a second does not hold a worker; what is read is counted before anything interprets it.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from maillage.core.outbound import addresses

Options = Iterable[Any] | None
_CHUNK = 4096


class Budget:
    """What a call may still cost: seconds until the deadline, bytes to be read."""

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self.until = time.monotonic() + seconds
        self.bytes_left = most_bytes

    def left(self, asked: float | None = None) -> float:
        """Seconds that an operation may take. Raises ConnectTimeout's parent when none are left."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("deadline")
        return seconds if asked is None else min(asked, seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._budget.bytes_left <= 0:
            raise httpcore.ReadError("too long")
        data = self._inner.read(min(max_bytes, _CHUNK), self._budget.left(timeout))
        self._budget.bytes_left -= len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._budget.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._budget.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves, checks, connects. Raises AddressRefusedError for a name that leads where it may not."""

    def __init__(self, budget: Budget, *, plain: bool) -> None:
        self._budget = budget
        self._plain = plain
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options = None,
    ) -> httpcore.NetworkStream:
        found = addresses.resolve(host, port, within=self._budget.left(timeout))
        allowed = addresses.allowed_among(found, scheme_port=port, plain=self._plain)
        refused: Exception = httpcore.ConnectError("no address")
        for one in allowed[:2]:
            try:
                inner = self._sockets.connect_tcp(
                    one, port, self._budget.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
            else:
                return _Stream(inner, self._budget)
        raise refused

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Options = None
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no local socket")

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, self._budget.left()))
