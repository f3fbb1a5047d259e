"""What an attacker, or a slip, writes where a name, path or address belongs."""

ATTACKS = (
    "x'; DROP TABLE payments; --",
    "--server=https://attacker.example",
    "-v /:/host",
    "$(reboot)",
    "../../volumes/prune",
    "a/../b",
    "name?all=1#x",
    "host\r\nX-Injected: 1",
    "user:password@attacker.example",
    "<!channel>",
    "<https://attacker.example|x>",
    "",
    "\u202edb",
)
