import { command, type CommandInput } from '../../command.js';
import { loadSettings, findProjectFolder } from '../../config/load-settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import {
  ownOverlayFolder,
  readAppOverlay,
  readOwnOverlay,
  showFiles,
  type AppOverlay,
  findEjected,
} from '../../overlay/app-overlay.js';
import { renderAppOverlay } from '../../overlay/check-overlay.js';
import { kustomizeArgv, renderOverlay, requireKubectl, withFolder } from '../../overlay/kubectl-kustomize.js';
import type { OverlayFiles } from '../../overlay/kustomize/kustomization.js';
import type { Host } from '../../ports/host.js';
import { requireApplication, listApplications } from '../../job/application.js';
import { showTable } from '../../text/words.js';

const app = { name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' };

async function readOverlay(host: Host, { args, global }: Pick<CommandInput, 'args' | 'global'>): Promise<AppOverlay> {
  const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
  return readAppOverlay(host.directories, await findProjectFolder(host), name);
}

export const overlayShow = command({
  name: 'overlay show',
  arguments: [app],
  examples: ['spark-dev overlay show sparkpi', 'spark-dev overlay show sparkpi --json'],
  async run(host, input) {
    const overlay = await readOverlay(host, input);
    const origin =
      overlay.origin === 'ejected' ? `your own, in ${overlay.folder}` : 'built in; overlay eject copies it';
    host.ui.say(`The overlay of ${overlay.app} is ${origin}. Each run adds its names, labels and arguments.`);
    return { data: overlay, text: showFiles(overlay.files), exact: true };
  },
});

export const overlayRender = command({
  name: 'overlay render',
  arguments: [app],
  examples: ['spark-dev overlay render sparkpi'],
  async run(host, input) {
    const overlay = await readOverlay(host, input);
    const { app: name, origin } = overlay;
    if (input.global.dryRun) {
      const folder = origin === 'ejected' ? overlay.folder : ownOverlayFolder(host.directories);
      const argv = kustomizeArgv(await requireKubectl(host, input.signal), folder);
      return { data: { action: 'would render', app: name, commands: [argv] }, text: [quoteArgv(argv)] };
    }
    const yaml = await renderAppOverlay(host, overlay, input.signal);
    return { data: { app: name, origin, yaml }, text: [yaml.trimEnd()], exact: true };
  },
});

/** Compares with the built-in overlay, not the cluster: the objects of a run are removed with it. */
export const overlayDiff = command({
  name: 'overlay diff',
  arguments: [app],
  examples: ['spark-dev overlay diff sparkpi'],
  async run(host, input) {
    const overlay = await readOverlay(host, input);
    const { app: name, origin, folder } = overlay;
    if (origin === 'generated') {
      const text = `${name} uses the built-in overlay, so there is nothing to compare (spark-dev overlay eject ${name} creates your own)`;
      return { data: { app: name, origin, diff: '' }, text: [text], exact: true };
    }
    const [ours, yours] = await Promise.all([
      renderOverlay(host, await readOwnOverlay(host.directories), input.signal),
      renderAppOverlay(host, overlay, input.signal),
    ]);
    const diff = await compareTexts(host, { 'generated.yaml': ours, 'ejected.yaml': yours }, input.signal);
    const same = `Your overlay in ${folder} renders the same objects as the built-in one`;
    return { data: { app: name, origin, folder, diff }, text: [diff === '' ? same : diff], exact: true };
  },
});

/** `diff` of two texts by name, empty if they are equal; `kubectl diff` needs that program too. */
function compareTexts(host: Host, texts: OverlayFiles, signal: AbortSignal): Promise<string> {
  const names = Object.keys(texts);
  const argv = ['diff', '--unified', ...names.flatMap((name) => ['--label', name]), ...names];
  return withFolder(texts, async (folder) => {
    return (await host.runner.run(argv, { cwd: folder, accept: [1], signal, timeoutMs: 30_000 })).stdout;
  });
}

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
