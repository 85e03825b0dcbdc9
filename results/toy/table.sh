#!/bin/bash
# Writes critic.md and affine.md beside itself: every named divergence and design, and hinge, on three pairs of
# densities, and five affine fits on two targets.
# Usage: results/toy/table.sh [GANWRIGHT]   (default: ganwright of build/release)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../../build/release/ganwright}
command -v "$program" > /dev/null || { echo "$program: no such program; build it or give its path" >&2; exit 2; }
command -v jq > /dev/null || { echo "jq is missing; install it" >&2; exit 2; }

pairs=(
  "0.5,-1,1;0.5,1,1|1,0,1.2"
  "1,0,1|1,1,1.1"
  "0.4,-0.5,1;0.6,0.7,1.2|1,0,1.3"
)
targets=("0.5,-2,0.7;0.5,2,0.7" "0.3,-1,0.5;0.7,1.5,0.9")
names=$("$program" losses --json | jq -r '.[].name | select(. != "wasserstein")')

# A relative error in percent, or nothing where the exact value is not finite.
row='def show: if . == null then "" elif . == 0 then "0" else (. * 1e6 | round / 1e6 | tostring) end;
     def percent: if .exact == null or .exact == 0 then ""
                  else ((.estimate / .exact - 1) * 10000 | round / 100 | if . == 0 then 0 else . end | tostring) + " %" end;'

# Runs the program and prints its object, or the first line of its error as {"error": ...}.
try() {
  local output
  if output=$("$program" toy --json "$@" 2> "$log"); then
    echo "$output"
  else
    jq -n --arg error "$(grep -i error "$log" | head -n 1 | cut -c1-120)" '{error: $error}'
  fi
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

{
  echo "# D_f by a critic, the densities held fixed"
  echo
  echo "\`results/toy/table.sh\`: \`ganwright toy --critic-only --target P --source Q --divergence NAME --json\`."
  echo "x is drawn with bounded weights, as both densities are known; the estimate is the critic's lower bound by quadrature."
  for pair in "${pairs[@]}"; do
    echo
    echo "## P = ${pair%|*}, Q = ${pair#*|}"
    echo
    echo "| divergence | estimate | exact | error | log ratio error |"
    echo "|---|---|---|---|---|"
    for name in $names; do
      try --critic-only --target "${pair%|*}" --source "${pair#*|}" --divergence "$name" |
        jq -r --arg name "$name" "$row"' if .error then "| \($name) | \(.error) | | | |"
          else "| \($name) | \(.estimate | show) | \(if .exact_is_infinite then "infinite" else (.exact | show) end) | \(if .exact_is_infinite then "" else percent end) | \(.log_ratio_error | show) |" end'
    done
  done
} > "$here/critic.md"

{
  echo "# An affine generator, fitted"
  echo
  echo "\`results/toy/table.sh\`: \`ganwright toy --target P --divergence NAME --generator-objective minimax --json\`."
  echo "The optimum is the Gaussian of the smallest D_f, found by Nelder-Mead on the quadrature."
  for target in "${targets[@]}"; do
    echo
    echo "## P = $target"
    echo
    echo "| divergence | mean | optimum | std | optimum | D_f estimate | exact | error |"
    echo "|---|---|---|---|---|---|---|---|"
    for name in kl reverse-kl js jeffreys pearson-chi2; do
      try --target "$target" --divergence "$name" --generator-objective minimax |
        jq -r --arg name "$name" "$row"' if .error then "| \($name) | \(.error) | | | | | | |"
          else "| \($name) | \(.mean | show) | \(.optimum_mean | show) | \(.std | show) | \(.optimum_std | show) | \(.estimate | show) | \(.exact | show) | \(percent) |" end'
    done
  done
} > "$here/affine.md"
