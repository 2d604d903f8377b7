#!/bin/sh
# Make the Python virtual environment in which models/ are trained, exported and checked.
#
#   tools/dev/venv.sh [FOLDER]        default: build/venv under the repository's root
#
# Versions are pinned in models/requirements.txt. PyTorch goes in first and alone: a package that merely
# depends on "torch" could otherwise bring a newer build, with CUDA. Nothing in the product needs this
# environment. A second run does nothing when the pinned versions are already in.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
requirements=$root/models/requirements.txt
venv=${1:-$root/build/venv}
stamp=$venv/requirements.installed

if cmp -s "$requirements" "$stamp"; then
    echo "venv: $venv is up to date"
    exit 0
fi

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "venv: $python is older than Python 3.11; name another one in PYTHON" >&2
    exit 66
}
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet "$(grep '^torch==' "$requirements")"
"$venv/bin/python" -m pip install --quiet -r "$requirements"
cp "$requirements" "$stamp"
echo "venv: $venv is ready"
