import { explainInability, requireAbility } from '../../clusters/capabilities.js';
import { findPreparedCluster, resolveProvider } from '../../clusters/providers.js';
import { command, type CommandInput, type OptionSpec } from '../../command.js';
import { loadSettings } from '../../config/load-settings.js';
import { pickSize, resolveSettings } from '../../config/resolve.js';
import { noSettings } from '../../config/settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { lockFor } from '../../journal/lock.js';
import type { HostCapacity } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { listStandbys } from '../../runs/standby.js';
import { showGigabytes } from '../../text/sizes.js';

const options = [
  { flags: '--cpus <number>', description: 'CPUs of the cluster (default: unchanged)' },
  {
    flags: '--memory <size>',
    description: 'memory: 6g, 6Gi, 6144m; a bare number is MiB (default: unchanged)',
  },
  { flags: '--recreate', description: 'recreate the cluster; back up and restore its data' },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another command', default: '1800' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const clusterResize = command({
  name: 'cluster resize',
  options,
  examples: [
    'spark-dev cluster resize --memory 6g',
    'spark-dev cluster resize --cpus 4 --memory 8g --dry-run',
    'spark-dev cluster resize',
    'spark-dev cluster resize --recreate --memory 6g --dry-run',
    'spark-dev cluster resize --provider docker-desktop --memory 8g --dry-run',
  ],
  async run(host, input) {
    const { global, options, signal } = input;
    const wanted = readSize(host, input);
    const settings = await loadSettings(host, global);
    const provider = await resolveProvider(host, settings.provider, signal);
    const recreate = options.recreate === true;
    requireAbility(provider, recreate ? 'recreate' : 'resize');
    if (provider.resize === undefined) throw explainInability(provider, 'resize');
    const size = wanted ?? (await provider.chooseSize?.(host, signal)) ?? unknownSize();
    if (!global.dryRun) await makeRoom(host, provider.name);
    const lock = lockFor('spark-dev cluster resize', input);
    return provider.resize(host, { size, recreate, dryRun: global.dryRun, lock, signal });
  },
});

/** A driver that only waits for a program is no reason to refuse a size, or to wait. */
async function makeRoom(host: Host, provider: string): Promise<void> {
  if ((await listStandbys(host, 'cluster')).length === 0) return;
  const { endOnCluster } = await import('../../run/launch/client/standby.js');
  const answer = await findPreparedCluster(host, { provider, timeoutMs: 10_000 });
  if ('found' in answer) await endOnCluster({ host, cluster: answer.found });
}

/** Undefined without size flags. */
function readSize(host: Host, { options, variables }: Input): Partial<HostCapacity> | undefined {
  const size = pickSize(resolveSettings(options, noSettings, variables));
  const { memoryMb } = size;
  if (memoryMb !== undefined && /^\d+$/.test(String(options.memory).trim()))
    host.ui.say(`--memory ${String(memoryMb)} is read as MiB: ${showGigabytes(memoryMb)}`);
  return Object.keys(size).length === 0 ? undefined : size;
}

function unknownSize(): never {
  throw new SparkDevError('USAGE', 'No size was given', {
    why: 'cluster resize needs --cpus or --memory, and cannot prompt here.',
    fix: ['spark-dev cluster resize --memory 6g', 'spark-dev cluster resize --cpus 4 --memory 8g --dry-run'],
  });
}
