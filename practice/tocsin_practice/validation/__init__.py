"""What Slack accepts: limits and shapes of blocks, messages and views."""
