"""Putting it together: settings, the operator's files, opening and closing everything, and the shell."""
