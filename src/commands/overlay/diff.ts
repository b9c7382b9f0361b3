import { loadSettings } from '../../config/load-settings.js';
import { findProjectFolder } from '../../config/project.js';
import { readAppOverlay, readOwnOverlay } from '../../overlay/app-overlay.js';
import { renderAppOverlay } from '../../overlay/check-overlay.js';
import { compareTexts } from '../../overlay/compare-texts.js';
import { renderOverlay } from '../../overlay/kubectl-kustomize.js';
import { command } from '../../command.js';
import { requireApplication } from '../../job/known-applications.js';

/** Ours against yours, and not against the cluster: what a run deploys is gone with the run, and nobody changes it meanwhile. */
export const overlayDiff = command({
  name: 'overlay diff',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  examples: ['spark-dev overlay diff sparkpi'],
  async run(host, { args, global, signal }) {
    const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
    const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), name);
    if (overlay.origin === 'generated') {
      const text = `The overlay of ${name} is ours: there is none of yours to compare it with (spark-dev overlay eject ${name})`;
      return { data: { app: name, origin: overlay.origin, diff: '' }, text: [text], exact: true };
    }
    const [ours, yours] = await Promise.all([
      renderOverlay(host, await readOwnOverlay(host.directories), signal),
      renderAppOverlay(host, overlay, signal),
    ]);
    const diff = await compareTexts(host, { 'generated.yaml': ours, 'ejected.yaml': yours }, signal);
    const same = `Your overlay in ${overlay.folder} comes to the same objects as ours`;
    return {
      data: { app: name, origin: overlay.origin, folder: overlay.folder, diff },
      text: [diff === '' ? same : diff],
      exact: true,
    };
  },
});
