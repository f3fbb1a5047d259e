"""Ways of looking, one family to a file or folder."""
