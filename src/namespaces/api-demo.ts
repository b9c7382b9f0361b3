import { pinnedKubectl } from '../kube/kubectl.js';
import type { ShownStep } from '../steps/step.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Argv } from '../ports/runner.js';
import { checkPodArgvs } from './check-inside.js';
import { askingPodObject, checkContainer, type CheckPod } from './check-pod.js';
import { bindingObject, grantArgv, revokeArgv, type Grant } from './grant.js';
import { ask, type NamespaceSession } from './session.js';

export interface DemoStep {
  readonly title: string;
  /** As a person would type it. */
  readonly command: string;
  /** HTTP status; undefined for what changes rights. */
  readonly status: number | undefined;
  readonly expected: number | undefined;
}

const readyWithinMs = 60_000;
const answerWithinMs = 30_000;
/** Authorizers read a new binding within moments. */
const effectiveWithinMs = 10_000;

/** The status of one GET; python3 is in every image of ours, curl is not. */
const statusScript = `
import os, ssl, sys, urllib.error, urllib.request
headers = {} if sys.argv[2] == 'anonymous' else {'Authorization': 'Bearer ' + open(os.environ['TOKEN']).read()}
request = urllib.request.Request(os.environ['APISERVER'] + sys.argv[1], headers=headers)
try: print(urllib.request.urlopen(request, context=ssl.create_default_context(cafile=os.environ['CERT']), timeout=10).status)
except urllib.error.HTTPError as refused: print(refused.code)
`;

const withToken = '-H "Authorization: Bearer $(cat "$TOKEN")" ';

function curl(path: string, as: 'anonymous' | 'account'): string {
  return `curl -s -o /dev/null -w '%{http_code}\\n' --cacert "$CERT" ${as === 'account' ? withToken : ''}"$APISERVER${path}"`;
}

function grantOf({ cluster }: NamespaceSession, { namespace }: CheckPod): Grant {
  return { role: 'view', namespace, subject: { kind: 'ServiceAccount', name: cluster.serviceAccount, namespace } };
}

export function describeDemo(session: NamespaceSession, pod: CheckPod): readonly ShownStep[] {
  const { make, remove } = checkPodArgvs(session, pod);
  const paths = pathsOf(pod);
  const asks = [statusArgv(session, pod, paths.pods, 'anonymous'), statusArgv(session, pod, paths.services, 'account')];
  return [
    { title: 'A pod as the account', why: 'the questions are asked in it', commands: [make] },
    { title: 'Who gets what answer', why: 'before, between and after', commands: asks },
    {
      title: 'view for the account, and taken back',
      why: 'for some seconds',
      commands: [grantArgv(session.cluster), revokeArgv(session.cluster, grantOf(session, pod))],
    },
    { title: 'Nothing of it stays', why: 'the pod goes', commands: [remove] },
  ];
}

/** Anonymous, as the account, not allowed, allowed once granted, and not any more. What was granted before is left alone. */
export async function runDemo(session: NamespaceSession, pod: CheckPod): Promise<readonly DemoStep[]> {
  const { host, cluster, signal } = session;
  const grant = grantOf(session, pod);
  await refuseIfGranted(session, grant);
  const argvs = checkPodArgvs(session, pod);
  const options = { env: cluster.childEnv, signal, timeoutMs: answerWithinMs };
  const paths = pathsOf(pod);
  const steps: DemoStep[] = [];
  const see = async (title: string, path: string, as: 'anonymous' | 'account', expected: number): Promise<void> => {
    const status = await statusOf(session, pod, path, as, expected);
    steps.push({ title, command: curl(path, as), status, expected });
  };
  const change = (title: string, command: string): void => {
    steps.push({ title, command, status: undefined, expected: undefined });
  };
  const words = `view --namespace ${pod.namespace}`;
  try {
    const input = JSON.stringify(askingPodObject(pod, ['sleep', '55'], {}));
    await host.runner.run(argvs.make, { ...options, input });
    const wait = ['wait', `pod/${pod.name}`, '--for=condition=Ready', `--timeout=${String(readyWithinMs / 1000)}s`];
    await host.runner.run([...pinnedKubectl(cluster), `--namespace=${pod.namespace}`, ...wait], {
      ...options,
      timeoutMs: readyWithinMs + answerWithinMs,
    });
    await see('nobody in particular: forbidden', paths.pods, 'anonymous', 403);
    await see('the account: its own pods', paths.pods, 'account', 200);
    await see('the account: services, which a driver makes but does not list', paths.services, 'account', 403);
    await host.runner.run(grantArgv(cluster), { ...options, input: JSON.stringify(bindingObject(grant)) });
    change('now it may look', `spark-dev namespace grant ${words}`);
    await see('the account: services', paths.services, 'account', 200);
    await ask(session, revokeArgv(cluster, grant));
    change('and now it may not any more', `spark-dev namespace revoke ${words}`);
    await see('the account: services', paths.services, 'account', 403);
    return steps;
  } finally {
    const always = { env: cluster.childEnv, timeoutMs: answerWithinMs };
    await host.runner.run(revokeArgv(cluster, grant), always).catch(() => undefined);
    await host.runner.run(argvs.remove, always).catch(() => undefined);
  }
}

function pathsOf({ namespace }: CheckPod): { readonly pods: string; readonly services: string } {
  const path = `/api/v1/namespaces/${namespace}`;
  return { pods: `${path}/pods`, services: `${path}/services` };
}

function statusArgv({ cluster }: NamespaceSession, pod: CheckPod, path: string, as: string): Argv {
  const exec = ['exec', pod.name, `--container=${checkContainer}`, '--', 'python3', '-c', statusScript, path, as];
  return [...pinnedKubectl(cluster), `--namespace=${pod.namespace}`, ...exec];
}

/** Asked again for a few seconds, until it is what a change of rights must lead to. */
async function statusOf(
  session: NamespaceSession,
  pod: CheckPod,
  path: string,
  as: 'anonymous' | 'account',
  expected: number,
): Promise<number> {
  const { clock } = session.host;
  const until = clock.now() + effectiveWithinMs;
  for (;;) {
    const status = Number((await ask(session, statusArgv(session, pod, path, as))).trim());
    if (status === expected || clock.now() > until) return status;
    await clock.sleep(500, session.signal);
  }
}

async function refuseIfGranted(session: NamespaceSession, grant: Grant): Promise<void> {
  const { metadata } = bindingObject(grant) as { readonly metadata: { readonly name: string } };
  const look = ['get', 'rolebinding', metadata.name, '--ignore-not-found', '--output=name'];
  const found = await ask(session, [...pinnedKubectl(session.cluster), `--namespace=${grant.namespace}`, ...look]);
  if (found.trim() === '') return;
  throw new SparkDevError('IN_USE', `The account may view ${grant.namespace} already, so there is nothing to show`, {
    why: 'The demo grants that and takes it back, and it does not take what somebody else granted.',
    fix: [
      `spark-dev namespace revoke view --namespace ${grant.namespace}`,
      'spark-dev check api --demo --namespace ANOTHER',
    ],
  });
}
