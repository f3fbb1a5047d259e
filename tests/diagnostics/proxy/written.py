"""Lines of logs as the programs wrote them, or as their documentation shows them, which is said."""

# Nginx 1.22, its predefined form `combined`; the caller's name holds a quotation mark
COMBINED = (
    r'127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET /x?token=secret HTTP/1.1" 200 2 "-" "cu\x22rl us=502"'
)
COMBINED_502 = '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET /dead HTTP/1.1" 502 157 "-" "curl/7.88.1"'
COMBINED_500 = '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET /bad HTTP/1.1" 500 2 "-" "curl/7.88.1"'
COMBINED_503 = '127.0.0.1 - - [21/Nov/2026:19:54:28 +0000] "GET /lim HTTP/1.1" 503 197 "-" "curl/7.88.1"'
COMBINED_504 = '127.0.0.1 - - [21/Nov/2026:19:54:26 +0000] "GET /slow HTTP/1.1" 504 167 "-" "curl/7.88.1"'
# Nginx with the pairs rt, ua, us, uht after it
_UP = '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET / HTTP/1.1" {} 2 "-" "curl" {}'
UP_200 = _UP.format(200, 'rt=0.013 ua="127.0.0.1:47901" us="200" ut="0.012" uht="0.012"')
UP_RETRIED = _UP.format(
    200, 'rt=0.001 ua="127.0.0.1:47909, 127.0.0.1:47901" us="502, 200" ut="0.000, 0.000" uht="-, 0.000"'
)
UP_REFUSED = _UP.format(502, 'rt=0.001 ua="127.0.0.1:47909" us="502" ut="0.001" uht="-"')
UP_NOBODY = _UP.format(502, 'rt=0.000 ua="dead" us="502" ut="0.000" uht="-"')
UP_OWN_502 = _UP.format(502, 'rt=0.001 ua="127.0.0.1:47901" us="502" ut="0.001" uht="0.001"')
UP_NOT_ASKED = _UP.format(503, 'rt=0.000 ua="-" us="-" ut="-" uht="-"')
# Nginx with the form of the Ingress controller
_INGRESS = '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET / HTTP/1.1" {} "-" "curl" 84 {} 95624a4b27039189'
INGRESS_200 = _INGRESS.format("200 2", "0.002 [shop-web-80] [] 127.0.0.1:47901 2 0.001 200")
INGRESS_RETRIED = _INGRESS.format(
    "200 2", "0.001 [half] [] 127.0.0.1:47909, 127.0.0.1:47901 0, 2 0.000, 0.000 502, 200"
)
INGRESS_504 = _INGRESS.format("504 167", "1.001 [good] [] 127.0.0.1:47901 0 1.001 504")
INGRESS_NOT_ASKED = _INGRESS.format("503 197", "0.000 [-] [] - - - -")
# Nginx told to write JSON
JSON_RETRIED = (
    '{"time":"2026-11-21T19:54:25+00:00","request":"GET /half HTTP/1.1","status":200,"request_time":0.001,'
    '"upstream_addr":"127.0.0.1:47909, 127.0.0.1:47901","upstream_status":"502, 200"}'
)
# Nginx's error log
_ERROR = (
    "2026/11/21 19:54:25 [error] 32218#32218: *5 {}, client: 127.0.0.1, server: , request: "
    '"GET /dead HTTP/1.1", upstream: "http://{}/dead", host: "127.0.0.1:47910"'
)
CONNECT = _ERROR.format(
    "connect() failed (111: Connection refused) while connecting to upstream", "127.0.0.1:47909"
)
NO_LIVE = _ERROR.format("no live upstreams while connecting to upstream", "dead")
LATE = _ERROR.format(
    "upstream timed out (110: Connection timed out) while reading response header from upstream",
    "127.0.0.1:47901",
)
LATE_CONNECTING = _ERROR.format(
    "upstream timed out (110: Connection timed out) while connecting to upstream", "127.0.0.1:47901"
)
PREMATURE = _ERROR.format(
    "upstream prematurely closed connection while reading response header from upstream", "127.0.0.1:47901"
)
OUT_OF_CONNECTIONS = "2026/11/21 20:42:12 [alert] 14#14: 8 worker_connections are not enough"
TO_SOCKET = _ERROR.format(
    "connect() to unix:/run/app.sock failed (2: No such file or directory) while connecting to upstream",
    "unix:/run/app.sock:",
)
LIMITING = (
    '2026/11/21 19:54:28 [error] 32218#32218: *28 limiting requests, excess: 0.976 by zone "z", '
    'client: 127.0.0.1, server: , request: "GET /lim HTTP/1.1", host: "127.0.0.1:47910"'
)
# HAProxy 2.6, `option httplog`, raw and with the head that syslog gives
_HAPROXY = '127.0.0.1:38036 [21/Nov/2026:19:54:25.379] web {} 1/1/0/0/0 0/0 "GET /x?token=secret HTTP/1.1"'
HA_200 = _HAPROXY.format("app/s1 0/0/0/12/13 200 60 - - ----")
HA_SYSLOG = "<134>Nov 21 19:54:25 edge haproxy[12]: " + HA_200
HA_NOBODY = _HAPROXY.format("none/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC--")
HA_REFUSED = _HAPROXY.format("dead/s1 0/0/-1/-1/0 503 217 - - SC--")
HA_LATE = _HAPROXY.format("app/s1 0/0/0/-1/1004 504 198 - - sH--")
HA_CUT = _HAPROXY.format("app/s1 0/0/0/-1/0 502 209 - - SH--")
HA_OWN_502 = _HAPROXY.format("app/s1 0/0/0/0/0 502 62 - - ----")
HA_LIMITED = _HAPROXY.format("web/<NOSRV> 0/-1/-1/-1/0 429 64 - - LR--")
HA_DENIED = _HAPROXY.format("web/<NOSRV> 0/-1/-1/-1/0 403 192 - - PR--")
HA_HUNG_UP = _HAPROXY.format("app/s1 0/0/0/-1/988 400 206 - - CH--")  # with `option abortonclose`
HA_DOWN = (
    'Server half/s2 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: '
    "0ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue."
)
HA_UP = (
    "[WARNING]  (32206) : Server half/s1 is UP, reason: Layer4 check passed, check duration: 0ms. "
    "1 active and 0 backup servers online. 0 sessions requeued, 0 total in queue."
)
# Caddy 2.6
_REQUEST = (
    '"request":{"remote_ip":"127.0.0.1","remote_port":"40564","proto":"HTTP/1.1","method":"GET",'
    '"host":"shop.test","uri":"/x?token=secret","headers":{"User-Agent":["cu\\"rl"],"Accept":["*/*"]}}'
)
_CADDY = (
    '{"level":"info","ts":1795290865.4035542,"logger":"http.log.access.log0","msg":"handled request",'
    + _REQUEST
    + ',"user_id":"","duration":0.00103712,"size":2,"status":%s,"resp_headers":{"Server":[%s]}}'
)
CADDY_200 = _CADDY % (200, '"Caddy","app"')
CADDY_502 = _CADDY % (502, '"Caddy"')
CADDY_OWN_502 = _CADDY % (502, '"Caddy","app"')
_CADDY_ERROR = (
    '{"level":"error","ts":1795290865.4839392,"logger":"http.log.error.log0","msg":"%s",'
    + _REQUEST
    + ',"duration":0.000194129,"status":%s,"err_id":"mwe0uvw9i","err_trace":"reverseproxy.statusError"}'
)
CADDY_REFUSED = _CADDY_ERROR % ("dial tcp 127.0.0.1:47909: connect: connection refused", 502)
CADDY_LATE = _CADDY_ERROR % ("net/http: timeout awaiting response headers", 504)
CADDY_CUT = _CADDY_ERROR % ("EOF", 502)
CADDY_NOBODY = _CADDY_ERROR % ("no upstreams available", 503)
# Traefik, by the form and the fields of its documentation; nothing here was written by a real one
_TRAEFIK = '10.0.0.7 - - [21/Nov/2026:14:00:00 +0000] "GET / HTTP/1.1" {} "-" "curl" 42 {}'
TRAEFIK_200 = _TRAEFIK.format("200 12", '"web@docker" "http://10.0.0.2:80" 3ms')
TRAEFIK_502 = _TRAEFIK.format("502 11", '"web@docker" "http://10.0.0.2:80" 1ms')
TRAEFIK_NOBODY = _TRAEFIK.format("503 20", '"web@docker" "-" 0ms')
TRAEFIK_UNROUTED = _TRAEFIK.format("404 19", '"-" "-" 0ms')
_TRAEFIK_JSON = (
    '{"ClientAddr":"10.0.0.7:63261","DownstreamContentSize":11,"DownstreamStatus":%s,"Duration":8184335,'
    '"OriginDuration":7349966,"OriginStatus":%s,"RequestHost":"shop.test","RequestPath":"/x?token=secret",'
    '"RetryAttempts":0,"RouterName":"web@docker","ServiceName":"shop@docker"%s,"level":"info","msg":"",'
    '"time":"2026-11-21T14:00:00Z"}'
)
_ADDRESS = ',"ServiceAddr":"10.0.0.2:80","ServiceURL":"http://10.0.0.2:80"'
TRAEFIK_JSON_500 = _TRAEFIK_JSON % (500, 500, _ADDRESS)
TRAEFIK_JSON_502 = _TRAEFIK_JSON % (502, 502, _ADDRESS)
TRAEFIK_JSON_OWN = _TRAEFIK_JSON % (503, 0, "")
TRAEFIK_CAUSED = (
    'time="2026-11-21T14:00:00Z" level=debug msg="\'502 Bad Gateway\' caused by: '
    'dial tcp 10.0.0.2:80: connect: connection refused"'
)
# Envoy, by the default form of its documentation; nothing here was written by a real one
_ENVOY = (
    '[2026-11-21T14:00:00.310Z] "GET /x?token=secret HTTP/1.1" {} "-" "curl/7.88" "9a3c-41" "shop.test" "{}"'
)
ENVOY_200 = _ENVOY.format("200 - 0 12 13 12", "10.0.0.2:8080")
ENVOY_NOBODY = _ENVOY.format("503 UH 0 19 0 -", "-")
ENVOY_REFUSED = _ENVOY.format("503 UF,URX 0 91 3 -", "10.0.0.2:8080")
ENVOY_LATE = _ENVOY.format("504 UT 0 24 15000 -", "10.0.0.2:8080")
ENVOY_UNROUTED = _ENVOY.format("404 NR 0 0 0 -", "-")
ISTIO_CUT = (
    '{"response_code":503,"response_flags":"UC","duration":7,"authority":"shop.test","path":"/x?token=secret",'
    '"upstream_host":"10.0.0.2:8080","upstream_cluster":"outbound|80||shop.shop.svc.cluster.local"}'
)
