"""How gunicorn serves the API. One worker a pod; a machine sets WEB_CONCURRENCY to its cores."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from coinbreakr import settings

try:
    _settings = settings.load()
except settings.SettingsError as error:
    sys.exit(str(error))

bind = f"0.0.0.0:{_settings.port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = False  # each worker opens its own connections
timeout = 30
graceful_timeout = 25
# Longer than the 600 s for which a Google load balancer keeps its connections; else, as the app
# has always known it, 5 s.
keepalive = 5 if _settings.environment == "development" else 620
limit_request_line = 8190
_memory = "/dev/shm"  # noqa: S108  # the heartbeat of the workers must not wait for a disk
worker_tmp_dir = _memory if Path(_memory).is_dir() else None
control_socket_disable = True
accesslog = None  # the application writes one line a request itself
errorlog = "-"
loglevel = _settings.log_level.lower()

if _settings.metrics_port:
    # Workers count into files here; the parent adds them up and answers Prometheus.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics", dir=worker_tmp_dir)


def when_ready(_server: Any) -> None:
    """Serve the metrics of all workers from the parent, on a port that no balancer reaches."""
    if _settings.metrics_port:
        from coinbreakr.http import metrics  # noqa: PLC0415  # needs the directory from above

        metrics.serve(_settings.metrics_port)
