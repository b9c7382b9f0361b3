import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { observeInstallation, type ObservedMachine } from '../clean/uninstall/observe.js';
import { planUninstall, applyUninstall } from '../clean/uninstall/plan.js';
import { refuseWhatIsInUse, describeRemains } from '../clean/uninstall/remains.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { lockFor, withLock } from '../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import { count } from '../text/words.js';
import { announceRemovals, itemsOf, showRemovals, type Removal } from '../clean/plan.js';

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
    const force = input.options.force === true;
    if (input.global.dryRun) {
      const { steps, stays } = await survey(host, input.signal, force);
      const { data, text } = showRemovals(steps);
      return { data: { ...data, stays }, text: [...(steps.length === 0 ? [nothing] : text), ...stays.map(keeping)] };
    }
    const removed = await withLock(host, lockFor('spark-dev uninstall', input), () => remove(host, input, force));
    // the lock's folder was in it
    if ((host.env['SPARK_DEV_HOME'] ?? '') !== '') await rmdir(dirname(host.directories.data)).catch(() => undefined);
    return removed;
  },
});

const nothing = 'Nothing to uninstall';

interface Survey {
  readonly seen: ObservedMachine;
  readonly steps: readonly Removal[];
  readonly stays: readonly string[];
}

async function survey(host: Host, signal: AbortSignal, force: boolean): Promise<Survey> {
  const seen = await observeInstallation(host, signal, { force });
  const { directories } = host;
  return { seen, steps: planUninstall(seen, directories), stays: describeRemains(seen, directories) };
}

async function remove(host: Host, { global, signal }: Input, force: boolean): Promise<CommandResult> {
  const { seen, steps, stays } = await survey(host, signal, force);
  if (steps.length === 0) return { data: { removed: [], left: [], stays }, text: [nothing, ...stays.map(keeping)] };
  await refuseWhatIsInUse(host, seen, { force, yes: global.yes });
  announceRemovals(host, steps);
  for (const line of stays) host.ui.say(keeping(line));
  if (!(await host.ui.confirm("Remove all this? The data in the cluster and in Hive's tables is lost.")))
    throw new SparkDevError('CANCELLED', 'Nothing was removed', { fix: ['spark-dev uninstall --dry-run'] });
  const troubles = await applyUninstall(host, steps, signal);
  return answer(itemsOf(steps), troubles, await survey(host, signal, true));
}

/** From a second look at what is left, instead of trusting the tools. */
function answer(items: readonly string[], troubles: readonly string[], { steps, stays }: Survey): CommandResult {
  // sizes may have changed meanwhile
  const nameOf = (item: string): string => item.replace(/ \([^)]*\)$/, '');
  const left = itemsOf(steps);
  const there = new Set(left.map(nameOf));
  const removed = items.filter((item) => !there.has(nameOf(item)));
  const rest = left.length === 0 ? 'nothing else of this home is left' : `not removed: ${left.join(', ')}`;
  return {
    data: { removed, left, stays },
    text: [...stays.map(keeping), `Removed: ${count(removed.length, 'thing')}; ${rest}`],
    warnings: troubles,
    exitCode: left.length === 0 && troubles.length === 0 ? 0 : 1,
  };
}

function keeping(line: string): string {
  return `Keep: ${line}`;
}
