import { changeDesktopSize, describeDesktopResize } from '../../clusters/docker-desktop/resize.js';
import { showEdit } from '../../clusters/docker-desktop/plan-resize.js';
import {
  describeRecreation,
  recreateCluster,
  type RecreationRequest,
} from '../../clusters/recreate/recreate-cluster.js';
import { chooseSize } from '../../clusters/resize/offers.js';
import {
  canResizeInPlace,
  forgetUnfinishedResize,
  planResizeInPlace,
  readUnfinishedResize,
  resizeInPlace,
  type Resized,
} from '../../clusters/resize/in-place.js';
import { requireAbility } from '../../clusters/provider.js';
import { resolveProvider } from '../../clusters/resolve-provider.js';
import { showSteps } from '../../steps/show.js';
import { showCapacity, type HostCapacity } from '../../kube/size.js';
import { loadSettings } from '../../config/load-settings.js';
import { resolveSettings } from '../../config/resolve.js';
import { noSettings } from '../../config/settings.js';
import { lockFor, withLock } from '../../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { showGigabytes } from '../../text/sizes.js';

const options = [
  { flags: '--cpus <number>', description: 'CPUs of the cluster; as many as now when absent' },
  {
    flags: '--memory <size>',
    description: 'memory: 6g, 6Gi, 6144m; a bare number is MiB; as much as now when absent',
  },
  { flags: '--recreate', description: 'recreate the cluster; back up and restore its data' },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another init or down', default: '1800' },
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
    const size = await readSize(host, input);
    const request = { size, signal: input.signal };
    const settings = await loadSettings(host, input.global);
    if ((await resolveProvider(host, settings.provider, input.signal)) === 'docker-desktop') {
      if (input.options.recreate === true) requireAbility('docker-desktop', 'recreate');
      return resizeDesktop(host, input, request);
    }
    if (input.options.recreate === true || !(await canResizeInPlace(host))) return recreate(host, input, request);
    if (input.global.dryRun) return showDryRun(await planResizeInPlace(host, request));
    return tell(await resizeInPlace(host, { ...request, lock: lockFor('spark-dev cluster resize', input) }));
  },
});

async function resizeDesktop(host: Host, input: Input, request: RecreationRequest): Promise<CommandResult> {
  if (input.global.dryRun) {
    const { steps, edit, stops, target } = await describeDesktopResize(host, request);
    return {
      data: { steps, stops, after: target },
      text:
        steps.length === 0
          ? [desktopHas(target)]
          : [...showSteps(steps), ...(edit === undefined ? [] : showEdit(edit))],
    };
  }
  const { steps, stops, target } = await withLock(host, lockFor('spark-dev cluster resize', input), () =>
    changeDesktopSize(host, request),
  );
  const left = steps.find(({ id }) => id === 'ask');
  return {
    data: { changed: steps.map(({ id }) => id), stops, after: target, ask: left?.title ?? null },
    text: [left === undefined ? desktopHas(target) : `Written. What is left to do: ${left.title}`],
  };
}

function desktopHas(size: HostCapacity): string {
  return `Docker Desktop has ${showCapacity(size)}`;
}

async function recreate(host: Host, input: Input, request: RecreationRequest): Promise<CommandResult> {
  if (input.global.dryRun) {
    const { before, plan, steps, kept, lost } = await describeRecreation(host, request);
    return {
      data: { before, after: plan.size, steps, kept, lost },
      text: [...kept.map((line) => `Kept: ${line}`), ...lost.map((line) => `Lost: ${line}`), ...showSteps(steps)],
    };
  }
  const { recreation, tookMs } = await withLock(host, lockFor('spark-dev cluster resize', input), async () => {
    await forgetUnfinishedResize(host);
    return recreateCluster(host, request);
  });
  const { before, plan, kept, lost } = recreation;
  return {
    data: { before, after: plan.size, kept, lost, durationsMs: tookMs },
    text: [`The cluster was recreated with ${showCapacity(plan.size)}, it had ${showCapacity(before)}`],
  };
}

/** What the flags say; without them an unfinished resize goes on, or somebody at a terminal chooses. */
async function readSize(host: Host, { options, variables, signal }: Input): Promise<Partial<HostCapacity>> {
  const { cpus, memoryMb } = resolveSettings(options, noSettings, variables);
  if (cpus === undefined && memoryMb === undefined) {
    return (await readUnfinishedResize(host)) ?? (await chooseSize(host, signal));
  }
  if (memoryMb !== undefined && /^\d+$/.test(String(options.memory).trim()))
    host.ui.say(`--memory ${String(memoryMb)} is read as MiB: ${showGigabytes(memoryMb)}`);
  return { ...(cpus === undefined ? {} : { cpus }), ...(memoryMb === undefined ? {} : { memoryMb }) };
}

function showDryRun({ before, target, steps }: Awaited<ReturnType<typeof planResizeInPlace>>): CommandResult {
  return {
    data: { before, after: { cpus: target.cpus, memoryMb: target.memoryMb }, steps },
    text: steps.length === 0 ? [nothingToDo(target)] : showSteps(steps),
  };
}

function tell({ before, after, durationsMs, isRunning }: Resized): CommandResult {
  const changed = Object.keys(durationsMs);
  const had = showCapacity(before) === showCapacity(after) ? '' : `, it had ${showCapacity(before)}`;
  const running = isRunning ? 'everything in it went on' : 'it is stopped, and will start so';
  return {
    data: { before, after, changed, durationsMs },
    text: [changed.length === 0 ? nothingToDo(after) : `The cluster has ${showCapacity(after)} now${had}; ${running}`],
  };
}

function nothingToDo(size: HostCapacity): string {
  return `Nothing to do: the cluster has ${showCapacity(size)}, and everything that knows its size says so`;
}
