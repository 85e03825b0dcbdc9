#!/bin/bash
# Small and then grown against large from the start, at equal compute: a run of half the demo's width, grown to it by
# `ganwright grow`, and the demo's pair itself, which get the same FLOPs in matrix products as the dry run tells them.
# Prints a table, writes it to growth.md beside itself and draws growth.png. About 10 minutes on two cores.
# Needs gnuplot and the numpy of `scripts/setup --tests`.
#
#   results/transformers/growth.sh [GANWRIGHT]   (default: ganwright of build/release)
set -euo pipefail
. "$(dirname "$0")/common.sh"
need gnuplot "install it"

small=(--width 48 --heads 2)
small_steps=1000
large_steps=700
every=100 # steps between checkpoints, whose samples make the curves
count=1000
# Learning rate 0 is the recipe's for each width; the demo's limit of time is taken off.
common=(--data "$data" --learning-rate 0 --max-minutes 0 --keep-checkpoints 1000 --checkpoint-every "$every"
  --sample-every 100000 --device cpu)

flops_a_step() {
  "$program" train --config results/transformers/pair.cfg --dry-run "$@" | awk '/FLOPs a step/ { print $4 }'
}
small_flops=$(flops_a_step "${small[@]}")
large_flops=$(flops_a_step)
grown_steps=$(awk "BEGIN { printf \"%d\", $large_steps - $small_steps * $small_flops / $large_flops + 0.5 }")
[ "$grown_steps" -gt 0 ] || fail "the small run takes all the compute; lower small_steps"

"$program" train --config results/transformers/pair.cfg "${common[@]}" --out "$runs/large" --steps "$large_steps"
"$program" train --config results/transformers/pair.cfg "${common[@]}" --out "$runs/small" --steps "$small_steps" "${small[@]}"
"$program" grow "$runs/small" --out "$runs/grown" --width 2
"$program" resume "$runs/grown" --steps "$grown_steps"

# Lines "TFLOPs distance step images/s" of a run's checkpoints. $2: FLOPs a step, $3: FLOPs before its first step.
curve() {
  local checkpoint step
  for checkpoint in "$runs/$1"/checkpoints/*.safetensors; do
    step=$((10#$(basename "$checkpoint" .safetensors)))
    "$program" sample "$runs/$1" --checkpoint "$checkpoint" --out "$runs/samples" --count "$count" --device cpu > "$runs/log" 2>&1 ||
      fail "$(tail -n 1 "$runs/log")"
    echo "$(awk "BEGIN { print ($3 + $step * $2) / 1e12 }") $("$python" "$here/sliced_wasserstein.py" "$data" "$runs/samples") $step"
    rm -r "$runs/samples"
  done
}
curve large "$large_flops" 0 > "$runs/large.txt"
curve small "$small_flops" 0 > "$runs/small.txt"
curve grown "$large_flops" "$(awk "BEGIN { print $small_steps * $small_flops }")" > "$runs/grown.txt"

row() {
  tail -n 1 "$runs/$1.txt" | awk -v name="$1" -v width="$2" \
    '{ printf "| %s | %s | %d | %.1f | %.4f |\n", name, width, $3, $1, $2 }'
}
{
  echo "| run | width | steps | TFLOPs in all | sliced Wasserstein distance |"
  echo "|---|---|---|---|---|"
  row small 48
  row grown 96
  row large 96
  echo "| real pictures | | | | $("$python" "$here/sliced_wasserstein.py" "$data") |"
} | tee "$here/growth.md"

gnuplot -d << PLOT
set terminal pngcairo size 900,540
set output "$here/growth.png"
set xlabel "TFLOPs in matrix products"
set ylabel "sliced Wasserstein distance to real pictures"
set logscale y
set yrange [0.05:1]
set grid
plot "$runs/large.txt" using 1:2 with linespoints title "width 96 from the start", \
     "$runs/small.txt" using 1:2 with linespoints title "width 48", \
     "$runs/grown.txt" using 1:2 with linespoints title "grown from 48 to 96"
PLOT
echo "growth.sh: wrote $here/growth.md and $here/growth.png; the runs are in $runs"
