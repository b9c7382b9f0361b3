import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { makeWhole } from '../../toolchain/half-made.js';
import type { SparkDistribution } from '../../toolchain/spark/distribution.js';
import type { SparkRuntime } from '../../toolchain/spark/runtime.js';
import {
  cachedPath,
  compileArgv,
  compileJar,
  isSoundJar,
  jarPath,
  manifestFor,
  type SourceApplication,
} from '../compile.js';
import { packZip } from '../pack-zip.js';
import { readEntries } from '../read-jar.js';

export const sqlMainClass = 'RunSql';

/** The shipped program that runs a file of SQL: spark-submit refuses spark-sql's own in cluster mode. */
function sqlRunner({ directories }: Pick<Host, 'directories'>): SourceApplication {
  const source = join(directories.package, 'programs', 'RunSql.scala');
  return { kind: 'scala', name: 'spark-sql', source, mainClass: sqlMainClass };
}

/** The runner's jar with the SQL in it, so that it needs no other file on the cluster, and no Python. */
export async function sqlJarPath(host: Host, source: string, distribution: SparkDistribution): Promise<string> {
  const inputs = [await jarPath(host, sqlRunner(host), distribution), await readFile(source, 'utf8')];
  return cachedPath(host, `${basename(source, '.sql')}.jar`, inputs);
}

/** Only the runner is compiled, once for each Spark. */
export async function planSqlJar(host: Host, runtime: SparkRuntime): Promise<readonly Argv[]> {
  const runner = sqlRunner(host);
  const jar = await jarPath(host, runner, runtime.distribution);
  return (await isSoundJar(jar)) ? [] : [await compileArgv(runner, runtime, `${jar}.part/classes`)];
}

export async function makeSqlJar(
  host: Host,
  source: string,
  runtime: SparkRuntime,
  signal: AbortSignal,
): Promise<void> {
  const jar = await sqlJarPath(host, source, runtime.distribution);
  const runner = await compileJar(host, sqlRunner(host), runtime, signal);
  // the name comes first, for error messages
  const sql = Buffer.concat([Buffer.from(`${basename(source)}\n`), await readFile(source)]);
  const classes = Object.fromEntries(await readEntries(runner));
  const files = { ...classes, ...manifestFor(sqlMainClass), 'program.sql': sql };
  await makeWhole(jar, (part) => packZip([], part, files));
}
