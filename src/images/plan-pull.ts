import type { ImageSettings } from '../config/settings.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { daemonTitles } from './daemon.js';
import { tagArgv } from './docker-argv.js';
import { requireFreeDisk } from './free-disk.js';
import { listCandidates, type PullPlan } from './pull-candidates.js';
import { localName, parseReference, pullName } from './reference.js';
import { findLayerBytes } from './registry-manifest.js';

/** Layers unpack to about three times their size, and the packed file stays until then. */
const unpackedFactor = 4;

/** Candidates and sizes for each image, from the first registry that answers. */
export async function planPull(
  host: Host,
  words: readonly string[],
  settings: ImageSettings = { mirrors: {}, fallbacks: {} },
  signal: AbortSignal,
): Promise<readonly PullPlan[]> {
  return Promise.all(
    words.map(async (word): Promise<PullPlan> => {
      const wanted = parseReference(word);
      const candidates = listCandidates(wanted, settings);
      for (const { reference } of candidates) {
        const layerBytes = await findLayerBytes(host, reference, signal);
        if (layerBytes !== undefined) return { wanted, candidates, layerBytes };
      }
      return { wanted, candidates, layerBytes: undefined };
    }),
  );
}

/** Runs before the first byte. Images of unknown size do not count. */
export async function requireBudget(host: Host, plans: readonly PullPlan[], signal: AbortSignal): Promise<number> {
  const bytes = plans.reduce((sum, { layerBytes = 0 }) => sum + layerBytes, 0) * unpackedFactor;
  const argv = ['docker', 'info', '--format', '{{.DockerRootDir}}'];
  const root = (await host.runner.run(argv, { signal, timeoutMs: 10_000 })).stdout.trim();
  await requireFreeDisk(root === '' ? '/' : root, bytes, `Pulling into ${daemonTitles.host}`);
  return bytes;
}

/** The equivalent docker commands, from the first candidate of each. */
export function pullCommands({ wanted, candidates }: PullPlan): readonly Argv[] {
  return candidates.flatMap(({ reference }) => {
    const from = pullName(reference);
    const name = wanted.tag === undefined ? from : localName(wanted);
    return [['docker', 'pull', from], ...(from === name ? [] : [tagArgv(from, name)])];
  });
}
