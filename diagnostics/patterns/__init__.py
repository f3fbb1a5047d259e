"""The operators' patterns: what they may say, and how they are judged."""
