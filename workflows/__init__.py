"""What must happen even if the process dies: rooms set up, things said, clocks rung, systems looked at."""
