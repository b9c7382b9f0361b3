# The pod of one `dev`: lays the application's files where Skaffold may change them, since the root is read-only, and waits.
#
#   dev.sh IMAGE-FOLDER TREE DATA
cd -- "$(dirname -- "$2")" && rm -rf -- ./* && cp -r -- "$1" "$2" || exit
if [[ -d $2/$3 ]]; then cp -r -- "$2/$3/." . || exit; fi
exec sleep infinity
