# Prints the exit code of an ended program, ends a running one, and removes its folder.
#
#   process-end.sh FOLDER
run=$1
if [[ -f $run/exit-code ]]; then
  cat "$run/exit-code"
elif [[ -f $run/pid ]]; then
  program=$(<"$run/pid")
  kill -s TERM "$program" 2>/dev/null
  for ((n = 0; n < 100; n++)); do kill -s 0 "$program" 2>/dev/null || break; sleep 0.1; done
  kill -s KILL -- "-$program" 2>/dev/null
fi
rm -rf -- "$run"
