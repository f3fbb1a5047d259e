"""A shop with a real fault, a practice workspace and the bot, on one command: `python -m demo`."""
