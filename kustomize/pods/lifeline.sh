# The pod ends when this connection ends, for any reason; nothing else ends a process that kubectl leaves in a pod
# (https://github.com/kubernetes/kubectl/issues/1076). Sends a line a minute, because kubelet closes an idle connection.
while read -r -t 60 _ || (($? > 128)); do echo; done
kill -s TERM 1
