import { loadSettings } from '../../config/load-settings.js';
import { findProjectFolder } from '../../config/project.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { ownOverlayFolder, readAppOverlay } from '../../overlay/app-overlay.js';
import { renderAppOverlay } from '../../overlay/check-overlay.js';
import { kustomizeArgv, requireKubectl } from '../../overlay/kubectl-kustomize.js';
import { command } from '../../command.js';
import { requireApplication } from '../../job/known-applications.js';

export const overlayRender = command({
  name: 'overlay render',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  examples: ['spark-dev overlay render sparkpi'],
  async run(host, { args, global, signal }) {
    const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
    const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), name);
    if (global.dryRun) {
      const folder = overlay.origin === 'ejected' ? overlay.folder : ownOverlayFolder(host.directories);
      const argv = kustomizeArgv(await requireKubectl(host, signal), folder);
      return { data: { action: 'would render', app: name, commands: [argv] }, text: [quoteArgv(argv)] };
    }
    const yaml = await renderAppOverlay(host, overlay, signal);
    return { data: { app: name, origin: overlay.origin, yaml }, text: [yaml.trimEnd()], exact: true };
  },
});
