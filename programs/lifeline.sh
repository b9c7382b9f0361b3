# Becomes a program, and ends it when we end, however that comes: descriptor 3 is open while we live. Skaffold itself would stay,
# and spin where its stdin has ended; at SIGTERM it removes what it deployed.
#
#   lifeline.sh COMMAND…
(read -r _ <&3 || kill -s TERM $$ && sleep 5 && kill -s KILL $$) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-
