import { loadSettings } from '../../config/load-settings.js';
import { findProjectFolder } from '../../config/project.js';
import { readAppOverlay, readOwnOverlay } from '../../overlay/app-overlay.js';
import { renderAppOverlay } from '../../overlay/check-overlay.js';
import { compareTexts } from '../../overlay/compare-texts.js';
import { renderOverlay } from '../../overlay/kubectl-kustomize.js';
import { command } from '../../command.js';
import { requireApplication } from '../../job/known-applications.js';

/** Compares with the built-in overlay, not the cluster: the objects of a run are removed with it. */
export const overlayDiff = command({
  name: 'overlay diff',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  examples: ['spark-dev overlay diff sparkpi'],
  async run(host, { args, global, signal }) {
    const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
    const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), name);
    if (overlay.origin === 'generated') {
      const text = `${name} uses the built-in overlay, so there is nothing to compare (spark-dev overlay eject ${name} creates your own)`;
      return { data: { app: name, origin: overlay.origin, diff: '' }, text: [text], exact: true };
    }
    const [ours, yours] = await Promise.all([
      renderOverlay(host, await readOwnOverlay(host.directories), signal),
      renderAppOverlay(host, overlay, signal),
    ]);
    const diff = await compareTexts(host, { 'generated.yaml': ours, 'ejected.yaml': yours }, signal);
    const same = `Your overlay in ${overlay.folder} renders the same objects as the built-in one`;
    return {
      data: { app: name, origin: overlay.origin, folder: overlay.folder, diff },
      text: [diff === '' ? same : diff],
      exact: true,
    };
  },
});
