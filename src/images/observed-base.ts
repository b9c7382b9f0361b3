import type { Host } from '../ports/host.js';
import { parseJavaSettings } from '../toolchain/spark/java.js';
import { type SparkVersion, parseSparkCore } from '../toolchain/spark/versions.js';
import { inspectImagesArgv } from './docker-argv.js';
import type { Daemon } from './observed-image.js';

/** What an image contains that should get our entrypoint and class archive. */
export interface ObservedBase {
  readonly arch: string;
  /** The daemon that has it. */
  readonly daemonArch: string;
  readonly spark: { readonly version: string; readonly scala: string } | undefined;
  readonly javaMajor: number | undefined;
  /** Minor version of Python 3. */
  readonly pythonMinor: number | undefined;
  readonly hasPyspark: boolean;
  /** Programs that the entrypoint and the training call. */
  readonly missing: readonly string[];
}

const answerWithinMs = 60_000;

const script = `
for program in bash python3 tini openssl; do command -v $program >/dev/null || echo "lacks $program"; done
for file in /opt/spark/jars/spark-core_*.jar /opt/spark/python/pyspark/__init__.py /opt/spark/python/lib/pyspark.zip
do [ ! -e "$file" ] || echo "$file"; done
python3 -c 'import sys; print("python 3.%d" % sys.version_info[1])'
PATH=/opt/java/openjdk/bin:$JAVA_HOME/bin:$PATH
java -XshowSettings:properties --list-modules 2>&1
exit 0`;

/** Pure: parses the image's output, which is empty if the image has no shell. */
export function parseLook(stdout: string): Omit<ObservedBase, 'arch' | 'daemonArch'> {
  const python = /^python 3\.(\d+)$/m.exec(stdout)?.[1];
  return {
    spark: parseSparkCore(stdout),
    javaMajor: parseJavaSettings(stdout)?.major,
    pythonMinor: python === undefined ? undefined : Number(python),
    hasPyspark: /^\/opt\/spark\/python\/(pyspark\/__init__\.py|lib\/pyspark\.zip)$/m.test(stdout),
    missing: [...stdout.matchAll(/^lacks (\S+)$/gm)].map(([, program = '']) => program),
  };
}

/** Starts the image only if it can run: for a foreign CPU the kernel's error would be unhelpful. */
export async function observeBase(
  host: Host,
  daemon: Daemon,
  image: string,
  signal: AbortSignal,
): Promise<ObservedBase> {
  const options = { signal, timeoutMs: answerWithinMs, env: daemon.dockerEnv };
  const [inspected, version] = await Promise.all([
    host.runner.run(inspectImagesArgv('{{.Architecture}}', image), options),
    host.runner.run(['docker', 'version', '--format={{.Server.Arch}}'], options),
  ]);
  const [arch, daemonArch] = [inspected.stdout.trim(), version.stdout.trim()];
  if (arch !== daemonArch) return { arch, daemonArch, ...parseLook('') };
  const look = ['docker', 'run', '--rm', '--network=none', '--user=0', '--entrypoint=sh', image, '-c', script];
  const looked = await host.runner.run(look, { ...options, accept: [126, 127] });
  return { arch, daemonArch, ...parseLook(looked.stdout) };
}

/** Pure: every reason why this cannot be the requested Spark. */
export function classifyBase(facts: ObservedBase, wanted: SparkVersion): readonly string[] {
  const { arch, daemonArch, spark, javaMajor, pythonMinor, hasPyspark, missing } = facts;
  const { version, scala, java } = wanted;
  if (arch !== daemonArch) return [`It is built for ${arch}, but this Docker runs ${daemonArch}.`];
  if (spark === undefined) return ['It contains no Spark: no /opt/spark/jars/spark-core_*.jar.'];
  const range = java.from === java.to ? String(java.from) : `${String(java.from)} to ${String(java.to)}`;
  const hasJava = javaMajor !== undefined && javaMajor >= java.from && javaMajor <= java.to;
  const foundJava = javaMajor === undefined ? 'no Java 9 or newer' : `Java ${String(javaMajor)}`;
  const others = missing.filter((program) => program !== 'python3');
  return [
    ...(spark.version === version ? [] : [`It has Spark ${spark.version}, but ${version} was requested.`]),
    ...(spark.scala === scala
      ? []
      : [`Its Spark uses Scala ${spark.scala}; for ${version} spark-dev compiles with ${scala}.`]),
    ...(hasJava ? [] : [`It has ${foundJava}, but Spark ${version} runs here with ${range}.`]),
    ...(pythonMinor === undefined ? ["It has no python3, which PySpark and the class archive's training need."] : []),
    ...(pythonMinor !== undefined && pythonMinor < wanted.pythonMinor
      ? [`It has Python 3.${String(pythonMinor)}, but Spark ${version} needs 3.${String(wanted.pythonMinor)} or newer.`]
      : []),
    ...(hasPyspark ? [] : ['It has no PySpark in /opt/spark/python.']),
    ...(others.length === 0 ? [] : [`It has no ${others.join(', no ')}.`]),
  ];
}
