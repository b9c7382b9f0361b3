# Packs what a program wrote into the working folder that driver and executors share, as a tar on stdout: files that are newer
# than its start, and the whole of each folder that Spark finished. Exit code 3, and the size on stderr, when there is too much.
#
#   pack-results.sh FOLDER MOST-BYTES
cd "$1" 2>/dev/null || exit 0
[[ -e ../started ]] || exit 0
list=/tmp/list
{
  find . -type f -newer ../started -print0
  find . -type f -name _SUCCESS -newer ../started -printf '%h\0' |
    while IFS= read -r -d '' folder; do find "$folder" -type f -print0; done
} | grep -zvE '^\./(spark-warehouse/|metastore_db/|artifacts/|derby\.log$)|/_temporary/|/__pycache__/' | sort -zu >"$list"
[[ -s $list ]] || exit 0
bytes=$(du --bytes --total --files0-from="$list" | tail -n 1 | cut -f 1)
if ((bytes > $2)); then
  echo "$bytes" >&2
  exit 3
fi
tar --create --null --files-from="$list"
