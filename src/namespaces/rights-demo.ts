import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Argv } from '../ports/runner.js';
import { withCheckPod, type CheckPod } from './check-pod.js';
import { bindingName, bindingObject, revokeArgv, type Grant } from './grant.js';
import type { NamespaceSession } from './session.js';
import { applyInputArgv, kubectl, runKubectl, askKubectl } from '../kube/kubectl.js';
import type { ShownStep } from '../steps/apply.js';

export interface DemoStep {
  readonly title: string;
  readonly command: string;
  /** HTTP status; undefined for a change of rights. */
  readonly status: number | undefined;
  readonly expected: number | undefined;
}

interface PlannedStep extends Omit<DemoStep, 'status'> {
  readonly argv: Argv;
  readonly input?: string;
}

interface Demo {
  readonly grant: Grant;
  readonly steps: readonly PlannedStep[];
}

const tidiedWithinMs = 30_000;

/** Asks anonymously, as the account, before a grant, after it, and after its removal. */
function planDemo({ cluster }: NamespaceSession, { ask }: CheckPod): Demo {
  const { namespace, serviceAccount: name } = cluster;
  const grant: Grant = { role: 'view', namespace, subject: { kind: 'ServiceAccount', name, namespace } };
  const see = (title: string, who: 'anonymous' | 'account', what: string, expected: number): PlannedStep => {
    const path = `/api/v1/namespaces/${namespace}/${what}`;
    const token = who === 'account' ? '-H "Authorization: Bearer $(cat "$TOKEN")" ' : '';
    return {
      title,
      command: `curl -s -o /dev/null -w '%{http_code}\\n' --cacert "$CERT" ${token}"$APISERVER${path}"`,
      argv: ask('status', path, who, String(expected)),
      expected,
    };
  };
  const change = (title: string, verb: string, argv: Argv, input?: string): PlannedStep => {
    const command = `spark-dev namespace ${verb} view --namespace ${namespace}`;
    return { title, command, argv, ...(input === undefined ? {} : { input }), expected: undefined };
  };
  const steps = [
    see('without a token: forbidden', 'anonymous', 'pods', 403),
    see('the account: its own pods', 'account', 'pods', 200),
    see('the account: services, which a driver creates but does not list', 'account', 'services', 403),
    change('grant the right to view', 'grant', applyInputArgv(cluster), JSON.stringify(bindingObject(grant))),
    see('the account: services', 'account', 'services', 200),
    change('take it back', 'revoke', revokeArgv(cluster, grant)),
    see('the account: services', 'account', 'services', 403),
  ];
  return { grant, steps };
}

export function describeDemo(session: NamespaceSession, pod: CheckPod): readonly ShownStep[] {
  const commands = planDemo(session, pod).steps.map(({ argv }) => argv);
  return [
    { title: 'Start a pod with the account', why: 'the requests are sent from it', commands: [pod.make] },
    { title: 'Send requests', why: 'before and after a grant', commands },
    { title: 'Remove the pod', why: 'nothing is left behind', commands: [pod.remove] },
  ];
}

/** Does not touch rights that were granted before: throws IN_USE. */
export async function runDemo(session: NamespaceSession, pod: CheckPod): Promise<readonly DemoStep[]> {
  const { host, cluster } = session;
  const { grant, steps } = planDemo(session, pod);
  await refuseIfGranted(session, grant);
  try {
    return await withCheckPod(session, pod, {}, async (run) => {
      const done: DemoStep[] = [];
      for (const { title, command, argv, input, expected } of steps) {
        const stdout = await run(argv, input);
        done.push({ title, command, status: expected === undefined ? undefined : Number(stdout.trim()), expected });
      }
      return done;
    });
  } finally {
    await runKubectl({ host, cluster }, revokeArgv(cluster, grant), { timeoutMs: tidiedWithinMs }).catch(
      () => undefined,
    );
  }
}

async function refuseIfGranted(session: NamespaceSession, grant: Grant): Promise<void> {
  const quiet = ['--ignore-not-found', '--output=name'];
  const look = kubectl(session.cluster, grant.namespace).get('rolebinding', bindingName(grant), ...quiet);
  const found = await askKubectl(session, look);
  if (found.trim() === '') return;
  throw new SparkDevError(
    'IN_USE',
    `The account may already view ${grant.namespace}, so the demo would show no difference`,
    {
      why: 'The demo grants this right and revokes it again. It does not revoke rights that others granted.',
      fix: [
        `spark-dev namespace revoke view --namespace ${grant.namespace}`,
        'spark-dev namespace check ANOTHER --demo',
      ],
    },
  );
}
