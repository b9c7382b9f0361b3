import { resolve } from 'node:path';
import { listBundleUnits } from '../../images/sets/bundle-contents.js';
import { describeParts } from '../../clusters/prepare/parts.js';
import { observeAptSources, pinMirrors, pinnedMirrorsFile } from '../../images/apt-sources.js';
import {
  type BundleManifest,
  type BundleUnit,
  checkBundle,
  type CheckedBundle,
  readBundle,
} from '../../images/bundle-manifest.js';
import { restoreBundle } from '../../images/restore-bundle.js';
import { lockFor, withLock } from '../../journal/lock.js';
import { command, type CommandInput, type CommandResult } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { ownVersion } from '../../package.js';

export const imagesRestore = command({
  name: 'images restore',
  arguments: [{ name: '<file>', description: 'a bundle that spark-dev images save wrote' }],
  examples: [
    'spark-dev images restore spark-dev-bundle.tar',
    'spark-dev images restore spark-dev-bundle.tar --dry-run',
  ],
  async run(host, input) {
    const file = resolve(host.directories.working, input.args[0] ?? '');
    const { manifest, lacks } = await check(host, await readBundle(file, input.signal), input.signal);
    if (input.global.dryRun) return showDryRun(manifest);
    return withLock(host, lockFor('spark-dev images restore', { signal: input.signal }), () =>
      restore(host, input, file, manifest, lacks),
    );
  },
});

/** The parts that this spark-dev needs, with the bundle's mirrors: they are part of every image name. */
async function check(host: Host, manifest: BundleManifest, signal: AbortSignal): Promise<CheckedBundle> {
  const parts = await describeParts(host, signal, 'registries', { ...manifest.aptSources, proxy: undefined });
  const here = { arch: host.platform.arch, sparkDevVersion: ownVersion() };
  return checkBundle(manifest, listBundleUnits(host, parts), here);
}

async function restore(
  host: Host,
  { signal }: CommandInput,
  file: string,
  manifest: BundleManifest,
  lacks: readonly BundleUnit[],
): Promise<CommandResult> {
  return inStep(host, `Restore ${file}`, async (step) => {
    const here = await observeAptSources(host, signal);
    const done = await restoreBundle(host, file, manifest, { signal, step });
    const { archive, security } = manifest.aptSources;
    const isOther = here.archive !== archive || here.security !== security;
    if (isOther) await pinMirrors(host.directories, { archive, security });
    const existed = done.wereThere.length === 0 ? '' : `; ${String(done.wereThere.length)} already existed`;
    const all = existed === '' ? 'all ' : '';
    const mirror = `These images were built from ${archive}. Builds here use it too, until you remove ${pinnedMirrorsFile(host.directories)}`;
    const own = lacks.filter(({ what }) => /^(minikube|skaffold|a Java)/.test(what));
    return {
      data: { file, ...done, pinnedMirrors: isOther ? manifest.aptSources : null },
      text: [`Restored ${all}${String(done.placed.length)} parts${existed}. Next: spark-dev init`],
      warnings: [
        ...(isOther ? [mirror] : []),
        ...own.map(({ what }) => `The bundle has no ${what}: this machine must provide it`),
      ],
    };
  });
}

function showDryRun(manifest: BundleManifest): CommandResult {
  return {
    data: { units: manifest.units, arch: manifest.arch, sparkDevVersion: manifest.sparkDevVersion },
    text: manifest.units.map(({ path, what }) => `${path}   # ${what}`),
  };
}
