"""Pictures of what was measured over time, drawn by a process of their own."""
