/**
 * Ends the program with its caller: a killed kubectl leaves its program running in the pod
 * (https://github.com/kubernetes/kubectl/issues/1076), so the end of stdin ends it. The exit code is stored, because
 * kubectl may return 0 for a broken connection (https://github.com/kubernetes/kubernetes/issues/73056).
 */
export const processScript = `
run=$1
shift
exec 3<&0
setsid "$@" </dev/null 3<&- &
program=$!
echo "$program" >"$run/pid"
{ cat <&3; kill -s TERM "$program"; } >/dev/null 2>&1 &
code=0
wait "$program" || code=$?
echo "$code" >"$run/exit-code"
exit "$code"
`;

/** Prints the exit code of an ended program, ends a running one, and removes its folder. */
export const endScript = `
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
`;

export const unpackScript = `
mkdir -p -- "$1" && tar --extract --file=- --directory="$1" --no-same-owner
`;

/** Lists runs with a running program; an interrupted run leaves a folder without one. */
export const aliveScript = `
for run in "$1"/*/; do
  [[ -f $run/pid && ! -f $run/exit-code ]] || continue
  kill -s 0 "$(<"$run/pid")" 2>/dev/null || continue
  run=\${run%/}
  echo "\${run##*/}"
done
`;
