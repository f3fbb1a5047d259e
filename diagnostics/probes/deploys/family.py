"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.code import told_by
from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.deploys import findings
from diagnostics.probes.deploys.codes import Code
from diagnostics.probes.deploys.described import CODES
from diagnostics.probes.deploys.section import DeploysSection

SAYS = {
    findings.DEPLOYS: (Code.LAST_DEPLOY, Code.DEPLOY_FAILED, Code.DEPLOYING, Code.NO_DEPLOYS),
    findings.COMMITS: (
        Code.NO_REPOSITORY,
        Code.FOREIGN,
        Code.NO_BRANCH,
        Code.NO_GIT,
        Code.GIT_FAILED,
        Code.COMMITS,
        Code.STALE_CLONE,
    ),
    findings.BUILDS: (Code.BUILDS, Code.BUILD_FAILED, Code.NO_BUILDS),
}
FAMILY = Family(
    "deploys",
    ("deploys", "deploy", "git", "github"),
    DeploysSection,
    OnDemand("diagnostics.probes.deploys.patient", "DeploysPatient"),
    codes=told_by(CODES, SAYS),
    privileges=(
        "The clone: owned by the user that runs Tocsin, read by `git log` alone, without hooks, "
        "helpers or network. GitHub: a fine-grained token with Deployments, Actions and Contents, "
        "each read only."
    ),
    cost="Up to ten requests of the token's hourly 5,000.",
)
