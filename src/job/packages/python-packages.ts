import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isThere } from '../../files/paths.js';
import type { PythonRequirements } from '../job.js';
import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { count } from '../../text/words.js';
import { complete, halfMadeName, unlessThere, workVariable } from '../../toolchain/half-made.js';
import { fetchFromPypi, type PinnedFile } from '../../toolchain/pypi/pypi.js';
import type { SparkVersion } from '../../toolchain/spark/versions.js';

/** The Python that will import them. */
export interface PythonTarget {
  /** `3.11` */
  readonly python: string;
  /** As `uname -m` prints it: `x86_64`, `aarch64`, on macOS `arm64`. */
  readonly machine: string;
  readonly system: 'linux' | 'darwin';
}

/** A program for the Python itself, and what it prints. */
export const describePython =
  'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.machine(), sys.platform)';

export function readPythonTarget(stdout: string): PythonTarget {
  const [python = '', machine = '', system = ''] = stdout.trim().split(' ');
  return { python, machine, system: system === 'darwin' ? 'darwin' : 'linux' };
}

/** The sum is PyPI's own. */
const pip: PinnedFile = {
  project: 'pip',
  name: 'pip-25.3-py3-none-any.whl',
  sha256: '9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd',
  sizeMb: 2,
};

const withinMs = 20 * 60_000;

/**
 * A folder with the packages, unpacked for the target; made once for each state of the requirements. pip runs on this machine,
 * because its settings may hold passwords, which an image's history would keep. Throws BUILD_FAILED when pip finds no solution,
 * and DOWNLOAD_FAILED when it reaches no index.
 */
export async function ensurePythonPackages(
  host: Host,
  requirements: PythonRequirements,
  wanted: PackagesFor,
): Promise<string> {
  const folder = await packagesFolder(host, requirements, wanted);
  if (await isThere(folder)) return folder;
  await inStep(host, 'Resolve Python packages', async (step) => {
    const wheel = await fetchFromPypi(host, pip, { signal: wanted.signal });
    const found = await unpackPackages(host, requirements, wanted, { wheel, folder, onPackage: step.progress });
    step.note(count(found, 'package'));
  });
  return folder;
}

/** The number of packages. */
export async function unpackPackages(
  host: Host,
  requirements: PythonRequirements,
  { target, spark, python, signal }: PackagesFor,
  {
    wheel,
    folder,
    onPackage,
  }: { readonly wheel: string; readonly folder: string; readonly onPackage: (name: string) => void },
): Promise<number> {
  const part = halfMadeName(folder);
  const printed: string[] = [];
  const request = { ...requirements, ...target, spark: spark.version, target: part };
  try {
    await mkdir(part, { recursive: true });
    await host.runner.run([python, '-I', join(host.directories.package, 'toolchain', 'pip', 'resolve.py'), wheel], {
      signal,
      timeoutMs: withinMs,
      input: JSON.stringify(request),
      env: { ...installSettings, [workVariable]: part },
      onLine: (line) => {
        printed.push(line);
        const name = /^(?:Collecting|Processing) (\S+)/.exec(line)?.[1];
        if (name !== undefined) onPackage(name);
      },
    });
    for (const line of printed.filter((one) => one.startsWith('dropped ')))
      host.ui.say(`${line.replace('dropped ', '')} is left out: Spark ${spark.version} brings its own`);
    const names = await readdir(part);
    // the stand-in for pyspark, and what Spark itself brings along
    const ofSpark = names.filter((name) => /^(pyspark|py4j)\b/.test(name));
    for (const name of ofSpark) await rm(join(part, name), { recursive: true });
    await complete(part, folder).catch(unlessThere(folder));
    return names.filter((name) => name.endsWith('.dist-info') && !ofSpark.includes(name)).length;
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') throw error;
    throw explainPip(printed, target, error);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** The user's settings for installing into a Python would get in the way. */
const installSettings = {
  PIP_USER: '0',
  PIP_REQUIRE_VIRTUALENV: '0',
  PIP_PREFIX: undefined,
  PIP_TARGET: undefined,
  PIP_NO_DEPS: undefined,
};

interface PackagesFor {
  readonly target: PythonTarget;
  readonly spark: SparkVersion;
  /** Any Python 3.9 or newer on this machine, which runs pip. */
  readonly python: string;
  readonly signal: AbortSignal;
}

async function packagesFolder(
  { directories }: Pick<Host, 'directories'>,
  { named, files, projects }: PythonRequirements,
  { target, spark }: PackagesFor,
): Promise<string> {
  const wheels = named.filter((one) => one.endsWith('.whl'));
  const texts = await Promise.all([...files.map((file) => readNested(file)), ...[...projects, ...wheels].map(hashOf)]);
  const state = JSON.stringify([named, texts, target, spark.version, pip.sha256]);
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 16);
  return join(directories.cache, 'python-packages', `py${target.python}-${hash}`);
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** A requirements file with those that it names, each once; pip tells what is wrong with one. */
async function readNested(path: string, seen = new Set<string>()): Promise<readonly unknown[]> {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = await readFile(path, 'utf8').catch(() => '');
  const names = [...text.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[\s=]+(\S+)/gm)].map(
    ([, name = '']) => name,
  );
  const local = names.filter((name) => !/^\w+:\/\//.test(name));
  return [text, ...(await Promise.all(local.map((name) => readNested(resolve(dirname(path), name), seen))))];
}

function explainPip(printed: readonly string[], target: PythonTarget, cause: SparkDevError): SparkDevError {
  const [, foreign] = printed.map((line) => /^built here: (\S+)/.exec(line)).find((found) => found !== null) ?? [];
  const here = `Python ${target.python} on ${target.system}/${target.machine}`;
  if (foreign !== undefined)
    return new SparkDevError('BUILD_FAILED', `${foreign} has no wheel for ${here}`, {
      why: 'Only its source can be had, and a compiled part that is built here would not run there.',
      fix: [
        'Ask for a version that has a wheel',
        `Build one there, and name it: --with dist/NAME-cp${target.python.replace('.', '')}-….whl`,
      ],
      cause,
    });
  const failed = printed.map((line) => /^ERROR: Failed (?:to build|building wheel for) '?([\w.-]+)/.exec(line)?.[1]);
  const unbuilt = failed.find((name) => name !== undefined);
  if (unbuilt !== undefined)
    return new SparkDevError('BUILD_FAILED', `pip cannot build ${unbuilt} from its source`, {
      why: `The wanted version of ${unbuilt} has no wheel for ${here}.`,
      fix: [
        `Ask for a newer version of ${unbuilt} in the requirements`,
        `Leave the requirements file out and name what the program needs: --requirements none --with ${unbuilt}`,
      ],
      cause,
    });
  const errors = printed.filter((line) => /^ {0,2}(ERROR|error): |^The conflict is caused by|^ {4}\S/.test(line));
  const isOffline = printed.some((line) => /^WARNING: Retrying/.test(line));
  return new SparkDevError(isOffline ? 'DOWNLOAD_FAILED' : 'BUILD_FAILED', 'pip cannot resolve the Python packages', {
    why:
      errors
        .map((line) => line.trim().slice(0, 300))
        .slice(0, 8)
        .join('\n') ||
      (cause.why ?? ''),
    fix: isOffline ? ['python3 -m pip config list   # indexes and proxies that pip uses'] : [],
    cause,
  });
}
