"""GitHub: a workflow that the operator chose is run, with what the operator chose, and awaited."""
