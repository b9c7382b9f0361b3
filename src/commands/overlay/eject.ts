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
import { join } from 'node:path';
import { command, type CommandInput } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { capitalise } from '../../text/words.js';
import { requireApplication } from '../../job/application.js';

export const overlayEject = command({
  name: 'overlay eject',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  examples: ['spark-dev overlay eject sparkpi', 'spark-dev overlay eject sparkpi --dry-run'],
  async run(host, { args, global, signal }) {
    const { name } = await requireApplication(host.directories, await loadSettings(host, global), args[0] ?? '');
    const project = await findProjectFolder(host);
    const { folder, files } = await observeEjected(project, name);
    const overlay = planEject(folder, await readOwnOverlay(host.directories), files);
    const skaffold = await planSkaffold(host, project, { name, global, signal });
    const plans = 'plan' in skaffold ? [overlay, skaffold.plan] : [overlay];
    const lost = plans.flatMap((plan) => describeLoss(plan) ?? []);
    if (global.dryRun) {
      return {
        data: { action: 'would eject', app: name, ...overlay, ...skaffold },
        text: [
          ...plans.flatMap((plan) => [`# into ${plan.folder}`, ...showFiles(plan.writes)]),
          ...lost.map((one) => `# ${one}`),
        ],
      };
    }
    const own = [
      `spark-dev run ${name} now uses it; to return to the built-in overlay, delete the folder`,
      'plan' in skaffold
        ? `Without spark-dev: skaffold dev -f ${join(skaffold.plan.folder, 'skaffold.yaml')}`
        : `No skaffold.yaml for ${name}, because ${skaffold.lacks}`,
    ];
    if (plans.every(({ writes, removes }) => Object.keys(writes).length === 0 && removes.length === 0))
      return { data: { action: 'nothing', app: name, folder }, text: [`${folder} is up to date`, ...own] };
    if (lost.length > 0 && !(await host.ui.confirm(`${lost.join('. ')}. Overwrite with the built-in files?`)))
      throw new SparkDevError('CANCELLED', `The overlay of ${name} was not changed`);
    for (const plan of plans) await applyEject(plan);
    const paths = Object.keys(overlay.writes);
    return {
      data: { action: 'ejected', app: name, folder, files: paths, removed: overlay.removes, ...skaffold },
      text: [`The overlay of ${name} was copied to ${folder} (${paths.join(', ')})`, ...own],
    };
  },
});

async function planSkaffold(
  host: Host,
  project: string,
  { name, ...input }: Pick<CommandInput, 'global' | 'signal'> & { readonly name: string },
): Promise<{ readonly plan: EjectPlan } | { readonly lacks: string }> {
  const { planAppProject } = await import('../../run/skaffold-project.js');
  const { folder, files } = await observeEjected(project, name, 'skaffold');
  const where = { base: `../../../overlay/${name}`, folder: '.', from: join(folder, 'client') };
  const planned = await planAppProject(host, { ...input, args: [name], options: {}, passthrough: [] }, where);
  return 'files' in planned ? { plan: planEject(folder, planned.files, files) } : planned;
}

/** Undefined if no user changes would be lost. */
function describeLoss({ folder, replaces, removes }: EjectPlan): string | undefined {
  const parts = [
    ...(replaces.length === 0 ? [] : [`your changes to ${replaces.join(', ')} would be lost`]),
    ...(removes.length === 0 ? [] : [`your ${removes.join(', ')} would be removed`]),
  ].join(', and ');
  return parts === '' ? undefined : `${capitalise(parts)} in ${folder}`;
}
