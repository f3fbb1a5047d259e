"""The shapes that providers give to their tokens: what they begin with, their letters, their length."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.redaction_spans import Find, Span, Text, places

_W = r"[\w\-]"
_AN = r"[A-Za-z0-9]"
_HEX = r"[a-f0-9]"
_UPPER = r"[A-Z0-9]"
_B64 = r"[\w+/=\-]"
_CUT = r"(?=\.{3}|…|\n|\Z)"  # a source has cut the token off here


@dataclass(frozen=True, slots=True)
class Shape:
    """Tokens of one provider: they begin with one of `heads`, then come `least` or more of `letters`."""

    kind: str
    heads: tuple[str, ...]
    letters: str
    least: int
    most: int = 512


def _shaped(shape: Shape) -> Find:
    some = rf"{shape.letters}{{{min(4, shape.least)},{shape.least}}}{_CUT}"
    body = re.compile(rf"{shape.letters}{{{shape.least},{shape.most}}}+|{some}")

    def find(text: Text) -> Iterator[Span]:
        for head in shape.heads:
            if head not in text.whole:  # most are not, and this is the quickest way to know
                continue
            for place in places(text.whole, head):
                begins = (
                    place == 0
                    or not head[0].isalnum()
                    or not (text.whole[place - 1].isalnum() or text.whole[place - 1] == "_")
                )
                if begins and (match := body.match(text.whole, place + len(head))):
                    yield Span(place, match.end(), shape.kind)

    return find


SHAPES = (
    Shape("jwt", ("eyJ",), r"(?:[\w\-]|(?<=\w)\.(?=[\w\-]))", 40, 16_384),
    Shape("aws", ("AKIA", "ASIA", "ABIA", "ACCA"), _UPPER, 16, 16),
    Shape("aws", ("IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "ABSK"), _B64, 40, 4096),
    Shape("github", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), r"[\w\-.]", 20),
    Shape("gitlab", ("glpat-", "glptt-", "gldt-", "glrt-", "glrtr-", "glcbt-"), r"[\w.\-]", 16),
    Shape(
        "gitlab", ("glft-", "glffct-", "glimt-", "glagent-", "gloas-", "glsoat-", "GR1348941"), r"[\w.\-]", 16
    ),
    Shape("slack", ("xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-", "xoxe.", "xoxo-"), r"[\w.%\-]", 8),
    Shape("slack", ("xoxp-", "xoxr-", "xoxs-", "xapp-"), r"[\w\-]", 8),
    Shape("slack", ("hooks.slack.com/services/", "hooks.slack.com/workflows/"), r"[\w/]", 20),
    Shape("slack", ("hooks.slack.com/triggers/",), r"[\w/]", 20),
    Shape(
        "stripe", ("sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "pk_live_", "pk_test_"), _W, 10
    ),
    Shape("stripe", ("whsec_",), _B64, 16),
    Shape("google", ("AIza",), _W, 35, 35),
    Shape("google", ("ya29.", "GOCSPX-"), _W, 20, 2048),
    Shape("google", ("1//0",), _W, 40),
    Shape("openai", ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-or-", "sk-lf-"), _W, 20),
    Shape("key", ("sk-",), _W, 20),
    Shape("anthropic", ("sk-ant-",), _W, 20),
    Shape("huggingface", ("hf_", "api_org_"), _AN, 30, 64),
    Shape("key", ("gsk_", "xai-", "pplx-", "r8_", "fw_", "csk-"), _AN, 32),
    Shape("npm", ("npm_",), _AN, 30, 64),
    Shape("pypi", ("pypi-AgE", "pypi-AgN"), _W, 40, 1024),
    Shape("key", ("rubygems_", "oy2"), r"[a-z0-9]", 43, 64),
    Shape("key", ("cio",), _AN, 32, 32),
    Shape("docker", ("dckr_pat_", "dckr_oat_"), _W, 20),
    Shape("digitalocean", ("dop_v1_", "doo_v1_", "dor_v1_"), _HEX, 40, 64),
    Shape("heroku", ("HRKU-",), r"[\w\-]", 30),
    Shape("newrelic", ("NRAK-", "NRII-", "NRJS-", "NRSP-", "NRRA-"), r"[A-Za-z0-9\-]", 16),
    Shape("sentry", ("sntrys_", "sntryu_"), _B64, 30, 1024),
    Shape("grafana", ("glsa_", "glc_"), _B64, 24, 1024),
    Shape("vault", ("hvs.", "hvb.", "hvr."), _W, 20, 1024),
    Shape("cloudflare", ("v1.0-",), r"[a-f0-9\-]", 60),
    Shape("cloudflare", ("cfut_", "cfat_", "cfk_"), _W, 30),
    Shape("shopify", ("shpat_", "shpca_", "shppa_", "shpss_", "shptka_"), r"[A-Fa-f0-9]", 24, 64),
    Shape("square", ("sq0atp-", "sq0csp-", "sq0idp-"), _W, 20),
    Shape("square", ("EAAA",), _W, 50),
    Shape("facebook", ("EAAC", "EAAM", "EAAG"), _AN, 60),
    Shape("braintree", ("access_token$production$", "access_token$sandbox$"), r"[a-z0-9$]", 20),
    Shape("sendgrid", ("SG.",), r"[\w.\-]", 40, 128),
    Shape("mailgun", ("key-", "pubkey-"), _HEX, 32, 32),
    Shape("brevo", ("xkeysib-", "xsmtpsib-"), r"[\w\-]", 40),
    Shape("twilio", ("SK",), _HEX, 32, 32),
    Shape("databricks", ("dapi", "dose", "dkea"), r"[a-f0-9\-]", 32, 48),
    Shape("snowflake", ("ver:1-hint:",), r"[\w\-+/=:]", 20, 1024),
    Shape("netlify", ("nfp_", "nfc_", "nfo_"), _AN, 30),
    Shape("vercel", ("vercel_blob_rw_", "vcp_", "vci_", "vca_", "vcr_", "vck_"), r"\w", 20),
    Shape("supabase", ("sbp_", "sb_secret_"), r"[\w\-]", 20),
    Shape("planetscale", ("pscale_tkn_", "pscale_oauth_", "pscale_pw_"), r"[\w=.\-]", 20),
    Shape("mongodb", ("mdb_sa_sk_",), _W, 20),
    Shape("atlassian", ("ATATT3", "ATCTT3", "ATBB", "ATOA"), r"[\w=\-]", 24, 1024),
    Shape("artifactory", ("AKCp", "cmVmd"), _AN, 50, 128),
    Shape("alibaba", ("LTAI",), _AN, 16, 32),
    Shape("doppler", ("dp.pt.", "dp.st.", "dp.sa.", "dp.ct.", "dp.scim.", "dp.audit."), r"[\w.]", 30),
    Shape("onepassword", ("ops_eyJ",), _B64, 60, 8192),
    Shape("age", ("AGE-SECRET-KEY-1",), _UPPER, 40),
    Shape("linear", ("lin_api_", "lin_oauth_"), _AN, 30),
    Shape("notion", ("ntn_",), _AN, 40, 64),
    Shape("postman", ("PMAK-",), r"[a-f0-9\-]", 40),
    Shape("key", ("pul-",), _HEX, 40, 40),
    Shape("key", ("pnu_", "pnb_", "rdme_", "rnd_", "bkua_"), _AN, 24),
    Shape("figma", ("figd_", "figo_"), _W, 30),
    Shape("contentful", ("CFPAT-",), _W, 40),
    Shape("sonar", ("sqp_", "squ_", "sqa_"), _HEX, 40, 40),
    Shape("sourcegraph", ("sgp_",), r"\w", 40),
    Shape("fly", ("fo1_", "fm1a_", "fm1r_", "fm2_"), _B64, 40, 2048),
    Shape("tailscale", ("tskey-",), _W, 16),
    Shape("circleci", ("CCIPAT_",), r"\w", 30),
    Shape("dynatrace", ("dt0c01.", "dt0s01.", "dt0s02.", "dt0s16."), r"[\w.]", 40),
    Shape("openshift", ("sha256~",), _W, 43, 43),
    Shape("razorpay", ("rzp_live_", "rzp_test_"), _AN, 14),
    Shape("flutterwave", ("FLWSECK_TEST-", "FLWSECK-"), r"[\w\-]", 12),
    Shape("mapbox", ("sk.eyJ",), r"[\w.\-]", 40),
    Shape("launchdarkly", ("sdk-", "api-", "mob-"), r"(?:(?=[a-f0-9]{8}-[a-f0-9]{4}-4)[a-f0-9\-]{36})", 1, 1),
    Shape("discord", ("discord.com/api/webhooks/", "discordapp.com/api/webhooks/"), r"[\w/\-]", 60),
    Shape("teams", (".webhook.office.com/webhookb2/",), r"[\w/@\-]", 60),
    Shape("airtable", ("pat",), r"(?:[A-Za-z0-9]{14}\.[a-f0-9]{64})", 1, 1),
    Shape("vault", ("s.",), r"(?:(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{24}(?![\w.]))", 1, 1),
    Shape("zapier", ("hooks.zapier.com/hooks/catch/",), r"[\w/]", 10),
)

# tokens without a head of their own: what stands in their middle or end, how far before it
# they begin, and all of it
_TAILED = (
    ("azure", "Q~", 4, rf"(?<![\w~.]){_W}{{3}}\dQ~[\w~.\-]{{31,34}}(?![\w~])"),
    ("terraform", ".atlasv1.", 14, r"\b[A-Za-z0-9]{14}\.atlasv1\.[\w=\-]{20,80}"),
    ("telegram", ":AA", 12, r"(?<![\w:])(?:bot)?\d{8,10}:AA[\w\-]{32,33}(?![\w\-])"),
    ("newrelic", "NRAL", 36, r"\b[a-f0-9]{36}NRAL\b"),
    ("maxmind", "_mmk", 36, r"\b[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b"),
    ("mailchimp", "-us", 32, r"\b[a-f0-9]{32}-us\d{1,2}\b"),
)

# and those that have nothing but their form
_FORMS = (
    ("discord", re.compile(r"\b[MNO][A-Za-z0-9]{23,27}\.[\w\-]{6}\.[\w\-]{27,40}(?![\w\-])")),
    ("mailgun", re.compile(r"\b[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}\b(?!-)")),
)


def _tailed(kind: str, middle: str, reach: int, expression: str) -> Find:
    shape = re.compile(expression)

    def find(text: Text) -> Iterator[Span]:
        for place in places(text.whole, middle):
            around = shape.finditer(text.whole, max(0, place - reach - 4), place + 256)
            yield from (Span(match.start(), match.end(), kind) for match in around)

    return find


def _formed(kind: str, shape: "re.Pattern[str]") -> Find:
    return lambda text: (Span(match.start(), match.end(), kind) for match in shape.finditer(text.whole))


FINDERS: tuple[Find, ...] = (
    *(_shaped(shape) for shape in SHAPES),
    *(_tailed(*tailed) for tailed in _TAILED),
    *(_formed(*formed) for formed in _FORMS),
)
