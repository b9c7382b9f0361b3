import { loadSettings } from '../../config/load-settings.js';
import { findProjectFolder } from '../../config/project.js';
import { readAppOverlay, showFiles } from '../../overlay/app-overlay.js';
import { command } from '../../command.js';
import { requireApplication } from '../../job/known-applications.js';

export const overlayShow = command({
  name: 'overlay show',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  examples: ['spark-dev overlay show sparkpi', 'spark-dev overlay show sparkpi --json'],
  async run(host, { args, global }) {
    const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
    const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), name);
    const whose = overlay.origin === 'ejected' ? `yours, in ${overlay.folder}` : 'ours; `overlay eject` makes it yours';
    host.ui.say(`The overlay of ${name} is ${whose}. Each run lays its names, labels and arguments over it.`);
    return { data: overlay, text: showFiles(overlay.files), exact: true };
  },
});
