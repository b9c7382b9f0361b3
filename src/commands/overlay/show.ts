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
    const origin =
      overlay.origin === 'ejected' ? `your own, in ${overlay.folder}` : 'built in; overlay eject copies it';
    host.ui.say(`The overlay of ${name} is ${origin}. Each run adds its names, labels and arguments.`);
    return { data: overlay, text: showFiles(overlay.files), exact: true };
  },
});
