#!/bin/bash
# Trained at 28 px, drawn at 56: every way to meet the larger size, for each scheme of positions. Samples are averaged
# down to 28 px and held against real pictures, beside those that are drawn at 28 px at once. Prints a table, writes it
# to sizes.md beside itself and leaves grids of 36 samples in sizes/. About 12 minutes on two cores, without training
# about one a run. Needs the numpy of `scripts/setup --tests`.
#
#   results/transformers/sizes.sh [GANWRIGHT [RUN...]]   (default: ganwright of build/release, and a run of each scheme)
#
# RUN: trained at 28 px on data/fashion-mnist, such as runs/demo.
set -euo pipefail
chosen=()
for run in "${@:2}"; do
  chosen+=("$(realpath "$run")")
done
. "$(dirname "$0")/common.sh"
mkdir -p "$here/sizes" "$runs"

steps=400
count=1000
if [ ${#chosen[@]} -eq 0 ]; then
  for positions in rotary rope-tie normalized learned; do
    "$program" train --config results/transformers/pair.cfg --data "$data" --out "$runs/$positions" --positions "$positions" \
      --steps "$steps" --max-minutes 0 --checkpoint-every "$steps" --device cpu
    chosen+=("$runs/$positions")
  done
fi

# $1: run, $2: name of the grid, then options of `sample`. Prints the distance to real pictures.
distance() {
  local run=$1 grid=$2
  shift 2
  rm -rf "$runs/samples"
  draw() {
    "$program" sample "$run" --device cpu "$@" > "$runs/log" 2>&1 || fail "$(tail -n 1 "$runs/log")"
  }
  draw --out "$here/sizes/$grid.png" --count 36 --seed 0 "$@"
  draw --out "$runs/samples" --count "$count" --seed 1 "$@"
  "$python" "$here/sliced_wasserstein.py" "$data" "$runs/samples"
}
{
  echo "| run | positions | 28 px | 56 px: none | interpolation | ntk | yarn |"
  echo "|---|---|---|---|---|---|---|"
  for run in "${chosen[@]}"; do
    name=$(basename "$run")
    row="| $name | $(sed -n 's/^positions = //p' "$run/config.cfg") | $(distance "$run" "$name-28")"
    for method in none interpolation ntk yarn; do
      row+=" | $(distance "$run" "$name-56-$method" --size 56 --resize "$method")"
    done
    echo "$row |"
  done
  echo "| real pictures | | $("$python" "$here/sliced_wasserstein.py" "$data") | | | | |"
} | tee "$here/sizes.md"
rm -rf "$runs/samples" "$runs/log"
rmdir --ignore-fail-on-non-empty "$runs"
echo "sizes.sh: wrote $here/sizes.md, sliced Wasserstein distances, and the grids in $here/sizes"
