# Keeps a pod as long as the driver in it: until that has been gone for half a minute, or has not come.
#
#   standby.sh FOLDER-OF-RUN
run=$1
for ((gone = 0; gone < 6; gone++)); do
  sleep 5
  if kill -s 0 "$(<"$run/pid")" 2>/dev/null; then gone=0; fi
done
