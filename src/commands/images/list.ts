import { findImageSet, observeImages } from '../../images/sets/image-set.js';
import { loadSettings } from '../../config/load-settings.js';
import { describeRows, showRows, type ImageRow } from '../../images/image-rows.js';
import { command } from '../../command.js';

export const imagesList = command({
  name: 'images list',
  makesNoFolders: true,
  examples: ['spark-dev images list', 'spark-dev images list --json'],
  async run(host, { global, signal }) {
    const { provider } = await loadSettings(host, global);
    const set = await findImageSet(host, provider, signal);
    const rows = describeRows(set.needed, await observeImages(host, set, signal));
    return { data: { images: rows, cluster: set.profile }, text: [...showRows(rows), advise(rows)] };
  },
});

/** Without their files, the next cluster has to build them again. */
function advise(rows: readonly ImageRow[]): string {
  const missing = rows.filter(({ name, store }) => !/^debian$|^spark-/.test(name) && store.presence === 'absent');
  if (missing.length === 0) return 'All that a cluster needs is here. To take it elsewhere: spark-dev images save FILE';
  return `Not made yet: ${missing.map(({ name }) => name).join(', ')}. Make them: spark-dev images pull`;
}
