# One image for every process of the platform; what a container does is its command:
#   nba ui --host 0.0.0.0                      web server, daemon and code in one container (the default)
#   nba backfill 2023-10-24 2024-04-14         a backfill
# /data holds landing files, warehouse and Dagster's history. Mount it.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_SYSTEM_PYTHON=1 NBA_HOME=/data

WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY nba_assets nba_assets
COPY resources resources
COPY ml_models ml_models
COPY workspace.yaml dagster.yaml ./
# The lock constrains what pyproject.toml asks for: versions and hashes of the run-time packages only, no test tools.
RUN pip install --no-cache-dir "$(grep -o '^uv==[0-9.]*' requirements.lock)" \
 && uv pip install --no-cache --verify-hashes --constraints requirements.lock --editable . \
 && useradd --create-home nba && mkdir /data && chown nba /data

USER nba
VOLUME /data
EXPOSE 3000
CMD ["nba", "ui", "--host", "0.0.0.0"]
