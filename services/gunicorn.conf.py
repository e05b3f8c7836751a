"""How gunicorn serves the API. One worker a pod; a machine sets WEB_CONCURRENCY to its cores."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from coinbreakr import logs, settings

try:
    _settings = settings.load()
except settings.SettingsError as error:
    sys.exit(str(error))

# Behind nginx on this machine or in this pod, a socket: only nginx reaches it.
bind = f"unix:{_settings.unix_socket}" if _settings.unix_socket else f"0.0.0.0:{_settings.port}"
worker_class = "coinbreakr.worker.Worker"
workers = _settings.workers
threads = _settings.threads
worker_connections = 4096  # silent ones included; who waits longer than 5 s for its first byte goes
preload_app = False  # each worker opens its own connections
timeout = 30
graceful_timeout = 25
# Longer than the 600 s for which a Google load balancer keeps its connections. Clients that come
# without a proxy get 5 s, as the app has always known it.
keepalive = 620 if _settings.trusted_proxy_hops else 5
limit_request_line = 8190
_memory = "/dev/shm"  # noqa: S108  # the heartbeat of the workers must not wait for a disk
worker_tmp_dir = _memory if Path(_memory).is_dir() else None
control_socket_disable = True
accesslog = None  # the application writes one line a request itself
errorlog = "-"
loglevel = _settings.log_level.lower()
logconfig_dict = logs.STANDARD


def when_ready(server: Any) -> None:
    """Serve liveness and the metrics of all workers from the parent, on a port for no client."""
    if not _settings.metrics_port:
        return
    prefix = f"metrics-{_settings.metrics_port}-"
    # Workers, which start after this, count into files here; the parent adds them up.
    own = tempfile.mkdtemp(prefix=prefix, dir=worker_tmp_dir)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = own
    from coinbreakr import management  # noqa: PLC0415  # opens its files when imported

    try:
        management.serve(_settings.metrics_port, lambda: management.beats(server))
    except OSError:
        shutil.rmtree(own)
        raise
    for left in set(Path(own).parent.glob(f"{prefix}*")) - {Path(own)}:
        shutil.rmtree(left, ignore_errors=True)  # of one that was killed: the port is ours now


def on_exit(_server: Any) -> None:
    """Leave no counts behind: they are memory, which outlives a container and a unit."""
    if _settings.metrics_port:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
