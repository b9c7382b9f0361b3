import { listLeftovers, type Found } from '../clean/list-leftovers.js';
import { desktopName } from '../clusters/docker-desktop/find-context.js';
import { showDesktopStatus } from '../clusters/docker-desktop/show-status.js';
import { observeDesktopStatus } from '../clusters/docker-desktop/status.js';
import { explainSize, ofDesktop, type SizeVerdict, type Row, showSizes } from '../clusters/explain-size.js';
import { jobNamespace, profileName } from '../kube/names.js';
import { findPreparedCluster, isMinikubeMade } from '../clusters/prepared.js';
import { capabilities, type ProviderName } from '../clusters/provider.js';
import { loadSettings } from '../config/load-settings.js';
import { type Resources } from '../kube/resources.js';
import { resolveProvider } from '../clusters/resolve-provider.js';
import { observeStatus, type ClusterStatus } from '../clusters/status.js';
import { command, type CommandResult } from '../command.js';
import type { Host } from '../ports/host.js';
import { count } from '../text/words.js';

export const status = command({
  name: 'status',
  makesNoFolders: true,
  examples: ['spark-dev status', 'spark-dev cluster status --json'],
  async run(host, { global, signal }) {
    const settings = await loadSettings(host, global);
    const provider = await resolveProvider(host, settings.provider, signal);
    const also = await findOther(host, provider, signal);
    return provider === 'docker-desktop' ? tellOfDesktop(host, also, signal) : tellOfMinikube(host, also, signal);
  },
});

async function tellOfMinikube(host: Host, also: ProviderName | undefined, signal: AbortSignal): Promise<CommandResult> {
  let found: Promise<Found> | undefined;
  const seen = await observeStatus(host, signal, () => (found = listLeftovers(host, 'minikube', true, signal)));
  const sized = explainSize(seen.size);
  const rows = [...showCluster(seen), ...showSize(seen, sized), ...showContents(seen)];
  // init would refuse
  const next =
    seen.profile.state === 'foreign' ? 'spark-dev run sparkpi --target local needs no cluster' : 'spark-dev init --yes';
  return tell(host, { provider: 'minikube', context: profileName, seen, sized, rows, next, also, found }, signal);
}

async function tellOfDesktop(host: Host, also: ProviderName | undefined, signal: AbortSignal): Promise<CommandResult> {
  const seen = await observeDesktopStatus(host, signal);
  const sized = explainSize(seen.size, ofDesktop);
  const rows = showDesktopStatus(seen, sized);
  const next = `spark-dev init --provider ${desktopName}`;
  return tell(host, { provider: desktopName, context: desktopName, seen, sized, rows, next, also }, signal);
}

interface Told {
  readonly provider: ProviderName;
  readonly context: string;
  readonly seen: Pick<ClusterStatus, 'inside' | 'missingTools'>;
  readonly sized: SizeVerdict;
  readonly rows: readonly Row[];
  /** What makes it ready, where it is not. */
  readonly next: string;
  readonly also: ProviderName | undefined;
  /** Asked for already, where the cluster runs. */
  readonly found?: Promise<Found> | undefined;
}

async function tell(
  host: Host,
  { provider, context, seen, sized, rows, next, also, found }: Told,
  signal: AbortSignal,
): Promise<CommandResult> {
  const answers = seen.inside !== undefined;
  const { leftovers, standing } = await ((answers ? found : undefined) ??
    listLeftovers(host, provider, answers, signal));
  const ready = isReady(seen);
  const other: readonly Row[] =
    also === undefined ? [] : [['also', `${capabilities[also].title} is prepared too: --provider ${also}`]];
  return {
    data: {
      ready,
      provider,
      ...seen,
      sized,
      leftovers,
      standing,
      context,
      namespace: jobNamespace,
      also: also ?? null,
      cannot: capabilities[provider].cannot,
    },
    text: [
      ...[...rows, ...other, ...standing.map((name): Row => ['standing', name]), ...showLeftovers(leftovers)].map(
        showRow,
      ),
      ready ? 'Ready: spark-dev run sparkpi' : `Not ready: ${next}`,
    ],
  };
}

/** The other one, where there are two to choose from. */
async function findOther(host: Host, provider: ProviderName, signal: AbortSignal): Promise<ProviderName | undefined> {
  if (provider === desktopName) return (await isMinikubeMade(host)) ? 'minikube' : undefined;
  const onDesktop = await findPreparedCluster(host, { provider: desktopName, signal });
  return 'found' in onDesktop ? desktopName : undefined;
}

/** What a run needs: Kubernetes answers and init came to its end. */
function isReady({ inside, missingTools }: Told['seen']): boolean {
  return inside?.objects.record !== undefined && inside.objects.missing.length === 0 && missingTools.length === 0;
}

function showLeftovers(leftovers: readonly string[]): readonly Row[] {
  if (leftovers.length === 0) return [];
  return [['leftovers', `${count(leftovers.length, 'thing')} of runs that ended badly: spark-dev clean`]];
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
    ['cluster', state === 'absent' ? state : `${profileName}: ${state === 'foreign' ? takenByAnother : state}${made}`],
    ...(state === 'running' && inside === undefined ? [['kubernetes', 'does not answer'] as const] : []),
    ...(inside?.nodes ?? []).filter(({ ready }) => !ready).map(({ name }): Row => ['node', `${name}: not ready`]),
  ];
}

const takenByAnother = 'made by another SPARK_DEV_HOME, which alone can use it';

/** Every figure on a line of its own, so that one sees at once which is odd. */
function showSize({ size, profile }: ClusterStatus, { notes, comparison }: SizeVerdict): readonly Row[] {
  if (profile.state === 'absent') return [];
  const figures: readonly (readonly [string, Resources | undefined])[] = [
    ['configured', size.configured],
    ['container', size.limit],
    ['node', size.node?.allocatable],
    ['free', size.free],
    ['host', size.host],
  ];
  const known = showSizes(figures);
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
    case 'foreign':
      return `${entry.path} has a context ${profileName} of another cluster`;
    case 'absent':
      return `${entry.path} does not know the context ${profileName}`;
    case 'broken':
      return entry.reason;
  }
}
