"""A Slack workspace on this machine: Slack's wire, its people and a page, knowing nothing of any one app."""
