"""Lines that are JSON: Caddy, Traefik, Istio's Envoy, and Nginx as teams tell it to."""

import json
from collections.abc import Mapping

from diagnostics.probes.proxy import envoy, nginx, reasons
from diagnostics.probes.proxy.combined import traefik
from diagnostics.probes.proxy.said import SERVER_ERROR, Giver, Request, Said, answered, name, number

ACCESS, ERROR = "http.log.access", "http.log.error"  # Caddy's loggers
OF_NGINX = frozenset({"request_time", "upstream_status", "upstream_addr", "request_method", "request_uri"})
NANO = 10**9


def said(text: str) -> Said | None:
    """What the line says; None if it is not JSON of these forms."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _told(told) if isinstance(told, dict) else None


def _told(told: Mapping[str, object]) -> Said | None:
    if "DownstreamStatus" in told:
        return _traefik(told)
    if "response_flags" in told:
        return envoy.of_json(told)
    logger = str(told.get("logger", ""))
    if logger.startswith(ERROR):
        return reasons.complaint(str(told.get("msg", "")))
    if logger.startswith(ACCESS):
        return _caddy(told)
    status = answered(told.get("status"))
    return nginx.request(status, told) if status and OF_NGINX & told.keys() else None


def _traefik(told: Mapping[str, object]) -> Request | None:
    """An `OriginStatus` of 0 means that the answer is Traefik's own: a router, or a middleware."""
    status = answered(told["DownstreamStatus"])
    if not status:
        return None  # the caller hung up, or it was no answer of HTTP
    spent = number(told.get("Duration"))
    return traefik(
        status,
        str(told.get("RouterName") or ""),
        str(told.get("ServiceAddr") or told.get("ServiceURL") or ""),
        spent / NANO if spent is not None else None,
        passed=bool(told.get("OriginStatus")),
    )


def _caddy(told: Mapping[str, object]) -> Request | None:
    status = answered(told.get("status"))
    if not status:
        return None
    request, answer = told.get("request"), told.get("resp_headers")
    host = request.get("host") if isinstance(request, dict) else ""
    servers = answer.get("Server") if isinstance(answer, dict) else None
    passed = isinstance(servers, list) and len(servers) > 1  # its own name, and the back end's
    giver = Giver.BACK_END if passed and status >= SERVER_ERROR else Giver.UNTOLD
    return Request(status, name(host), (), number(told.get("duration")), giver)
