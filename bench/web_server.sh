#!/bin/bash
# Requests per second and slowest answers of gunicorn and granian on the real application, on this machine's loopback.
# Needs wrk, and both servers in the environment of $PYTHON. usage: bench/web_server.sh [PATH...]
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(dirname "${PYTHON:-.venv/bin/python}")
export DATA_DIR SECRET_KEY='' DEMO=0 WEB_CONCURRENCY=2
DATA_DIR=$(mktemp -d)
trap 'rm -rf "$DATA_DIR"' EXIT
"$bin/python" bin/translations.py compile
"$bin/flask" --app wsgi db upgrade 2> /dev/null
port=$("$bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')

measure() { # name, command…
  local name=$1 started ready pid path out
  shift
  started=$(date +%s%N)
  "$@" > "$DATA_DIR/$name.log" 2>&1 & pid=$!
  until curl -fso /dev/null "http://127.0.0.1:$port/"; do sleep 0.02; done
  ready=$((($(date +%s%N) - started) / 1000000))
  for path in "${paths[@]}"; do
    wrk -t1 -c16 -d2s "http://127.0.0.1:$port$path" > /dev/null # warm
    out=$(wrk -t1 -c16 -d8s --latency "http://127.0.0.1:$port$path")
    printf '%-22s %-12s %8s requests/s   p50 %-9s p99 %-9s %s\n' "$name" "$path" \
      "$(awk '/Requests.sec/ {print $2}' <<< "$out")" "$(awk '/50%/ {print $2}' <<< "$out")" \
      "$(awk '/99%/ {print $2}' <<< "$out")" "$(grep -E 'Non-2xx|Socket errors' <<< "$out" | tr -s ' ' || true)"
  done
  printf '%-22s first answer after %s ms, memory %s MB\n' "$name" "$ready" \
    "$(ps -o pss= -p "$pid" --ppid "$pid" | awk '{s += $1} END {print int(s / 1024)}')"
  kill -TERM "$pid"
  wait "$pid" || true
}

paths=("${@:-/}")
measure gunicorn-gthread "$bin/gunicorn" -c /dev/null -b "127.0.0.1:$port" -w 2 -k gthread --threads 4 --preload --no-control-socket wsgi:app
measure gunicorn-sync "$bin/gunicorn" -c /dev/null -b "127.0.0.1:$port" -w 2 -k sync --preload --no-control-socket wsgi:app
measure granian "$bin/granian" --interface wsgi --host 127.0.0.1 --port "$port" --workers 2 --blocking-threads 4 --no-access-log wsgi:app
