import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { SparkVersion } from './versions.js';

const printVersion = 'import sys; print("%d.%d" % sys.version_info[:2])';

/** The `python3` on the PATH, if this Spark supports it. */
export async function findPython(host: Host, spark: SparkVersion, signal: AbortSignal): Promise<string> {
  const program = await host.runner.which('python3');
  const found = program === undefined ? 'there is no python3 on the PATH' : await askVersion(host, program, signal);
  const minor = /^3\.(\d+)$/.exec(found)?.[1];
  if (program !== undefined && minor !== undefined && Number(minor) >= spark.pythonMinor) return program;
  throw new SparkDevError('PYTHON_MISSING', 'There is no suitable Python', {
    why: `PySpark ${spark.version} needs Python 3.${String(spark.pythonMinor)} or newer; ${minor === undefined ? found : `${program ?? ''} is ${found}`}.`,
    fix: [`Put python3 3.${String(spark.pythonMinor)} or newer on the PATH`, 'Run the Scala form: --lang scala'],
  });
}

async function askVersion(host: Host, program: string, signal: AbortSignal): Promise<string> {
  try {
    return (await host.runner.run([program, '-c', printVersion], { signal, timeoutMs: 20_000 })).stdout.trim();
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return `${program} does not run`;
  }
}
