"""Drive a server with many different addresses: wrk when it is installed, else a Python client."""

import http.client
import json
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_LUA = """
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local at = 0
init = function(args) math.randomseed(tonumber(tostring({}):sub(8), 16) or 1); at = math.random(#paths) end
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, requests)
  io.write(string.format('\\n{"requests": %d, "seconds": %f, "errors": %d, "late": %d, "p50": %f, "p95": %f}\\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read, summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end
"""


@dataclass(frozen=True)
class Load:
    """`rate` in requests a second; times in milliseconds; `late`: answers after two seconds."""

    rate: float
    p50: float
    p95: float
    errors: int
    late: int = 0


def drive(
    port: int,
    paths: list[str],
    *,
    seconds: int,
    connections: int = 8,
    headers: dict[str, str] | None = None,
) -> Load:
    if shutil.which("wrk"):
        return _wrk(port, paths, seconds, connections, headers or {})
    return _python(port, paths, seconds, connections, headers or {})


def _wrk(
    port: int, paths: list[str], seconds: int, connections: int, headers: dict[str, str]
) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "bench.lua"
        listed.write_text("\n".join(paths) + "\n")
        script.write_text(_LUA)
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{port}"],
            env={"BENCH_PATHS": str(listed), "PATH": "/usr/local/bin:/usr/bin:/bin"},
            check=True,
            capture_output=True,
            text=True,
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return Load(
        found["requests"] / found["seconds"],
        found["p50"],
        found["p95"],
        found["errors"],
        found["late"],
    )


def _python(
    port: int, paths: list[str], seconds: int, connections: int, headers: dict[str, str]
) -> Load:
    times: list[float] = []
    errors = [0]
    end = time.perf_counter() + seconds

    def client(first: int) -> None:
        connection, at = http.client.HTTPConnection("127.0.0.1", port), first
        while time.perf_counter() < end:
            at = (at + 1) % len(paths)
            start = time.perf_counter()
            connection.request("GET", paths[at], headers=headers)
            response = connection.getresponse()
            response.read()
            errors[0] += response.status >= 400
            times.append((time.perf_counter() - start) * 1000)

    step = max(1, len(paths) // connections)
    threads = [threading.Thread(target=client, args=(n * step,)) for n in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return Load(
        len(times) / (time.perf_counter() - start),
        times[len(times) // 2],
        times[int(len(times) * 0.95)],
        errors[0],
    )
