import { findOldImages, type OldImages } from '../../images/sets/old-images.js';
import { loadSettings } from '../../config/load-settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { prune, removalCommands, showPrune, type PrunePlan } from '../../images/prune.js';
import { lockFor, withLock } from '../../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { showBytes } from '../../text/sizes.js';
import { count } from '../../text/words.js';
import { imagesLog } from '../../images/image-store.js';

const options = [
  { flags: '--over-base', description: 'also unused images that images build --base made' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const imagesPrune = command({
  name: 'images prune',
  options,
  examples: ['spark-dev images prune --dry-run', 'spark-dev images prune --yes'],
  async run(host, input) {
    if (input.global.dryRun) return showDryRun(await findOld(host, input));
    // during an init, unfinished images would look old
    return withLock(host, lockFor('spark-dev images prune', { signal: input.signal }), () => pruneAll(host, input));
  },
});

async function findOld(host: Host, { options, global, signal }: Input): Promise<OldImages> {
  const { provider } = await loadSettings(host, global);
  return findOldImages(host, provider, signal, { overBase: options.overBase === true });
}

function showDryRun({ plan: planned }: OldImages): CommandResult {
  const commands = [...removalCommands(planned.images), ...planned.files.map(({ path }) => ['rm', '--force', path])];
  return {
    data: { ...planned, commands },
    text: isEmpty(planned) ? ['There are no old images'] : [...showPrune(planned), ...commands.map(quoteArgv)],
  };
}

async function pruneAll(host: Host, input: Input): Promise<CommandResult> {
  const { signal } = input;
  const { plan: planned, daemons, clusterAnswers } = await findOld(host, input);
  for (const line of showPrune(planned)) host.ui.say(line);
  const unseen = !clusterAnswers ? ['The cluster is not running: its images were not checked'] : [];
  if (isEmpty(planned))
    return { data: { images: [], stayed: [], files: [] }, text: ['There are no old images'], warnings: unseen };
  if (!(await host.ui.confirm(`Remove ${countBoth(planned)}?`)))
    throw new SparkDevError('CANCELLED', 'Nothing was removed');
  const done = await prune(host, planned, daemons, { logFile: imagesLog(host, 'prune'), signal });
  const bytes = [...done.images, ...done.files].reduce((sum, one) => sum + one.bytes, 0);
  const stayed = done.stayed.map(({ references }) => `${references.join(', ')} remains: Docker did not remove it`);
  return {
    data: done,
    text: [`Removed ${countBoth(done)}, up to ${showBytes(bytes)}: shared layers are kept`],
    warnings: [...unseen, ...stayed],
  };
}

type Removed = Pick<PrunePlan, 'images' | 'files'>;

function countBoth({ images, files }: Removed): string {
  return `${count(images.length, 'image')} and ${count(files.length, 'file')}`;
}

function isEmpty({ images, files }: Removed): boolean {
  return images.length === 0 && files.length === 0;
}
