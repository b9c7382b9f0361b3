import { jobNamespace, profileName } from '../cluster/names.js';
import { parseMemoryMb } from '../cluster/quantity.js';
import { showCapacity } from '../cluster/size.js';
import { observeStatus, type ClusterStatus } from '../cluster/status.js';
import type { CommandSpec } from '../ports/command.js';

export const status: CommandSpec = {
  name: 'status',
  examples: ['spark-dev status', 'spark-dev status --json'],
  async run(host, input) {
    const seen = await observeStatus(host, input.signal);
    const ready = isReady(seen);
    return {
      data: { ready, ...seen, context: profileName, namespace: jobNamespace },
      text: [...showStatus(seen), ready ? 'Ready: spark-dev run sparkpi' : 'Not ready: spark-dev init --yes'],
    };
  },
};

/** What a run needs: Kubernetes answers and init came to its end. */
function isReady({ inside, missingTools }: ClusterStatus): boolean {
  return inside?.objects.record !== undefined && inside.objects.missing.length === 0 && missingTools.length === 0;
}

function showStatus({ engine, missingTools, profile, inside, userEntry }: ClusterStatus): readonly string[] {
  const { state, facts } = profile;
  const record = inside?.objects.record;
  const rows: readonly (readonly [string, string])[] = [
    ['docker', engine.version === undefined ? engine.state : `${engine.version}, answers`],
    ['tools', missingTools.length === 0 ? 'all there' : `missing: ${missingTools.join(', ')}`],
    [
      'cluster',
      facts === undefined ? state : `${state} (${facts.kubernetesVersion}, ${showCapacity(facts)}, ${facts.nodeImage})`,
    ],
    ...(state === 'running' && inside === undefined ? [['kubernetes', 'does not answer'] as const] : []),
    ...(inside?.nodes ?? []).map(
      (node) =>
        [
          'node',
          `${node.name}: ${node.ready ? 'ready' : 'not ready'}, ${node.allocatableCpu} CPUs and ${(parseMemoryMb(node.allocatableMemory) / 1024).toFixed(1)} GB for pods`,
        ] as const,
    ),
    ...(inside === undefined || inside.objects.missing.length === 0
      ? []
      : [['missing', inside.objects.missing.join(', ')] as const]),
    ['spark', record?.['sparkImage'] ?? 'not prepared'],
    ['kubeconfig', showEntry(userEntry)],
    ...userEntry.passedOver.map(({ path, why }) => ['kubeconfig', `${path} in KUBECONFIG: ${why}`] as const),
  ];
  return rows.map(([name, value]) => `${name.padEnd(11)}${value}`);
}

function showEntry(entry: ClusterStatus['userEntry']): string {
  switch (entry.state) {
    case 'there':
      return `${entry.path} knows the context ${profileName}`;
    case 'stale':
      return `${entry.path} holds an older address of the cluster`;
    case 'absent':
      return `${entry.path} does not know the context ${profileName}`;
    case 'broken':
      return entry.reason;
  }
}
