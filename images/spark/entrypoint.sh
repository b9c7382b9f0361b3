#!/bin/bash
# Called by Spark on Kubernetes as `driver …` and `executor`, by a submit Job as `submit …`; anything else is run as it is.
# `java` is started directly: spark-class and spark-submit would start a JVM only to print the command line of the next.
set -euo pipefail

# What Spark's JavaModuleOptions gives every JVM.
java_options=(
  -XX:+IgnoreUnrecognizedVMOptions
  --add-modules=jdk.incubator.vector
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.invoke=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.net=ALL-UNNAMED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED
  --add-opens=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/sun.nio.cs=ALL-UNNAMED
  --add-opens=java.base/sun.security.action=ALL-UNNAMED
  --add-opens=java.base/sun.util.calendar=ALL-UNNAMED
  --add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED
  -Dio.netty.tryReflectionSetAccessible=true
  -Dio.netty.allocator.type=pooled
  -Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE
  --sun-misc-unsafe-memory-access=allow
  --enable-native-access=ALL-UNNAMED
)

# Only a file can set a security property (java.security says more); a user's own option comes later, and counts.
security=-Djava.security.properties=/opt/java.security

# Jars in a fixed order and conf behind them: a JVM refuses a class data archive when a directory stands in front.
class_path() {
  local IFS=:
  local jars=("$SPARK_HOME"/jars/*.jar)
  echo "${1:+$1:}${jars[*]}:${SPARK_CONF_DIR:-$SPARK_HOME/conf}${SPARK_EXTRA_CLASSPATH:+:$SPARK_EXTRA_CLASSPATH}"
}

# Spark's classes as the JVM has them in memory, which saves half of its start; always at the address they were made for: moved
# to another one, as a JVM does by default, they would fill 95 MB of each pod's own memory. Where a JVM would refuse the archive,
# it would do without that of the JDK's own classes too, so it is not even told of it.
archive_options() {
  local archive=$SPARK_HOME/spark.jsa refusing='UseZGC|-UseCompressed|ObjectAlignmentInBytes|-Xbootclasspath|--patch-module|--limit-modules|--upgrade-module-path'
  [[ -e $archive ]] || return 0
  if [[ -n $1 ]]; then
    echo "spark-dev: the class archive is left out, because $1 stands before Spark's jars" >&2
  elif [[ $2 =~ $refusing ]]; then
    echo "spark-dev: the class archive is left out, because of the option ${BASH_REMATCH[0]}" >&2
  else
    echo "-XX:SharedArchiveFile=$archive -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"
  fi
}

# Options as a user wrote them in one string, quotes and backslashes honoured, into the array `options`. No program is asked,
# because its arguments would show them.
split_options() {
  local text=$1 word='' quote='' started='' character n
  options=()
  for ((n = 0; n < ${#text}; n++)); do
    character=${text:n:1}
    case $quote$character in
      ' ' | $'\t' | $'\n')
        [[ -z $started ]] || options+=("$word")
        word='' started=''
        ;;
      [\"\'])
        quote=$character started=1
        ;;
      '""' | "''")
        quote=''
        ;;
      \\* | '"'\\*)
        ((n += 1))
        word+=${text:n:1} started=1
        ;;
      *)
        word+=$character started=1
        ;;
    esac
  done
  [[ -z $started ]] || options+=("$word")
}

# An argument file of java's, https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#java-command-line-argument-files:
# JVM options may hold secrets, and the arguments of a process are there for everybody on the machine.
quote_options() {
  local option
  for option in "$@"; do
    option=${option//\\/\\\\}
    option=${option//\"/\\\"}
    option=${option//$'\n'/\\n}
    option=${option//$'\r'/\\r}
    printf '"%s"\n' "$option"
  done
}

# Reads what must be known before the JVM starts; Spark reads the same file again for all else.
declare -A property
read_properties() {
  local key value
  # Without -r, `read` drops the backslashes of the properties format.
  # shellcheck disable=SC2162
  while IFS='=' read key value; do
    property[${key:-#}]=$value
  done <"$1"
}

# What starts the JVM, so that the program's streams stay apart and its end is known; nothing in an image without Python.
# An interpreter as the second word means a Python program, and is what PythonRunner would choose.
find_starter() {
  starter=()
  command -v python3 >/dev/null || return 0
  starter=(python3 -IS /opt/driver/driver.py $1)
  [[ -z $2 ]] || export SPARK_DEV_PYTHON=$2
}

python_of() {
  local conf=${property[spark.pyspark.driver.python]:-${property[spark.pyspark.python]:-}}
  echo "${conf:-${PYSPARK_DRIVER_PYTHON:-${PYSPARK_PYTHON:-python3}}}"
}

run_driver() {
  local argument previous='' python='' options=() starter
  for argument in "$@"; do
    [[ $previous != --properties-file ]] || read_properties "$argument"
    [[ $previous != --class ]] || break
    previous=$argument
  done
  [[ $argument != org.apache.spark.deploy.PythonRunner ]] || python=$(python_of)
  find_starter --frame "$python"
  split_options "${property[spark.driver.defaultJavaOptions]:-} ${property[spark.driver.extraJavaOptions]:-}"
  [[ -z ${property[spark.driver.extraLibraryPath]:-} ]] || export LD_LIBRARY_PATH=${property[spark.driver.extraLibraryPath]}
  local front=${property[spark.driver.extraClassPath]:-}
  # shellcheck disable=SC2046
  exec tini -s -- "${starter[@]}" "$JAVA_HOME/bin/java" $(archive_options "$front" "${options[*]}") \
    "${java_options[@]}" "$security" "@"<(quote_options "${options[@]}") -Xmx"${property[spark.driver.memory]:-1g}" \
    -cp "$(class_path "$front")" \
    org.apache.spark.deploy.SparkSubmit \
    --deploy-mode client \
    --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \
    --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" \
    "$@"
}

run_executor() {
  local name options=()
  for ((n = 0; ; n++)); do
    name=SPARK_JAVA_OPT_$n
    [[ -v $name ]] || break
    options+=("${!name}")
  done
  # shellcheck disable=SC2046
  exec tini -s -- "$JAVA_HOME/bin/java" $(archive_options "${SPARK_CLASSPATH:-}" "${options[*]}") \
    "$security" "@"<(quote_options "${options[@]}") -Xms"$SPARK_EXECUTOR_MEMORY" -Xmx"$SPARK_EXECUTOR_MEMORY" \
    -cp "$(class_path "${SPARK_CLASSPATH:-}")" \
    org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
    --driver-url "$SPARK_DRIVER_URL" \
    --executor-id "$SPARK_EXECUTOR_ID" \
    --cores "$SPARK_EXECUTOR_CORES" \
    --app-id "$SPARK_APPLICATION_ID" \
    --hostname "$SPARK_EXECUTOR_POD_IP" \
    --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" \
    --podName "$SPARK_EXECUTOR_POD_NAME"
}

run_submit() {
  local said=' ' defaults=() options=() n=1 starter=()
  # The application's own arguments begin behind the first that is no option.
  while ((n <= $#)) && [[ ${!n} == -* ]]; do
    said+="${!n%%=*} "
    case ${!n} in
      --conf=*) said+="${!n#--conf=} " ;;
      --conf | -c) ((n += 1)) && said+="${!n%%=*} " && property[${!n%%=*}]=${!n#*=} ;;
      --properties-file) ((n += 1)) && read_properties "${!n}" ;;
      --deploy-mode) ((n += 1)) && said+="${!n} " ;;
      --supervise | --load-spark-defaults | --verbose | -v | --version | --help | -h | --*=*) ;;
      *) ((n += 1)) ;;
    esac
    ((n += 1))
  done
  [[ $said == *' --master '* ]] || defaults+=(--master k8s://https://kubernetes.default.svc)
  [[ $said == *' --deploy-mode '* ]] || defaults+=(--deploy-mode cluster)
  [[ $said == *' spark.kubernetes.container.image '* || -z ${SPARK_IMAGE:-} ]] ||
    defaults+=(--conf "spark.kubernetes.container.image=$SPARK_IMAGE")
  # a driver that is a process of this pod; its stdout is a stream of its own here
  [[ $said != *' client '* || ${!n:-} != *.py ]] || find_starter '' "$(python_of)"
  [[ -z ${SPARK_DEV_STANDBY_FOLDER:-} ]] || starter+=(--standby "$SPARK_DEV_STANDBY_FOLDER")
  split_options "${SPARK_SUBMIT_OPTS:-}"
  # shellcheck disable=SC2046
  exec tini -s -- "${starter[@]}" "$JAVA_HOME/bin/java" $(archive_options '' "${options[*]}") "${java_options[@]}" "$security" \
    "@"<(quote_options "${options[@]}") -cp "$(class_path)" \
    org.apache.spark.deploy.SparkSubmit "${defaults[@]}" "$@"
}

# A uid that the image does not know gets its passwd entry from a file in /tmp, since the root is read-only.
if ! getent passwd "$(id -u)" >/dev/null; then
  NSS_WRAPPER_PASSWD=$(mktemp) NSS_WRAPPER_GROUP=/etc/group
  echo "spark:x:$(id -u):$(id -g)::$SPARK_HOME/work-dir:/usr/sbin/nologin" >"$NSS_WRAPPER_PASSWD"
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LD_PRELOAD=libnss_wrapper.so
fi

mode=${1:-}
case $mode in
  driver | executor | submit)
    shift
    "run_$mode" "$@"
    ;;
  *) exec tini -s -- "$@" ;;
esac
