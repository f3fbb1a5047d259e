"""What lines say of the program itself and of its machine: settings, memory, disks, files, workers."""

import re

from diagnostics.logs.codes import Code
from diagnostics.logs.known_databases import OF_LOCKS
from diagnostics.logs.known_form import Signature, Weight

OF_ITSELF = (
    Signature(
        Code.LOG_CONFIGURATION,
        Weight.TELLING,
        (
            "invalid configuration",
            "configuration error",
            "config error",
            "misconfigur",
            "improperlyconfigured",
            "invalid setting",
            "unknown setting",
            "settings error",
            "failed to load config",
            "could not load config",
            "cannot load config",
            "unrecognized configuration",
        ),
        re.compile(
            r"(?i:no such file or directory.{0,120}(?:config|settings|secret|\.env\b|\.ya?ml|\.toml|\.conf)"
            r"|(?:config|settings|secret|\.env\b|\.ya?ml|\.toml|\.conf).{0,120}no such file)"
        ),
    ),
    Signature(
        Code.LOG_OUT_OF_MEMORY,
        Weight.GRAVE,
        (
            "out of memory",
            "outofmemory",
            "cannot allocate memory",
            "oom-kill",
            "oomkill",
            "memoryerror",
            "enomem",
        ),
        unless=OF_LOCKS,
    ),
    Signature(
        Code.LOG_DISK_FULL, Weight.GRAVE, ("no space left", "disk full", "disk quota exceeded", "enospc")
    ),
    Signature(
        Code.LOG_STARTUP,
        Weight.TELLING,
        (
            "missing env",
            "missing required env",
            "failed to start",
            "address already in use",
            "exec format error",
        ),
        re.compile(
            r"KeyError: '[A-Z][A-Z0-9_]{2,60}'|(?i:validation errors? for \w{0,40}(?:settings|config))"
            r"|(?i:environment variable .{1,80} (?:is )?(?:not set|missing|required|undefined))"
        ),
    ),
    Signature(Code.LOG_FILES, Weight.TELLING, ("too many open files", "emfile")),
    Signature(
        Code.LOG_PERMISSION,
        Weight.COMMON,
        (
            "permission denied for",
            "eacces",
            "operation not permitted",
            "violates row-level security",
            "insufficientprivilege",
            "command denied to user",
            "has no permissions to",
        ),
        re.compile(r"(?:Errno 13\] |: )Permission denied\b"),
    ),
    Signature(
        Code.LOG_READ_ONLY,
        Weight.COMMON,
        ("read-only file system", "erofs", "read-only transaction", "read only replica", "readonlyerror"),
        re.compile(r"--read-only option|index read-only"),
    ),
    Signature(
        Code.LOG_PROCESSES,
        Weight.TELLING,
        (
            "can't fork",
            "cannot fork",
            "fork: retry",
            "unable to create new native thread",
            "can't start new thread",
        ),
    ),
    Signature(
        Code.LOG_WORKERS,
        Weight.COMMON,
        (
            "worker timeout",
            "harakiri",
            "reached pm.max_children",
            "reached max_children",
            "rejectedexecution",
            "all threads are busy",
            "thread starvation",
            "thread pool is exhausted",
            "threadpool is exhausted",
            "task queue is full",
        ),
        re.compile(r"(?i:killing worker|worker .{1,60} (?:is )?(?:stuck|hung)\b|worker queue is full)"),
    ),
    Signature(
        Code.LOG_LICENCE,
        Weight.TELLING,
        ("invalid license", "invalid licence", "no valid license", "no valid licence"),
        re.compile(r"(?i:\blicen[cs]e (?:key )?(?:has |is )?(?:expired|not valid|invalid|missing)\b)"),
    ),
)
