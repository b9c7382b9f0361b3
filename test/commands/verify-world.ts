import type { V1Pod } from '@kubernetes/client-node';
import { createFakeCluster, type FakeCluster } from '../fakes/fake-kube.js';
import { createFakeMachine, recorded, type FakeMachine } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';

interface Submission {
  readonly kind: string;
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } };
  };
}

/** What happens once a case has been submitted. */
export type CaseStory = (run: {
  readonly cluster: FakeCluster;
  readonly driver: V1Pod;
  readonly executor: V1Pod;
  /** The driver's log, and its end with this exit code. */
  readonly end: (exitCode: number, ...log: readonly string[]) => void;
}) => void;

export interface VerifyWorld {
  readonly machine: FakeMachine;
  readonly cluster: FakeCluster;
  /** Names of namespaces that were made and not deleted. */
  readonly namespaces: ReadonlySet<string>;
  /** Every namespace that ever was. */
  readonly made: readonly string[];
}

function podsOf(fixture: string): readonly V1Pod[] {
  return (JSON.parse(recorded(fixture).stdout) as { items: readonly V1Pod[] }).items;
}

/** The recorded pods under the names of this run. */
function rename(pod: V1Pod, namespace: string, name: string, image: string): V1Pod {
  const renamed = structuredClone(pod);
  Object.assign(renamed.metadata ?? {}, { namespace, name });
  Object.assign(renamed.spec?.containers[0] ?? {}, { image });
  return renamed;
}

function succeeded(pod: V1Pod): V1Pod {
  const name = pod.spec?.containers[0]?.name ?? '';
  const containerStatuses = [
    { name, image: '', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode: 0 } } },
  ];
  return { ...pod, status: { phase: 'Succeeded', containerStatuses } };
}

/** A prepared machine whose kubectl makes and deletes namespaces, and plays the story for each submitted case. */
export async function createVerifyWorld(
  story: CaseStory,
  {
    sticky = false,
    exec = () => '',
  }: {
    /** Namespaces that never go. */
    readonly sticky?: boolean;
    /** What a command in a pod prints. */
    readonly exec?: (command: string) => string;
  } = {},
): Promise<VerifyWorld> {
  const cluster = createFakeCluster();
  const namespaces = new Set<string>();
  const made: string[] = [];
  const apply = (input: string): void => {
    const { items } = JSON.parse(input) as { items: readonly { kind: string; metadata: { name: string } }[] };
    for (const object of items) {
      if (object.kind === 'Namespace') {
        namespaces.add(object.metadata.name);
        made.push(object.metadata.name);
      }
      if (object.kind === 'Job') submit(object as unknown as Submission);
      if (object.kind === 'Pod') cluster.putPod(succeeded(object));
    }
  };
  const submit = ({ metadata: { namespace }, spec }: Submission): void => {
    const args = spec.template.spec.containers[0]?.args ?? [];
    const conf = (key: string): string => args.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
    const image = conf('spark.kubernetes.container.image');
    const name = conf('spark.kubernetes.driver.pod.name');
    const [driver, executor] = podsOf('kubectl/get-pods-verify-running').map((pod, index) =>
      rename(pod, namespace, index === 0 ? name : `${name}-exec-1`, image),
    );
    const [ended] = podsOf('kubectl/get-pods-verify-ended');
    if (driver === undefined || executor === undefined || ended === undefined) throw new Error('not recorded');
    const end = (exitCode: number, ...log: readonly string[]): void => {
      cluster.writeLog(name, ...log);
      const over = rename(ended, namespace, name, image);
      Object.assign(over.status?.containerStatuses?.[0]?.state?.terminated ?? {}, { exitCode });
      cluster.putPod(over);
    };
    setTimeout(() => {
      story({ cluster, driver, executor, end });
    }, 5);
  };
  const answer = (words: readonly string[], input = ''): Partial<Record<'stdout', string>> => {
    const [verb, kind, name = ''] = words.filter((word) => !word.startsWith('--'));
    if (verb === 'version') return { stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' };
    if (verb === 'apply') apply(input);
    if (verb === 'exec') return { stdout: exec(words.slice(words.indexOf('--') + 1).join(' ')) };
    if (verb === 'delete' && kind === 'namespace' && !sticky) namespaces.delete(name);
    if (verb === 'get' && kind === 'namespace') return { stdout: namespaces.has(name) ? `namespace/${name}` : '' };
    if (verb !== 'get' || kind !== 'configmap') return {};
    return { stdout: JSON.stringify({ data: { sparkImage: 'spark-dev/spark:4.3.0-1', sparkVersion: '4.3.0' } }) };
  };
  const kubectl: Scripted = {
    argv: ['/usr/bin/kubectl'],
    answers: (argv, { input }) =>
      answer(
        argv.slice(1).filter((word) => !/^--(kubeconfig|context|request-timeout|namespace)=/.test(word)),
        input,
      ),
  };
  const machine = await createFakeMachine({}, { programs: [kubectl], kube: () => Promise.resolve(cluster.kube) });
  return { machine, cluster, namespaces, made };
}
