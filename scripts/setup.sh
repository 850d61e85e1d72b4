#!/bin/sh
# Create the environment of a checkout from its lock file.
#
#     scripts/setup.sh [run|dev]
#
# run (the default) installs requirements.lock, dev installs requirements-dev.lock; both then install
# Gatepair itself in place. A second call with unchanged files does nothing. Settings, from the environment:
#     VENV    where the environment stands                    (.venv)
#     PYTHON  the Python to build it with, 3.11 or newer      (the first one found)
# Exit status: 0 the environment is ready; 1 it is not, and the last lines say what to type.
set -eu

cd "$(dirname "$0")/.."
kind="${1:-run}"
venv="${VENV:-.venv}"
case "$kind" in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) echo "usage: scripts/setup.sh [run|dev]" >&2; exit 1 ;;
esac

say() { printf 'setup: %s\n' "$*" >&2; }

# The stamp holds what the environment was built from; a byte changed in one of these builds it again.
wanted() { cat scripts/setup.sh "$lock" pyproject.toml | sha256sum | cut -d ' ' -f 1; }
want="$(wanted)"
if [ "$(cat "$venv/.gatepair-$kind" 2>/dev/null || true)" = "$want" ] && [ -x "$venv/bin/gatepair" ]; then
    exit 0
fi

new_enough() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 && new_enough "$candidate"; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    return 1
}

# Install Debian or Ubuntu packages as root or through sudo without asking; say what to type where neither works.
apt_install() {
    if command -v apt-get >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ]; then
            as_root=""
        elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
            as_root="sudo"
        else
            return 1
        fi
        say "installing $* through apt-get"
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        $as_root apt-get update -q >/dev/null 2>&1 || true
        $as_root apt-get install -q -y --no-install-recommends "$@" >/dev/null 2>&1
    else
        return 1
    fi
}

if ! python="$(find_python)"; then
    apt_install python3 python3-venv || true
    if ! python="$(find_python)"; then
        apt_install python3.12 python3.12-venv || apt_install python3.11 python3.11-venv || true
    fi
    if ! python="$(find_python)"; then
        say "no Python 3.11 or newer was found. On Debian 12 or newer and Ubuntu 24.04 or newer type:"
        say "    sudo apt-get install python3 python3-venv"
        say "Elsewhere install Python 3.11 or newer and name it: make demo PYTHON=/path/to/python3"
        exit 1
    fi
fi

if [ ! -x "$venv/bin/python" ] || ! new_enough "$venv/bin/python"; then
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
        apt_install "python$version-venv" || apt_install python3-venv || true
        if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            say "$python cannot create environments: its venv package is missing. Type:"
            say "    sudo apt-get install python$version-venv"
            exit 1
        fi
    fi
    say "creating $venv with $("$python" --version 2>&1)"
    "$python" -m venv --clear "$venv"
fi
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    "$venv/bin/python" -m ensurepip --upgrade >/dev/null
fi

pip() { "$venv/bin/python" -m pip "$@" --quiet --no-input --disable-pip-version-check; }

say "installing the packages of $lock (the first time this takes a minute or two)"
if ! pip install --require-hashes --only-binary :all: --requirement "$lock"; then
    say "the packages could not be installed; the lines above say why."
    say "The package index must be reachable, and its files must have the hashes of $lock."
    exit 1
fi
pip install --no-deps --no-build-isolation --editable .

# What the development lock holds includes what running needs.
if [ "$kind" = dev ]; then
    lock=requirements.lock
    wanted >"$venv/.gatepair-run"
fi
# The twin's kernel is compiled once for this machine, so that nobody waits for it at the first question.
say "compiling the twin's engine for this machine (once, about half a minute)"
"$venv/bin/gatepair" twin warm >/dev/null || say "the engine could not be compiled; the plain one will be used or it is compiled later"
printf '%s\n' "$want" >"$venv/.gatepair-$kind"
say "ready: $venv/bin/gatepair"
