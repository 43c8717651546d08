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

# Processor time of a process and its children in hundredths of a second: says the same on a busy machine as on an idle one.
spent() { cat "/proc/$1/stat" $(pgrep -P "$1" | sed 's|.*|/proc/&/stat|') | awk '{sub(/.*\) /, ""); s += $12 + $13} END {print s}'; }

measure() { # name, command…
  local name=$1 started ready pid path out before used
  shift
  started=$(date +%s%N)
  "$@" > "$DATA_DIR/$name.log" 2>&1 & pid=$!
  until curl -fso /dev/null "http://127.0.0.1:$port/"; do sleep 0.02; done
  ready=$((($(date +%s%N) - started) / 1000000))
  for path in "${paths[@]}"; do
    wrk -t1 -c16 -d1s "http://127.0.0.1:$port$path" > /dev/null # warm
    before=$(spent "$pid")
    out=$(wrk -t1 -c16 -d5s --latency "http://127.0.0.1:$port$path")
    used=$(($(spent "$pid") - before))
    awk -v name="$name" -v path="$path" -v used="$used" '
      /requests in/ {count = $1} /Requests.sec/ {rate = $2} $1 == "50%" {p50 = $2} $1 == "99%" {p99 = $2} /Non-2xx|Socket errors/ {odd = $0}
      END {printf "%-17s %-10s %.2f ms of processor a request   %8s requests/s   p50 %-9s p99 %-9s %s\n", name, path, used * 10 / count, rate, p50, p99, odd}
    ' <<< "$out"
  done
  printf '%-17s first answer after %s ms, memory %s MB\n' "$name" "$ready" \
    "$(ps -o pss= -p "$pid" --ppid "$pid" | awk '{s += $1} END {print int(s / 1024)}')"
  kill -TERM "$pid"
  wait "$pid" || true
}

paths=("${@:-/}")
for _round in 1 2 3; do # in turn, so that a busy moment of the machine does not hit one of them only
  measure gunicorn-gthread "$bin/gunicorn" --config bin/gunicorn.conf.py -b "127.0.0.1:$port" wsgi:app
  measure gunicorn-sync "$bin/gunicorn" --config bin/gunicorn.conf.py -b "127.0.0.1:$port" -k sync wsgi:app
  measure granian "$bin/granian" --interface wsgi --host 127.0.0.1 --port "$port" --workers 2 --blocking-threads 4 --no-access-log wsgi:app
done
