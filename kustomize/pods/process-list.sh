# Lists runs with a running program; an interrupted run leaves a folder without one.
#
#   process-list.sh FOLDER-OF-RUNS
for run in "$1"/*/; do
  [[ -f $run/pid && ! -f $run/exit-code ]] || continue
  kill -s 0 "$(<"$run/pid")" 2>/dev/null || continue
  run=${run%/}
  echo "${run##*/}"
done
