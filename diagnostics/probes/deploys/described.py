"""What each code of changes stands for, with the figures that its findings may carry."""

from diagnostics.code import WORD, Described
from diagnostics.probes.deploys.codes import Code
from diagnostics.probes.unasked import System, described

GITHUB = System(
    name="GitHub",
    setting="github_url",
    codes=Code,
    rights={
        "deployments": "Deployments: read",
        "releases": "Contents: read",
        "commits": "Contents: read",
        "builds": "Actions: read",
    },
)
DEPLOY = {
    "minutes since deploy": "min",
    "minutes ago": "min",
    "strength": WORD,
    "deploys in the last hour": "",
    "deploys in the last day": "",
    "commit": WORD,
    "by": WORD,
    "state": WORD,
    "kind": WORD,
    "came": WORD,
}
BUILD = {
    "newest build": WORD,
    "minutes since build": "min",
    "last good build": WORD,
    "minutes since good build": "min",
    "failed since": "",
}
UNKNOWN = "What was changed is not known."

CODES = (
    *described(GITHUB),
    Described(
        Code.NO_REPOSITORY,
        "There is no clone at the path",
        {},
        UNKNOWN,
        "Correct repository in services.toml.",
    ),
    Described(
        Code.FOREIGN,
        "The clone belongs to another user",
        {},
        "git refuses to read it, since its own settings could run programs.",
        "Let the user that runs Tocsin own the clone.",
    ),
    Described(
        Code.NO_BRANCH, "The clone has no such branch", {}, UNKNOWN, "Correct branch in services.toml."
    ),
    Described(Code.NO_GIT, "git is not installed here", {}, UNKNOWN, "Install git beside Tocsin."),
    Described(Code.GIT_FAILED, "git failed", {}, UNKNOWN, "Run git log in the clone and read what it says."),
    Described(
        Code.COMMITS,
        "Commits of the last hour and day",
        {
            "commits in the last hour": "",
            "commits in the last day": "",
            "authors": "",
            "author": WORD,
            "commit": WORD,
            "minutes since commit": "min",
            "minutes since fetch": "min",
        },
        "A change that came just before the trouble is the first suspect.",
        "Compare the newest commits with what fails.",
    ),
    Described(
        Code.STALE_CLONE,
        "The clone was not fetched lately",
        {"minutes since fetch": "min"},
        "Newer commits are not known here.",
        "Fetch it by a timer: git fetch --prune every few minutes.",
    ),
    Described(
        Code.LAST_DEPLOY,
        "The last deploy and its age",
        DEPLOY,
        "A fault that began soon after a deploy was likely brought by it.",
        "Compare when the trouble began with the deploy; if it fits, roll back.",
    ),
    Described(
        Code.DEPLOY_FAILED,
        "The newest deploy failed",
        DEPLOY,
        "What runs may be half of the new and half of the old.",
        "Read the deploy's own log, then roll back or repeat it.",
    ),
    Described(
        Code.DEPLOYING,
        "A deploy is on its way",
        DEPLOY,
        "What is seen now may be the change itself.",
        "Ask whoever deploys to stop, or wait for its end.",
    ),
    Described(
        Code.NO_DEPLOYS,
        "No deploy is known",
        DEPLOY,
        "Nothing says what runs, or since when.",
        "Let the pipeline create GitHub deployments, or correct environment in services.toml.",
    ),
    Described(
        Code.BUILDS,
        "The newest build is good",
        BUILD,
        "",
        "To roll back, take a good build before the deploy.",
    ),
    Described(
        Code.BUILD_FAILED,
        "The newest build failed",
        BUILD,
        "A fix cannot be deployed before the build is mended.",
        "Roll back to the last good build rather than fix forward, or mend the build first.",
    ),
    Described(
        Code.NO_BUILDS, "No build is known", BUILD, "", "Correct workflow and branch in services.toml."
    ),
)
