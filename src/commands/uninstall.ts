import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { applyUninstall } from '../clean/uninstall/apply.js';
import { observeInstallation, type ObservedMachine } from '../clean/uninstall/observe.js';
import { dockerWitnesses } from '../clean/uninstall/paths.js';
import { planUninstall, type RemovalStep } from '../clean/uninstall/plan.js';
import { refuseWhatIsInUse, describeRemains } from '../clean/uninstall/remains.js';
import { showSteps } from '../steps/show.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { lockFor, withLock } from '../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import { count } from '../text/words.js';

const options = [
  {
    flags: '--force',
    description:
      'uninstall even if Docker does not answer, jobs or containers are running, or the cluster belongs to another home (it is kept)',
  },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another command', default: '1800' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const uninstall = command({
  name: 'uninstall',
  makesNoFolders: true,
  options,
  examples: ['spark-dev uninstall --dry-run', 'spark-dev uninstall --yes'],
  async run(host, input) {
    if (input.global.dryRun) return look(host, input);
    const removed = await withLock(host, lockFor('spark-dev uninstall', input), () => remove(host, input));
    // the lock's folder was in it
    if ((host.env['SPARK_DEV_HOME'] ?? '') !== '') await rmdir(dirname(host.directories.data)).catch(() => undefined);
    return removed;
  },
});

async function look(host: Host, { options, signal }: Input): Promise<CommandResult> {
  const seen = await observeInstallation(host, signal, { force: options.force === true });
  const steps = plan(host, seen);
  const stays = describeRemains(seen, host.directories);
  return {
    data: { removes: itemsOf(steps), stays, steps: steps.map(({ title, commands }) => ({ title, commands })) },
    text: [
      ...(steps.length === 0 ? [nothing] : steps.flatMap((step) => [...step.items.map(mark), ...showSteps([step])])),
      ...stays.map(keeping),
    ],
  };
}

async function remove(host: Host, { options, global, signal }: Input): Promise<CommandResult> {
  const seen = await observeInstallation(host, signal, { force: options.force === true });
  const steps = plan(host, seen);
  const stays = describeRemains(seen, host.directories);
  if (steps.length === 0) return { data: { removed: [], left: [], stays }, text: [nothing, ...stays.map(keeping)] };
  await refuseWhatIsInUse(host, seen, { force: options.force === true, yes: global.yes });
  for (const step of steps) {
    host.ui.say(`${step.title}: ${step.why}`);
    for (const item of step.items) host.ui.say(mark(item));
  }
  for (const line of stays) host.ui.say(keeping(line));
  if (!(await host.ui.confirm('Remove all this? The data in the cluster is lost.')))
    throw new SparkDevError('CANCELLED', 'Nothing was removed', { fix: ['spark-dev uninstall --dry-run'] });
  const troubles = await applyUninstall(host, seen, steps, signal);
  return answer(host, steps, troubles, signal);
}

/** Looks again at what is left instead of trusting the tools. */
async function answer(
  host: Host,
  steps: readonly RemovalStep[],
  troubles: readonly string[],
  signal: AbortSignal,
): Promise<CommandResult> {
  const after = await observeInstallation(host, signal, { force: true });
  // sizes may have changed meanwhile
  const nameOf = (item: string): string => item.replace(/ \([^)]*\)$/, '');
  const left = itemsOf(plan(host, after));
  const there = new Set(left.map(nameOf));
  const removed = itemsOf(steps).filter((item) => !there.has(nameOf(item)));
  const stays = describeRemains(after, host.directories);
  return {
    data: { removed, left, stays },
    text: [
      ...stays.map(keeping),
      `Removed: ${count(removed.length, 'thing')}; ${left.length === 0 ? 'nothing else of this home is left' : `not removed: ${left.join(', ')}`}`,
    ],
    warnings: troubles,
    exitCode: left.length === 0 && troubles.length === 0 ? 0 : 1,
  };
}

function plan(host: Host, seen: ObservedMachine): readonly RemovalStep[] {
  return planUninstall(seen, dockerWitnesses(host.directories));
}

function itemsOf(steps: readonly RemovalStep[]): readonly string[] {
  return steps.flatMap(({ items }) => items);
}

const nothing = 'Nothing to uninstall';

function mark(item: string): string {
  return `- ${item}`;
}

function keeping(line: string): string {
  return `Keep: ${line}`;
}
