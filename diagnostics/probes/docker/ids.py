"""The ids of the probes; they stay as they are. Here they can be named without the client."""

STATE = "docker.state"
EVENTS = "docker.events"
USAGE = "docker.usage"
DISK = "docker.disk"
IMAGES = "docker.images"
READ = "docker.logs"
SEARCH = "docker.search"
LOGS = "logs"  # the part of the targets that both read
