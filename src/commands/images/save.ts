import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { listBundleUnits, findPresentUnits, type PresentUnits } from '../../images/sets/bundle-contents.js';
import { describeParts, type ClusterParts } from '../../clusters/prepare/parts.js';
import { resolveSource } from '../../clusters/prepare/source.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { saveBundle } from '../../images/save-bundle.js';
import { lockFor, withLock } from '../../journal/lock.js';
import { command, type CommandInput, type CommandResult } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { ensureManagedJava } from '../../toolchain/spark/java.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import { inStep } from '../../steps/apply.js';
import { showBytes } from '../../text/sizes.js';
import { ownVersion } from '../../package.js';
import { isThere } from '../../files/paths.js';

export const imagesSave = command({
  name: 'images save',
  arguments: [{ name: '<file>', description: 'bundle to write; compressed if the name ends in .gz' }],
  examples: ['spark-dev images save spark-dev-bundle.tar', 'spark-dev images save spark-dev-bundle.tar.gz'],
  async run(host, input) {
    await requireRegistries(host);
    const parts = await describeParts(host, input.signal);
    const file = resolve(host.directories.working, input.args[0] ?? '');
    if (input.global.dryRun) return showDryRun(file, await findPresentUnits(host, listBundleUnits(host, parts)));
    // a concurrent prune or init would change the bundle's contents
    return withLock(host, lockFor('spark-dev images save', { signal: input.signal }), () =>
      save(host, input, parts, file),
    );
  },
});

/** Official images and releases are not ours to redistribute, and minikube stores them elsewhere. */
async function requireRegistries(host: Host): Promise<void> {
  if ((await resolveSource(host)) === 'registries') return;
  throw new SparkDevError('PREREQUISITE_MISSING', 'Only a cluster built from package registries can be saved', {
    why: 'This cluster uses official releases.',
    fix: ['spark-dev down --delete && spark-dev init --source registries   # then save again'],
  });
}

async function save(host: Host, { signal }: CommandInput, parts: ClusterParts, file: string): Promise<CommandResult> {
  const before = await findPresentUnits(host, listBundleUnits(host, parts));
  requireWhole(before);
  await askToReplace(host, file);
  const warnings = before.missing.some(({ what }) => what === 'a Java') ? await fetchJava(host, signal) : [];
  const { units, missing } = await findPresentUnits(host, listBundleUnits(host, parts));
  return inStep(host, `Save ${file}`, async (step) => {
    const { archive, security } = parts.root.sources;
    const sparkDevVersion = ownVersion();
    const manifest = await saveBundle(host, {
      file,
      units,
      sparkDevVersion,
      aptSources: { archive, security },
      signal,
      step,
    });
    const { size } = await stat(file);
    step.note(showBytes(size));
    return {
      data: { file, bytes: size, arch: manifest.arch, units: manifest.units, files: manifest.files.length },
      text: [`${file} (${showBytes(size)}) contains a cluster without Docker. Restore: spark-dev images restore FILE`],
      warnings: [...warnings, ...warnOf(missing)],
    };
  });
}

function requireWhole({ missing }: PresentUnits): void {
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  if (needed.length === 0) return;
  throw new SparkDevError('IMAGE_MISSING', 'Some parts of the bundle are missing', {
    why: `Missing: ${needed.map(({ what }) => what).join(', ')}.`,
    fix: ['spark-dev images pull', 'spark-dev init --yes'],
  });
}

async function askToReplace(host: Host, file: string): Promise<void> {
  if ((await isThere(file)) && !(await host.ui.confirm(`Replace ${file}?`)))
    throw new SparkDevError('CANCELLED', `${file} was not changed`);
}

/** With Java installed here, none was downloaded; the other machine may have none. */
async function fetchJava(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  try {
    await ensureManagedJava(host, sparkVersion, signal);
    return [];
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return [`The bundle has no Java (${error.what}): the other machine needs Java to compile Scala`];
  }
}

function warnOf(missing: PresentUnits['missing']): readonly string[] {
  const tools = missing.map(({ what }) => what).filter((what) => /^(minikube|skaffold) /.test(what));
  return tools.map((what) => `${what} is not in the bundle, because this machine uses the one on PATH`);
}

function showDryRun(file: string, { units, missing }: PresentUnits): CommandResult {
  return {
    data: { file, units, missing },
    text: [
      `# Write ${file} with:`,
      ...units.map(({ path, what }) => `${path}   # ${what}`),
      ...missing.map(({ path, what }) => `# missing: ${path} (${what})`),
    ],
  };
}
