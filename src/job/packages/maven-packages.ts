import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isThere, listFiles } from '../../files/paths.js';
import type { Host } from '../../ports/host.js';
import { writePrivately } from '../../runs/run-folder.js';
import { inStep } from '../../steps/apply.js';
import { count } from '../../text/words.js';
import { complete, halfMadeName, unlessThere, workVariable } from '../../toolchain/half-made.js';
import { ensureSparkRuntime, type SparkRuntime } from '../../toolchain/spark/runtime.js';
import type { SparkVersion } from '../../toolchain/spark/versions.js';
import type { SparkJob } from '../job.js';
import { attributes, ivySettingsText, readMavenSettings } from './maven-settings.js';

/** What Spark's own properties ask for: `spark.jars.packages` and its companions. */
export interface MavenRequest {
  /** `group:artifact:version`, with `/` for the first colon as Spark also takes it. */
  readonly packages: readonly string[];
  /** `group:artifact` */
  readonly excludes: readonly string[];
  readonly repositories: readonly string[];
  /** The user's own settings of Ivy, which then decide alone. */
  readonly ivySettings: string | undefined;
}

const withinMs = 20 * 60_000;

/**
 * Paths of the jars of the packages and of what they need, without what Spark itself has. Resolved once by the Ivy that Spark
 * ships, here instead of in the driver: a pod may reach no repository, and Spark's Ivy knows nothing of ~/.m2/settings.xml.
 * Throws BUILD_FAILED, and DOWNLOAD_FAILED when no repository answers.
 */
export async function ensureMavenPackages(
  host: Host,
  request: MavenRequest,
  { java, distribution }: SparkRuntime,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const modules = request.packages.map(parseCoordinates);
  const state = JSON.stringify([request, distribution.version]);
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 16);
  const folder = join(host.directories.cache, 'maven-packages', hash);
  const isFixed = modules.every(({ version }) => !/SNAPSHOT|latest\.|[[\](),+]/.test(version));
  if (isFixed && (await isThere(folder))) return listFiles(folder);
  const part = halfMadeName(folder);
  const printed: string[] = [];
  try {
    return await inStep(host, `Resolve ${request.packages.join(', ')}`, async (step) => {
      await mkdir(part, { recursive: true });
      const settings = request.ivySettings ?? join(part, 'ivysettings.xml');
      const maven = await readMavenSettings(host);
      if (request.ivySettings === undefined)
        await writePrivately(
          settings,
          ivySettingsText(maven, request.repositories, join(host.directories.cache, 'ivy')),
        );
      await writePrivately(join(part, 'ivy.xml'), ivyFileText(modules, request.excludes));
      const jars = join(part, 'jars');
      const argv = [
        ...[
          java.program,
          ...maven.proxyOptions,
          '-cp',
          join(distribution.jars, '*'),
          'org.apache.ivy.Main',
          '-settings',
          settings,
        ],
        ...[
          '-ivy',
          join(part, 'ivy.xml'),
          '-retrieve',
          join(jars, '[organisation]_[artifact]-[revision](-[classifier]).[ext]'),
        ],
      ];
      const onLine = (line: string): void => {
        printed.push(line);
        const [, url] = /^downloading (\S+)/.exec(line) ?? [];
        if (url !== undefined) step.progress(url.slice(url.lastIndexOf('/') + 1));
      };
      await host.runner.run(argv, { signal, timeoutMs: withinMs, onLine, env: { [workVariable]: part } });
      await mkdir(jars, { recursive: true });
      if (!isFixed) await rm(folder, { recursive: true, force: true });
      await complete(jars, folder).catch(unlessThere(folder));
      const found = await listFiles(folder);
      step.note(count(found.length, 'jar'));
      return found;
    });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') throw error;
    throw explainIvy(printed, error);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** Throws USAGE. */
function parseCoordinates(text: string): Coordinates {
  const [group = '', artifact = '', version = '', ...more] = text.trim().replace('/', ':').split(':');
  if (version !== '' && artifact !== '' && group !== '' && more.length === 0) return { group, artifact, version };
  throw new SparkDevError('USAGE', `${JSON.stringify(text.slice(0, 200))} does not name a Maven package`, {
    why: 'Packages are written as group:artifact:version.',
    fix: ['--packages org.apache.spark:spark-avro_2.13:4.3.0'],
  });
}

/** Parts of Spark that no package may bring along. Source: MavenUtils.IVY_DEFAULT_EXCLUDES of Spark 4. */
const ofSpark =
  'spark-(catalyst|connect-shims|core|graphx|kvstore|launcher|mllib|mllib-local|network-common|network-shuffle|repl|sketch|sql|sql-api|streaming|tags|unsafe)_.*';

function ivyFileText(modules: readonly Coordinates[], excludes: readonly string[]): string {
  const wanted = modules.map(
    ({ group, artifact, version }) =>
      `<dependency ${attributes({ org: group, name: artifact, rev: version, conf: 'default->default' })}/>`,
  );
  const left = excludes.map((text) => {
    const [org = '', module = '*'] = text.trim().split(':');
    return `<exclude ${attributes({ org, module, matcher: 'glob' })}/>`;
  });
  return [
    '<ivy-module version="2.0"><info organisation="spark-dev" module="packages"/>',
    '<configurations><conf name="default"/></configurations><dependencies>',
    ...wanted,
    `<exclude ${attributes({ org: 'org\\.apache\\.spark', module: ofSpark, matcher: 'regexp' })}/>`,
    `<exclude ${attributes({ org: 'org.scala-lang', matcher: 'exact' })}/>`,
    ...left,
    '</dependencies></ivy-module>',
  ].join('\n');
}

function explainIvy(printed: readonly string[], cause: SparkDevError): SparkDevError {
  const missing = printed.flatMap(
    (line) => /^\W*:: ([^:\s]+#[^;\s]+;\S+): (.*?)\s*:*$/.exec(line)?.slice(1).join(': ') ?? [],
  );
  const silent = printed.find((line) =>
    /UnknownHostException|Connection refused|Network is unreachable|timed out/i.test(line),
  );
  const why = missing.length > 0 ? [...new Set(missing)].join('\n') : cause.why;
  if (silent !== undefined)
    return new SparkDevError('DOWNLOAD_FAILED', 'No Maven repository answered', {
      why: silent.trim().slice(0, 300),
      fix: ['Name your mirror in ~/.m2/settings.xml, or a repository: --conf spark.jars.repositories=https://…'],
      cause,
    });
  return new SparkDevError('BUILD_FAILED', 'The Maven packages cannot be resolved', {
    ...(why === undefined ? {} : { why }),
    fix: [
      'Check group, artifact (with its Scala version, _2.13) and version; another repository: --conf spark.jars.repositories=https://…',
    ],
    cause,
  });
}

const keys = {
  packages: 'spark.jars.packages',
  excludes: 'spark.jars.excludes',
  repositories: 'spark.jars.repositories',
  ivySettings: 'spark.jars.ivySettings',
} as const;

/** The job with the jars of `spark.jars.packages` in place of this property. */
export async function addMavenPackages(
  host: Host,
  job: SparkJob,
  spark: SparkVersion,
  signal: AbortSignal,
): Promise<SparkJob> {
  const listed = (key: string): readonly string[] =>
    (job.conf[key] ?? '').split(',').flatMap((one) => one.trim() || []);
  const packages = listed(keys.packages);
  if (packages.length === 0) return job;
  const request = {
    packages,
    excludes: listed(keys.excludes),
    repositories: listed(keys.repositories),
    ivySettings: job.conf[keys.ivySettings],
  };
  const runtime = await ensureSparkRuntime(host, spark, signal);
  const paths = await ensureMavenPackages(host, request, runtime, signal);
  const done = new Set<string>(Object.values(keys));
  return {
    ...job,
    conf: Object.fromEntries(Object.entries(job.conf).filter(([key]) => !done.has(key))),
    jars: [...job.jars, ...paths.map((path) => ({ at: { where: 'here', path } as const, as: undefined }))],
  };
}
