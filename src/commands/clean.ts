import { applyClean, type CleanEnd } from '../clean/apply.js';
import { observeFolders, observeHalfMade, observeLeftovers, type Leftovers } from '../clean/observe.js';
import { removeOldImages } from '../clean/old-images.js';
import { nameObject, planClean, removeHalfMade, type CleanStep, type CleanRequest } from '../clean/plan.js';
import type { ClusterAccess } from '../clusters/capabilities.js';
import { resolveProvider } from '../clusters/providers.js';
import { loadSettings } from '../config/load-settings.js';
import { findOldImages } from '../images/sets/old-images.js';
import { showSteps } from '../steps/show.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { lockFor, withLock } from '../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import { count } from '../text/words.js';

const options = [
  { flags: '--all', description: 'also delete resources of running jobs, and of other homes' },
  { flags: '--volumes', description: 'also delete the volumes that init created, with the event logs in them' },
  { flags: '--images', description: 'also delete old images of earlier recipes and runs (like images prune)' },
  { flags: '--runs', description: 'also delete the folders of finished runs' },
  { flags: '--keep <number>', description: 'with --runs: how many of the newest to keep', default: '10' },
  { flags: '--caches', description: 'also delete build caches (Go modules, downloads)' },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another command', default: '1800' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const clean = command({
  name: 'clean',
  makesNoFolders: true,
  options,
  examples: ['spark-dev clean --dry-run', 'spark-dev clean --yes', 'spark-dev clean --runs --keep 3 --caches --yes'],
  async run(host, input) {
    if (input.global.dryRun) return look(host, input);
    return withLock(host, lockFor('spark-dev clean', input), () => sweep(host, input));
  },
});

interface Sweep {
  readonly cluster: ClusterAccess | undefined;
  readonly seen: Leftovers;
  readonly request: CleanRequest;
  readonly steps: readonly CleanStep[];
}

async function prepare(host: Host, { options, global, signal }: Input): Promise<Sweep> {
  const request = { all: options.all === true, volumes: options.volumes === true };
  const keepRuns = options.runs === true ? parseKeep(options.keep) : undefined;
  const { provider } = await loadSettings(host, global);
  // a cluster of the user's own is only reached if init prepared it
  const cluster = await (await resolveProvider(host, provider, signal)).access(host, signal);
  const [seen, folders, old, halfMade] = await Promise.all([
    observeLeftovers(host, cluster, signal),
    observeFolders(host, { keepRuns, caches: options.caches === true }),
    options.images === true ? findOldImages(host, provider, signal) : undefined,
    observeHalfMade(host),
  ]);
  const steps = [...planClean(seen, folders, cluster, request), ...removeOldImages(old), ...removeHalfMade(halfMade)];
  return { cluster, seen, request, steps };
}

async function look(host: Host, input: Input): Promise<CommandResult> {
  const { seen, steps } = await prepare(host, input);
  return {
    data: {
      removes: steps.flatMap(({ items }) => items),
      steps: steps.map(({ title, commands }) => ({ title, commands })),
    },
    text: steps.length === 0 ? [nothing] : steps.flatMap((step) => [...step.items.map(mark), ...showSteps([step])]),
    warnings: remarks(seen, input),
  };
}

async function sweep(host: Host, input: Input): Promise<CommandResult> {
  const { cluster, seen, request, steps } = await prepare(host, input);
  const warnings = remarks(seen, input);
  if (steps.length === 0) return { data: { removed: [], left: [] }, text: [nothing], warnings };
  const agreed = await ask(host, steps);
  const end = await applyClean(host, cluster, agreed, request, input.signal);
  return { data: end, text: [sum(end)], warnings, exitCode: end.left.length === 0 ? 0 : 1 };
}

/** Asks about volumes separately: a no keeps them and removes the rest. */
async function ask(host: Host, steps: readonly CleanStep[]): Promise<readonly CleanStep[]> {
  const isVolume = ({ work }: CleanStep): boolean => work.kind === 'delete-volumes';
  for (const step of steps) {
    host.ui.say(`${step.title}: ${step.why}`);
    for (const item of step.items) host.ui.say(mark(item));
  }
  const others = steps.filter((step) => !isVolume(step));
  if (others.length > 0 && !(await host.ui.confirm('Remove all this?')))
    throw new SparkDevError('CANCELLED', 'Nothing was removed', { fix: ['spark-dev clean --dry-run'] });
  const volumes = steps.filter(isVolume);
  if (volumes.length === 0 || (await host.ui.confirm('Delete the volumes too? Their data is lost.'))) return steps;
  return others;
}

function remarks({ liveRuns, objects }: Leftovers, { options }: Input): readonly string[] {
  if (objects === undefined) return ['No cluster is running: only this machine was checked'];
  if (options.all === true) return [];
  const { runs, others, volumes, foreign } = objects;
  const foreignRuns = runs.filter(({ isForeign }) => isForeign).map(({ runId }) => runId);
  const atWork = [...liveRuns].filter((runId) => !foreignRuns.includes(runId));
  const foreignObjects = [...others, ...(options.volumes === true ? volumes : [])].filter(({ uid }) =>
    foreign.has(uid),
  );
  const notOurs = [...foreignRuns, ...foreignObjects.map(nameObject)];
  return [
    ...(atWork.length === 0 ? [] : [`Kept, because they are running: ${atWork.join(', ')} (${andAll})`]),
    ...(notOurs.length === 0
      ? []
      : [`Kept, because nothing proves that this home made them: ${notOurs.join(', ')} (${andAll})`]),
  ];
}

const andAll = '--all removes them too';

const nothing = 'Nothing to remove';

function mark(item: string): string {
  return `- ${item}`;
}

function sum({ removed, left }: CleanEnd): string {
  const gone = `Removed: ${count(removed.length, 'thing')}`;
  return left.length === 0 ? `${gone}; nothing is left` : `${gone}; not removed: ${left.join(', ')}`;
}

function parseKeep(text = ''): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new SparkDevError('USAGE', `--keep ${text} is not a valid number of runs`, { fix: ['--runs --keep 3'] });
}
