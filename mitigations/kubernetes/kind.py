"""What can be done to a workload on Kubernetes."""

from mitigations.action import Action, Kind
from mitigations.kubernetes.cluster import Cluster
from mitigations.kubernetes.delete_pods import DELETE_PODS
from mitigations.kubernetes.restart import RESTART
from mitigations.kubernetes.scale_up import SCALE_UP
from mitigations.kubernetes.section import KubernetesSection
from mitigations.kubernetes.undo import UNDO

ACTIONS: tuple[Action[Cluster], ...] = (RESTART, UNDO, SCALE_UP, DELETE_PODS)
MARGIN = 60.0  # seconds for the questions before and after

KIND = Kind("kubernetes", KubernetesSection, Cluster, ACTIONS, lambda section: section.ready_within + MARGIN)
