# Becomes a program, and ends it when we end, however that comes: descriptor 3 is open while we live. Skaffold itself would stay,
# and spin where its stdin has ended; at SIGTERM it removes what it deployed.
#
#   lifeline.sh COMMAND…
{
  read -r _ <&3
  kill -s TERM $$
  for _ in 1 2 3 4 5; do
    sleep 1
    kill -s 0 $$ || exit
  done
  kill -s KILL $$
} </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-
