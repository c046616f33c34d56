# The product as one image: `shuke serve`, or `shuke web` and `shuke worker` apart (compose.yaml).
FROM node:22-bookworm-slim AS browser
WORKDIR /shuke/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
# The build keeps only the styles and icons that templates and Python name.
COPY src /shuke/src
RUN npm run build

FROM python:3.12-slim-bookworm AS wheel
WORKDIR /shuke
COPY requirements/run.txt requirements/
RUN python -m venv /opt/shuke && /opt/shuke/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY tools/messages.py tools/
COPY src src
COPY --from=browser /shuke/src/shuke/web/static/build src/shuke/web/static/build
RUN /opt/shuke/bin/python tools/messages.py compile \
    && /opt/shuke/bin/python -m whitenoise.compress --quiet src/shuke/web/static/build \
    && /opt/shuke/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data shuke && install -d -o shuke -g shuke -m 0700 /data
COPY --from=wheel /opt/shuke /opt/shuke
ENV PATH=/opt/shuke/bin:$PATH SHUKE_DATA=/data SHUKE_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER shuke
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT') or 8000}/healthz\", timeout=5)"]
CMD ["shuke", "serve"]
