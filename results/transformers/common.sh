# Sourced by the experiments beside it, with their arguments: where they lie, the program ($1), Python and the data.
here=$(cd "$(dirname "$0")" && pwd)
script=$(basename "$0")
fail() {
  echo "$script: $*" >&2
  exit 2
}
need() {
  command -v "$1" > /dev/null || fail "$1 is missing; $2"
}
program=$(realpath "${1:-$here/../../build/release/ganwright}")
cd "$here/../.."
need "$program" "build it or give its path"
python=.venv/bin/python
"$python" -c 'import numpy' 2> /dev/null || fail "numpy is missing in .venv; scripts/setup --tests installs it"
data=data/fashion-mnist
[ -d "$data" ] || "$program" import /usr/share/datasets/fashion-mnist "$data"
# The runs of this experiment.
runs=runs/$(basename "$script" .sh)
[ ! -e "$runs" ] || fail "$runs is there already; remove it or move it away"
