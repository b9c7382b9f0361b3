import { command } from '../../command.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';

export const runsPrune = command({
  name: 'runs prune',
  makesNoFolders: true,
  options: [{ flags: '--keep <number>', description: 'how many of the newest to keep (default: 100, up to 2 GB)' }],
  examples: ['spark-dev runs prune --dry-run', 'spark-dev runs prune --keep 10 --yes'],
  async run(host, { options: { keep }, global, signal }) {
    const [{ listPrunable }, { measureFolders, removeFolders }, { announceRemovals, showRemovals }] = await Promise.all(
      [import('../../runs/prune.js'), import('../../clean/folders.js'), import('../../clean/plan.js')],
    );
    if (keep !== undefined && !/^\d{1,6}$/.test(keep))
      throw new SparkDevError('USAGE', `Invalid value for --keep: ${keep} is not a number of runs`, {
        fix: ['--keep 3'],
      });
    const folders = await listPrunable(host, keep === undefined ? undefined : { runs: Number(keep), bytes: Infinity });
    const removal = removeFolders(await measureFolders(host, folders), 'folders', 'newer runs are kept');
    const nothing = { data: { removes: [], removed: [] }, text: ['Nothing to remove'] };
    if (folders.length === 0) return nothing;
    if (global.dryRun) return showRemovals([removal]);
    announceRemovals(host, [removal]);
    if (!(await host.ui.confirm('Remove all this?'))) throw new SparkDevError('CANCELLED', 'Nothing was removed');
    await removal.remove(host, signal);
    return { data: { removed: folders }, text: [`Removed: ${String(folders.length)} runs`] };
  },
});
