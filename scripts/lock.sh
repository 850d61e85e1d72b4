#!/bin/sh
# Write requirements.lock and requirements-dev.lock anew from pyproject.toml.
#
# Needs uv (any recent version; name it with UV=/path/to/uv). The result holds for CPython 3.11 to 3.13 on Linux,
# names versions and hashes only, and no host. Pass --upgrade to take newer versions than those locked now.
set -eu

cd "$(dirname "$0")/.."
uv="${UV:-uv}"
if ! command -v "$uv" >/dev/null 2>&1; then
    echo "lock: uv was not found. Install it (pip install uv) or name it: make lock UV=/path/to/uv" >&2
    exit 1
fi

compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra postgres --extra fast --extra fonts --extra search --group build "$@"
}

compile --output-file requirements.lock "$@"
compile --group dev --extra parquet --extra cluster --extra hsm --extra nats --extra sm2 --constraint requirements.lock --output-file requirements-dev.lock "$@"

# A wheel must be there for every Python and machine we promise, so that nobody needs a compiler.
for version in 3.11 3.12 3.13; do
    for machine in x86_64 aarch64; do
        "$uv" pip compile requirements-dev.lock --quiet --no-header --no-annotate --only-binary :all: \
            --python-version "$version" --python-platform "$machine-unknown-linux-gnu" >/dev/null
    done
done
echo "lock: requirements.lock and requirements-dev.lock are written and have wheels for CPython 3.11 to 3.13"
