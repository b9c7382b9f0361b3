import { loadSettings } from '../../config/load-settings.js';
import { findProjectFolder } from '../../config/project.js';
import { findEjected } from '../../overlay/app-overlay.js';
import { command } from '../../command.js';
import { listApplications } from '../../job/known-applications.js';
import { showTable } from '../../text/table.js';

export const overlayList = command({
  name: 'overlay list',
  makesNoFolders: true,
  examples: ['spark-dev overlay list', 'spark-dev overlay list --json'],
  async run(host, { global }) {
    const project = await findProjectFolder(host);
    const known = await listApplications(host.directories, await loadSettings(host, global));
    const overlays = await Promise.all(
      known.map(async ({ name, from }) => {
        const folder = await findEjected(project, name);
        return { app: name, from, origin: folder === undefined ? 'generated' : 'ejected', folder: folder ?? null };
      }),
    );
    const rows = overlays.map(({ app, from, origin, folder }) => [app, from, origin, folder ?? '']);
    return { data: { project, overlays }, text: showTable(['APP', 'FROM', 'OVERLAY', 'FOLDER'], rows) };
  },
});
