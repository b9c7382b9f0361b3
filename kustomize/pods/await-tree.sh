# Waits until the files of a folder are those of the list on stdin, as sha256sum prints it; else it ends with 1.
#
#   await-tree.sh FOLDER SECONDS
list=$(cat)
for ((n = 0; n <= $2 * 20; n++)); do
  if cd -- "$1" 2>/dev/null && sha256sum --check --status --strict - <<<"$list" 2>/dev/null; then exit 0; fi
  sleep 0.05
done
exit 1
