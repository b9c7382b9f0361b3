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

/** The next cluster must rebuild images without files. */
function advise(rows: readonly ImageRow[]): string {
  const missing = rows.filter(({ name, store }) => !/^debian$|^spark-/.test(name) && store.presence === 'absent');
  if (missing.length === 0) return 'Everything for a cluster is here. To copy it elsewhere: spark-dev images save FILE';
  return `Missing: ${missing.map(({ name }) => name).join(', ')}. Get them: spark-dev images pull`;
}
