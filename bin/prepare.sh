# Sourced by bin/run, bin/test and bin/check: finds Python 3.11 or newer and keeps .venv in step with the pinned requirements.
# ERFA_VENV names an environment to use as it is instead, for machines that bring their own.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

fail() {
  echo "ERFA Nord cannot start: $1" >&2
  exit 1
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "it needs Python 3.11 or newer, and this machine's python3 is $(python3 -c 'import platform; print(platform.python_version())' 2> /dev/null || echo missing)."
}

# prepare FILE…: afterwards $venv holds what the requirement files name. They are installed only when they have changed.
prepare() {
  venv=${ERFA_VENV:-.venv}
  if [ -z "${ERFA_VENV:-}" ]; then
    local python stamp wanted
    stamp="$venv/installed-$(basename "$(dirname "./${!#}")").txt"
    wanted=$(cat "$@")
    if ! { "$venv/bin/python" -c '' && [ "$wanted" = "$(cat "$stamp")" ]; } 2> /dev/null; then
      python=$(find_python) || exit
      if ! "$venv/bin/python" -c 'import pip' 2> /dev/null; then
        "$python" -m venv --clear "$venv" > /dev/null ||
          fail "Python's venv module is missing (Debian and Ubuntu: apt install python3-venv)."
      fi
      echo "Installing what the application stands on, once ..."
      "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "${!#}" ||
        fail "the packages in ${!#} could not be installed (pip says why above)."
      printf '%s' "$wanted" > "$stamp"
    fi
  fi
  local catalogue
  for catalogue in app/*/translations/*/LC_MESSAGES/messages.po; do
    if ! [ "${catalogue%.po}.mo" -nt "$catalogue" ]; then
      "$venv/bin/python" bin/translations.py compile
      break
    fi
  done
}
