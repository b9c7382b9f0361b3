import { listLeftovers } from '../clean/list-leftovers.js';
import { count } from '../clean/plan.js';
import { explainSize, type SizeVerdict } from '../cluster/explain-size.js';
import { jobNamespace, profileName } from '../cluster/names.js';
import { showRoom, type Room } from '../cluster/room.js';
import { observeStatus, type ClusterStatus } from '../cluster/status.js';
import type { CommandSpec } from '../ports/command.js';

type Row = readonly [name: string, value: string];

export const status: CommandSpec = {
  name: 'status',
  examples: ['spark-dev status', 'spark-dev cluster status --json'],
  async run(host, input) {
    const seen = await observeStatus(host, input.signal);
    const leftovers = await listLeftovers(host, seen.inside !== undefined, input.signal);
    const ready = isReady(seen);
    const sized = explainSize(seen.size);
    return {
      data: { ready, provider: 'minikube', ...seen, sized, leftovers, context: profileName, namespace: jobNamespace },
      text: [
        ...[...showCluster(seen), ...showSize(seen, sized), ...showContents(seen), ...showLeftovers(leftovers)].map(
          showRow,
        ),
        ready ? 'Ready: spark-dev run sparkpi' : 'Not ready: spark-dev init --yes',
      ],
    };
  },
};

/** What a run needs: Kubernetes answers and init came to its end. */
function isReady({ inside, missingTools }: ClusterStatus): boolean {
  return inside?.objects.record !== undefined && inside.objects.missing.length === 0 && missingTools.length === 0;
}

function showLeftovers(leftovers: readonly string[]): readonly Row[] {
  if (leftovers.length === 0) return [];
  return [['leftovers', `${count(leftovers.length, 'thing', 'things')} of runs that ended badly: spark-dev clean`]];
}

function showCluster({ engine, missingTools, profile, inside }: ClusterStatus): readonly Row[] {
  const { state, facts } = profile;
  const made =
    facts === undefined
      ? ''
      : ` (minikube on ${facts.driver}, runtime ${facts.containerRuntime}, Kubernetes ${facts.kubernetesVersion})`;
  return [
    ['docker', engine.version === undefined ? engine.state : `${engine.version}, answers`],
    ['tools', missingTools.length === 0 ? 'all there' : `missing: ${missingTools.join(', ')}`],
    ['cluster', state === 'absent' ? state : `${profileName}: ${state}${made}`],
    ...(state === 'running' && inside === undefined ? [['kubernetes', 'does not answer'] as const] : []),
    ...(inside?.nodes ?? []).filter(({ ready }) => !ready).map(({ name }): Row => ['node', `${name}: not ready`]),
  ];
}

/** Every figure on a line of its own, so that one sees at once which is odd. */
function showSize({ size, profile }: ClusterStatus, { notes, comparison }: SizeVerdict): readonly Row[] {
  if (profile.state === 'absent') return [];
  const figures: readonly (readonly [string, Room | undefined])[] = [
    ['configured', size.configured],
    ['container', size.limit],
    ['node', size.node?.allocatable],
    ['free', size.free],
    ['host', size.host],
  ];
  const known = figures.flatMap(([name, room]): Row[] => (room === undefined ? [] : [[`  ${name}`, showRoom(room)]]));
  if (known.length === 0) return [];
  return [['size', comparison ?? 'not known'], ...known, ...notes.map((note): Row => ['  !', note])];
}

function showContents({ inside, userEntry }: ClusterStatus): readonly Row[] {
  const missing = inside?.objects.missing ?? [];
  return [
    ...(missing.length === 0 ? [] : [['missing', missing.join(', ')] as const]),
    ['spark', inside?.objects.record?.['sparkImage'] ?? 'not prepared'],
    ['kubeconfig', showEntry(userEntry)],
    ...userEntry.passedOver.map(({ path, why }) => ['kubeconfig', `${path} in KUBECONFIG: ${why}`] as const),
  ];
}

function showRow([name, value]: Row): string {
  return `${name.padEnd(13)}${value}`;
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
