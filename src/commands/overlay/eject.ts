import { loadSettings, findProjectFolder } from '../../config/load-settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import {
  readOwnOverlay,
  showFiles,
  applyEject,
  observeEjected,
  planEject,
  type EjectPlan,
} from '../../overlay/app-overlay.js';
import { command } from '../../command.js';
import { capitalise } from '../../text/words.js';
import { requireApplication } from '../../job/application.js';

export const overlayEject = command({
  name: 'overlay eject',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  examples: ['spark-dev overlay eject sparkpi', 'spark-dev overlay eject sparkpi --dry-run'],
  async run(host, { args, global }) {
    const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
    const { folder, files } = await observeEjected(await findProjectFolder(host), name);
    const plan = planEject(folder, await readOwnOverlay(host.directories), files);
    const paths = Object.keys(plan.writes);
    if (global.dryRun) {
      const lost = describeLoss(plan);
      return {
        data: { action: 'would eject', app: name, ...plan },
        text: [`# into ${folder}`, ...(lost === undefined ? [] : [`# ${lost}`]), ...showFiles(plan.writes)],
      };
    }
    const own = `spark-dev run ${name} now uses it; to return to the built-in overlay, delete the folder`;
    if (paths.length === 0 && plan.removes.length === 0)
      return { data: { action: 'nothing', app: name, folder }, text: [`${folder} is up to date. ${own}`] };
    const lost = describeLoss(plan);
    if (lost !== undefined && !(await host.ui.confirm(`${lost} in ${folder}. Overwrite with the built-in files?`)))
      throw new SparkDevError('CANCELLED', `The overlay of ${name} was not changed`);
    await applyEject(plan);
    return {
      data: { action: 'ejected', app: name, folder, files: paths, removed: plan.removes },
      text: [`The overlay of ${name} was copied to ${folder} (${paths.join(', ')}). ${own}`],
    };
  },
});

/** Undefined if no user changes would be lost. */
function describeLoss({ replaces, removes }: EjectPlan): string | undefined {
  const parts = [
    ...(replaces.length === 0 ? [] : [`your changes to ${replaces.join(', ')} would be lost`]),
    ...(removes.length === 0 ? [] : [`your ${removes.join(', ')} would be removed`]),
  ].join(', and ');
  return parts === '' ? undefined : capitalise(parts);
}
