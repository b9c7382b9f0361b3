import {
  listBuildCaches,
  listLocalTables,
  listOldRuns,
  listScratch,
  measureFolders,
  removeFolders,
} from '../clean/folders.js';
import { observeLeftovers, type Leftovers } from '../clean/observe.js';
import { nameObject, planClean, announceRemovals, showRemovals, type Removal, applyClean } from '../clean/plan.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../command.js';
import { resolveProvider } from '../clusters/providers.js';
import { loadSettings } from '../config/load-settings.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { findOldImages, type OldImages } from '../images/sets/old-images.js';
import { lockFor, withLock } from '../journal/lock.js';
import type { Host } from '../ports/host.js';
import { count } from '../text/words.js';
import { listAbandoned } from '../toolchain/half-made.js';
import { prune, removalCommands, type ImageRemoval } from '../images/prune.js';
import { daemonTitles } from '../images/observed-image.js';
import { imagesLog } from '../images/image-store.js';

const options = [
  { flags: '--all', description: 'also delete resources of running jobs, and of other homes' },
  {
    flags: '--volumes',
    description:
      'also delete the volumes that init created, with the event logs in them, and Hive tables of local mode',
  },
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
    if (!input.global.dryRun) return withLock(host, lockFor('spark-dev clean', input), () => sweep(host, input));
    const { seen, steps } = await prepare(host, input);
    const { data, text } = showRemovals(steps);
    return { data, text: steps.length === 0 ? [nothing] : text, warnings: explainKept(seen, input) };
  },
});

const nothing = 'Nothing to remove';

async function prepare(
  host: Host,
  { options, global, signal }: Input,
): Promise<{ readonly seen: Leftovers; readonly steps: readonly Removal[] }> {
  const keepRuns = options.runs === true ? parseKeep(options.keep) : undefined;
  const { provider } = await loadSettings(host, global);
  // a cluster of the user's own is only reached if init prepared it
  const cluster = await (await resolveProvider(host, provider, signal)).access(host, signal);
  const [seen, runs, tables, caches, old, scratch, abandoned] = await Promise.all([
    observeLeftovers(host, cluster, signal),
    keepRuns === undefined ? [] : listOldRuns(host, keepRuns),
    options.volumes === true ? listLocalTables(host) : [],
    options.caches === true ? listBuildCaches(host) : [],
    options.images === true ? findOldImages(host, provider, signal) : undefined,
    listScratch(host),
    listAbandoned(host),
  ]);
  const steps = [
    ...planClean(seen, { all: options.all === true, volumes: options.volumes === true }),
    removeFolders(await measureFolders(host, tables), 'delete-tables', 'requested by --volumes', {
      item: 'Hive tables in',
      one: 'folder of Hive tables',
      many: 'folders of Hive tables',
    }),
    removeFolders(await measureFolders(host, [...runs, ...caches]), 'folders', 'they are recreated when needed'),
    ...(old === undefined ? [] : [removeOldImages(old)]),
    // last, when the programs that were making them are gone
    removeFolders(
      await measureFolders(host, [...scratch, ...abandoned]),
      'half-made',
      'left by a killed run, download or build',
      { item: 'temporary', one: 'temporary file or folder', many: 'temporary files and folders' },
    ),
  ];
  return { seen, steps: steps.filter(({ items }) => items.length > 0) };
}

async function sweep(host: Host, input: Input): Promise<CommandResult> {
  const { seen, steps } = await prepare(host, input);
  const warnings = explainKept(seen, input);
  if (steps.length === 0) return { data: { removed: [], left: [] }, text: [nothing], warnings };
  const agreed = await ask(host, steps);
  const end = await applyClean(host, seen.cluster, agreed, input.signal);
  const { removed, left } = end;
  const rest = left.length === 0 ? 'nothing is left' : `not removed: ${left.join(', ')}`;
  const text = [`Removed: ${count(removed.length, 'thing')}; ${rest}`];
  return { data: end, text, warnings, exitCode: left.length === 0 ? 0 : 1 };
}

const ofVolumes = ['delete-volumes', 'delete-tables'];

/** Asks about volumes separately: a no keeps them and removes the rest. */
async function ask(host: Host, steps: readonly Removal[]): Promise<readonly Removal[]> {
  announceRemovals(host, steps);
  const others = steps.filter(({ id }) => !ofVolumes.includes(id));
  if (others.length > 0 && !(await host.ui.confirm('Remove all this?')))
    throw new SparkDevError('CANCELLED', 'Nothing was removed', { fix: ['spark-dev clean --dry-run'] });
  if (others.length === steps.length) return steps;
  return (await host.ui.confirm('Delete the volumes and tables too? Their data is lost.')) ? steps : others;
}

function explainKept({ cluster, objects, liveRuns }: Leftovers, { options }: Input): readonly string[] {
  if (cluster === undefined) return ['No cluster is running: only this machine was checked'];
  if (options.all === true) return [];
  const { runs, others, volumes, foreign } = objects;
  const foreignRuns = runs.filter(({ isForeign }) => isForeign).map(({ runId }) => runId);
  const active = [...liveRuns].filter((runId) => !foreignRuns.includes(runId));
  const candidates = [...others, ...(options.volumes === true ? volumes : [])];
  const notOurs = [...foreignRuns, ...candidates.filter(({ uid }) => foreign.has(uid)).map(nameObject)];
  const kept = [
    ['they are running', active],
    ['nothing proves that this home made them', notOurs],
  ] as const;
  return kept.flatMap(([why, names]) =>
    names.length === 0 ? [] : [`Kept, because ${why}: ${names.join(', ')} (--all removes them too)`],
  );
}

function parseKeep(text = ''): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new SparkDevError('USAGE', `--keep ${text} is not a valid number of runs`, { fix: ['--runs --keep 3'] });
}

/** What `images prune` would remove. */
export function removeOldImages({ plan, daemons }: OldImages): Removal {
  const { images, files } = plan;
  return {
    id: 'prune',
    title: `Remove ${count(images.length, 'image')} and ${count(files.length, 'image file')}`,
    why: 'made by earlier recipes and earlier runs',
    commands: [...removalCommands(images), ...files.map(({ path }) => ['rm', '--force', path])],
    items: [...images.map(nameImage), ...files.map(({ path }) => `file ${path}`)],
    remove: async (host, signal) => {
      const { stayed } = await prune(host, plan, daemons, { logFile: imagesLog(host, 'prune'), signal });
      return stayed.map(nameImage);
    },
  };
}

function nameImage({ place, references }: ImageRemoval): string {
  return `image ${references.join(', ')} in ${daemonTitles[place]}`;
}
