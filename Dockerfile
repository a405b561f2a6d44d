# Peelgraph with the shipped digest, read-only and without root. docker build -t peelgraph . && docker run -p 8000:8000 peelgraph
FROM python:3.11-slim AS build
WORKDIR /build
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY ontology ontology
COPY kg kg
COPY search search
RUN python -m venv /opt/peelgraph \
 && /opt/peelgraph/bin/pip install --no-cache-dir --constraint constraints.txt \
        --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0 \
 && /opt/peelgraph/bin/pip install --no-cache-dir --constraint constraints.txt '.[mcp]'
# the home is built once, here; mount another over /data to serve other pages
ENV PEEL_HOME=/data XDG_CACHE_HOME=/opt/peelgraph/cache
RUN /opt/peelgraph/bin/peel demo --no-serve

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home peelgraph
COPY --from=build /opt/peelgraph /opt/peelgraph
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/peelgraph/bin:$PATH PEEL_HOME=/data PEEL_HOST=0.0.0.0 PEEL_LOG_LEVEL=info \
    XDG_CACHE_HOME=/opt/peelgraph/cache PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["peel", "serve"]
