import { listContexts } from '../../kube/contexts/list-contexts.js';
import { applySwitch, planSwitch, type ContextSwitch } from '../../kube/contexts/switch-context.js';
import { clusterPaths } from '../../kube/names.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { command, type CommandResult } from '../../command.js';

export const clusterUse = command({
  name: 'cluster use',
  makesNoFolders: true,
  arguments: [{ name: '<name>', description: 'a context of your kubeconfig; spark-dev cluster list shows them' }],
  examples: ['spark-dev cluster use spark-dev', 'spark-dev cluster use spark-dev --dry-run'],
  async run(host, input) {
    const list = await listContexts(host, input.signal);
    const planned = planSwitch(list, clusterPaths(host.directories).kubeconfig, input.args[0] ?? '');
    const { fromName, to } = planned;
    const asItWas = fromName === to.name && !planned.mustMerge;
    if (asItWas) return tell(planned, 'nothing', [`kubectl works on ${to.name} already`]);
    if (input.global.dryRun) return tell(planned, 'would switch', showPlan(planned));
    await applySwitch(host, planned);
    const warnings = [
      ...(to.place === 'local' ? [] : [`${to.name} is not known to be on this machine: ${to.why}`]),
      ...list.passedOver.map(({ path, why }) => `${path} is in the way of kubectl: ${why}`),
    ];
    const line = `kubectl worked on ${fromName ?? 'nothing'} and now works on ${to.name} (${planned.file})`;
    return { ...tell(planned, 'switched', [line]), warnings };
  },
});

/** kubectl's own command does the same, but rewrites the whole file. */
function showPlan({ file, fromName, to, mustMerge }: ContextSwitch): readonly string[] {
  return [
    ...(mustMerge ? [`# our entry ${to.name} is written into ${file} first`] : []),
    `# ${file}: current-context: ${fromName ?? '(none)'} → ${to.name}, and no other byte; the like of`,
    quoteArgv(['kubectl', 'config', 'use-context', to.name]),
  ];
}

function tell({ file, fromName, to }: ContextSwitch, action: string, text: readonly string[]): CommandResult {
  return { data: { action, file, from: fromName ?? null, to: to.name, place: to.place, why: to.why }, text };
}
