# Runs a program in the submit pod and ends it with its caller: a killed kubectl leaves its program running in the pod
# (https://github.com/kubernetes/kubectl/issues/1076), so the end of stdin ends it. The exit code is stored, because
# kubectl may return 0 for a broken connection (https://github.com/kubernetes/kubernetes/issues/73056).
#
#   process-run.sh FOLDER COMMAND…
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
