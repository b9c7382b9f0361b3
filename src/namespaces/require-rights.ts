import { askKubectl, kubectl } from '../kube/kubectl.js';
import { eventsClaim } from '../kube/names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { accountName, findMissingRights } from './ask-rights.js';
import { prepareRights, runRights, type CallerRight } from './caller-rights.js';
import { driverRights, nameResource } from './driver-rights.js';
import type { NamespaceSession } from './session.js';

/** What a prepared namespace holds for a run, by kind and name. */
const residents = ['serviceaccount', 'persistentvolumeclaim'] as const;

/** Throws RIGHTS_MISSING with each verb, resource and namespace, before anything is built or submitted. */
export async function requireRunRights(session: NamespaceSession): Promise<void> {
  const { cluster } = session;
  const { namespace, serviceAccount } = cluster;
  const own = await findMissingRights(session, namespace, runRights);
  if (own.length > 0) throw rightsMissing(session, 'run there', describe('you', own, namespace), 'edit');
  const account = `${namespace}/${serviceAccount}`;
  const names: Readonly<Record<(typeof residents)[number], string>> = {
    serviceaccount: serviceAccount,
    persistentvolumeclaim: eventsClaim,
  };
  const wanted = residents.map((kind) => `${kind}/${names[kind]}`);
  const found = await askKubectl(
    session,
    kubectl(cluster, namespace).get(...wanted, '--ignore-not-found', '--output=name'),
  );
  const absent = residents.filter((kind) => !found.split('\n').includes(`${kind}/${names[kind]}`));
  const gaps = absent.map((kind) => `there is no ${kind} ${names[kind]} in ${namespace}`);
  // whoever may not ask as the account finds out when the driver starts
  const driver = await findMissingRights(session, namespace, driverRights, accountName(cluster, namespace)).catch(
    (error: unknown) => {
      if (session.signal.aborted || !(error instanceof SparkDevError)) throw error;
      session.host.ui.warn(
        `Whether ${account} may do what a driver does could not be asked: ${error.why ?? error.what}`,
      );
      return [];
    },
  );
  const missing = [...gaps, ...describe(`the service account ${account}`, driver, namespace)];
  if (missing.length > 0) throw rightsMissing(session, 'run there', missing, 'admin');
}

/** Nobody gives away what they do not have, so the driver's rights are asked for too. */
export async function requirePrepareRights(session: NamespaceSession): Promise<void> {
  const { namespace } = session.cluster;
  const missing = await findMissingRights(session, namespace, [...prepareRights, ...driverRights]);
  if (missing.length > 0) throw rightsMissing(session, 'prepare it', describe('you', missing, namespace), 'admin');
}

function describe(who: string, rights: readonly CallerRight[], namespace: string): readonly string[] {
  return rights.map((right) => `${who} may not ${right.verb} ${nameResource(right)} in ${namespace}`);
}

function rightsMissing(
  { cluster }: NamespaceSession,
  to: string,
  missing: readonly string[],
  role: 'edit' | 'admin',
): SparkDevError {
  const { namespace, context } = cluster;
  const [first = ''] = missing;
  const more = missing.length > 1 ? `, and ${String(missing.length - 1)} more` : '';
  const prepare = `spark-dev namespace prepare ${namespace} --context ${context}`;
  return new SparkDevError(
    'RIGHTS_MISSING',
    `Rights in the namespace ${namespace} do not suffice to ${to}: ${first}${more}`,
    {
      why: missing.join('\n'),
      fix: [
        role === 'edit'
          ? `Ask for Kubernetes' role edit in ${namespace}: kubectl create rolebinding NAME --clusterrole=edit --user=YOU --namespace=${namespace}`
          : `Somebody with Kubernetes' role admin in ${namespace}: ${prepare}`,
      ],
      facts: { namespace, context, missing },
    },
  );
}
