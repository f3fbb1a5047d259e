"""The ids of the probes; they stay as they are. Here they can be named without the client."""

PODS = "k8s.pods"
ROLLOUT = "k8s.rollout"
EVENTS = "k8s.events"
USE = "k8s.top"
READ = "k8s.logs"
SEARCH = "k8s.search"
LOGS = "logs"  # the part of the targets that both read
