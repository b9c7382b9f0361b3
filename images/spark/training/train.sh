#!/bin/bash
# train.sh FOLDER: runs a small job in cluster mode against a toy Kubernetes, notes what classes submit client, driver and
# executor load, and writes them all as FOLDER/spark.jsa. https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
work=$1
port=16443
mkdir -p "$work" && cd "$work"
# Nothing of whoever builds.
export HOME=$work KUBECONFIG=/dev/null SPARK_LOCAL_IP=127.0.0.1

openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout key.pem -out certificate.pem 2>openssl.log
export JAVA_TOOL_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:DumpLoadedClassList=$work/%p.classes"
python3 "$here/cluster.py" certificate.pem key.pem "$port" /opt/entrypoint.sh >pods.log 2>&1 &
cluster=$!
trap 'kill $cluster' EXIT
trap 'tail -n 200 submit.log pods.log' ERR
for ((i = 0; i < 100; i++)); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>>tries.log && break
  sleep 0.1
done
printf '%s\n' 'apiVersion: v1' 'kind: Pod' 'spec: {enableServiceLinks: false}' >template.yaml
timeout 900 /opt/entrypoint.sh submit --master "k8s://https://localhost:$port" --name training \
  --conf spark.kubernetes.container.image=none \
  --conf spark.kubernetes.driver.master="https://localhost:$port" \
  --conf spark.kubernetes.authenticate.submission.caCertFile="$work/certificate.pem" \
  --conf spark.kubernetes.authenticate.driver.mounted.caCertFile="$work/certificate.pem" \
  --conf spark.kubernetes.driver.podTemplateFile="$work/template.yaml" \
  --conf spark.executor.instances=1 \
  --conf spark.driver.memory=512m --conf spark.executor.memory=512m \
  "local://$here/training.py" >submit.log 2>&1
# spark-submit is content with a driver that failed.
grep -q 'The training ended well$' pods.log
unset JAVA_TOOL_OPTIONS

# The numbers are of one JVM each. Behind http2.py is what the toy does not speak and every API server does.
{
  cat ./*.classes
  python3 "$here/http2.py" "$SPARK_HOME"/jars
} | sed -e '/^#/d' -e 's/ id: [0-9]*$//' | awk '!seen[$0]++' >all.classes
# The same jars in the same order as in entrypoint.sh: that is what a JVM compares.
jars=("$SPARK_HOME"/jars/*.jar)
"$JAVA_HOME/bin/java" -Xshare:dump -XX:+UseG1GC -XX:TieredStopAtLevel=1 -XX:SharedClassListFile=all.classes \
  -XX:SharedArchiveFile=spark.jsa -cp "$(IFS=: && echo "${jars[*]}")" >dump.log 2>&1 || { tail -n 50 dump.log && exit 1; }
chmod 0444 spark.jsa
