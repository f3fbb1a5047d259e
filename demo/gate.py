"""Runs a program whose settings are not all known yet: imports it, waits for them, then runs it.

Importing takes most of a bot's start, and need not wait for its database. What is imported stays for good, so
nobody looks for garbage meanwhile, which is a fifth of that time. Arguments: the descriptor of a pipe
that gives the settings as one JSON object, `module:function`, and the program's own arguments.
"""

import gc
import importlib
import json
import os
import sys


def main() -> None:
    """Import, wait, run."""
    descriptor, entry, *arguments = sys.argv[1:]
    module, _, function = entry.partition(":")
    gc.disable()
    run = getattr(importlib.import_module(module), function)
    gc.freeze()
    gc.enable()
    with os.fdopen(int(descriptor), encoding="utf-8") as pipe:
        os.environ.update(json.load(pipe))
    sys.argv[1:] = arguments
    run()


if __name__ == "__main__":
    main()
