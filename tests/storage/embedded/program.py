"""A program with a server of its own, to be killed by tests: says where it is, then waits for a line."""

import json
import sys
from pathlib import Path

from storage.embedded import Options, running_blocking

with running_blocking(Path(sys.argv[1]), Options(durable=False)) as server:
    print(json.dumps({"pid": server.pid, "dsn": server.dsn, "ours": server.ours}), flush=True)  # noqa: T201 -- heard by the test
    sys.stdin.readline()
