#!/bin/bash
# The four directions of attention at equal steps: the demo's pair on the demo's data, one run each, from one seed.
# Prints a table, writes it to directions.md beside itself and leaves the grids of 64 samples in directions/. About 10
# minutes on two cores. Needs jq and the numpy of `scripts/setup --tests`.
#
#   results/transformers/directions.sh [GANWRIGHT]   (default: ganwright of build/release)
set -euo pipefail
. "$(dirname "$0")/common.sh"
need jq "install it"
mkdir -p "$here/directions"

steps=400
count=1000
directions=(bidirectional causal alternating-heads alternating-layers)

for direction in "${directions[@]}"; do
  "$program" train --config results/transformers/pair.cfg --data "$data" --out "$runs/$direction" --attention "$direction" \
    --steps "$steps" --max-minutes 0 --checkpoint-every "$steps" --device cpu
  "$program" sample "$runs/$direction" --out "$here/directions/$direction.png" --count 64 --seed 0 --device cpu
  "$program" sample "$runs/$direction" --out "$runs/$direction/singles" --count "$count" --seed 1 --device cpu
done

# Means over the lines of the last quarter of the steps.
row() {
  local distance
  distance=$("$python" "$here/sliced_wasserstein.py" "$data" "$runs/$1/singles")
  jq -rs --arg name "$1" --arg distance "$distance" --argjson steps "$steps" '
    def rounded(digits): . * pow(10; digits) | round / pow(10; digits);
    (map(select(.step > 0.75 * $steps))) as $late
    | def mean(key): ($late | map(.[key]) | add / length | rounded(3));
      "| \($name) | \(map(.step) | max) | \(mean("discriminator_loss")) | \(mean("divergence")) | \(mean("log_ratio_fake")) | \($distance) |"
  ' "$runs/$1/metrics.jsonl"
}
{
  echo "| attention | steps | discriminator loss | D_f bound | log ratio fake | sliced Wasserstein distance |"
  echo "|---|---|---|---|---|---|"
  for direction in "${directions[@]}"; do
    row "$direction"
  done
  echo "| real pictures | | | | | $("$python" "$here/sliced_wasserstein.py" "$data") |"
} | tee "$here/directions.md"
echo "directions.sh: wrote $here/directions.md and the grids in $here/directions; the runs are in $runs"
