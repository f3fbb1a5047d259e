# The bot, on Debian, as an ordinary user. Build: docker build -t tocsin .
# The same layout as a checkout with its .venv, so that config/ and the migrations are found the same way.
FROM python:3.13-slim-bookworm AS build
WORKDIR /opt/tocsin
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv .venv
COPY requirements.txt requirements-build.txt ./
RUN .venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt -r requirements-build.txt
COPY . .
RUN .venv/bin/pip install --no-index --no-deps --no-build-isolation -e . \
    && .venv/bin/pip uninstall --yes setuptools pip \
    && .venv/bin/python -m compileall -q . \
    && chmod -R a+rX .

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 tocsin \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/tocsin --create-home --shell /usr/sbin/nologin tocsin
WORKDIR /opt/tocsin
COPY --from=build /opt/tocsin /opt/tocsin
ENV PATH=/opt/tocsin/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TOCSIN_CONFIG=/opt/tocsin/config \
    TOCSIN_HOME=/var/lib/tocsin
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "app.pulse"]
ENTRYPOINT ["tocsin"]
CMD ["run"]
