import { listContexts, applySwitch, planSwitch, type ContextSwitch } from '../../kube/contexts/list-contexts.js';
import { clusterPaths } from '../../kube/names.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { command, type CommandResult } from '../../command.js';

export const clusterUse = command({
  name: 'cluster use',
  makesNoFolders: true,
  arguments: [{ name: '<name>', description: 'a context from spark-dev cluster list' }],
  examples: ['spark-dev cluster use spark-dev', 'spark-dev cluster use spark-dev --dry-run'],
  async run(host, input) {
    const list = await listContexts(host, input.signal);
    const planned = planSwitch(list, clusterPaths(host.directories).kubeconfig, input.args[0] ?? '');
    const { fromName, to } = planned;
    const asItWas = fromName === to.name && !planned.mustMerge;
    if (asItWas) return answer(planned, 'nothing', [`kubectl already uses ${to.name}`]);
    if (input.global.dryRun) return answer(planned, 'would switch', showPlan(planned));
    await applySwitch(host, planned);
    const warnings = [
      ...(to.place === 'local' ? [] : [`${to.name} may not be on this machine: ${to.why}`]),
      ...list.passedOver.map(({ path, why }) => `kubectl cannot read ${path}: ${why}`),
    ];
    const line = `kubectl now uses ${to.name} instead of ${fromName ?? 'no context'} (${planned.file})`;
    return { ...answer(planned, 'switched', [line]), warnings };
  },
});

/** kubectl's equivalent rewrites the whole file. */
function showPlan({ file, fromName, to, mustMerge }: ContextSwitch): readonly string[] {
  return [
    ...(mustMerge ? [`# first writes the entry ${to.name} into ${file}`] : []),
    `# ${file}: current-context: ${fromName ?? '(none)'} → ${to.name}; nothing else changes. Equivalent:`,
    quoteArgv(['kubectl', 'config', 'use-context', to.name]),
  ];
}

function answer({ file, fromName, to }: ContextSwitch, action: string, text: readonly string[]): CommandResult {
  return { data: { action, file, from: fromName ?? null, to: to.name, place: to.place, why: to.why }, text };
}
