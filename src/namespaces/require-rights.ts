import { askKubectl, kubectl } from '../kube/kubectl.js';
import { eventsClaim } from '../kube/names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { accountName, findMissingRights } from './ask-rights.js';
import { prepareRights, runRights, type CallerRight } from './caller-rights.js';
import { driverRights, nameResource } from './driver-rights.js';
import type { NamespaceSession } from './session.js';

/** What a run needs from a prepared namespace, by kind and name. */
const residents = ['serviceaccount', 'persistentvolumeclaim'] as const;

/** Throws RIGHTS_MISSING with each verb, resource and namespace, before anything is built or submitted. */
export async function requireRunRights(session: NamespaceSession): Promise<void> {
  const { cluster } = session;
  const { namespace, serviceAccount } = cluster;
  const own = await findMissingRights(session, namespace, runRights);
  if (own.length > 0) throw rightsMissing(session, 'run jobs', describe('you', own, namespace), 'edit');
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
  // without impersonation rights this is skipped; the driver then fails later
  const driver = await findMissingRights(session, namespace, driverRights, accountName(cluster, namespace)).catch(
    (error: unknown) => {
      if (session.signal.aborted || !(error instanceof SparkDevError)) throw error;
      session.host.ui.warn(`Could not check the rights of ${account}: ${error.why ?? error.what}`);
      return [];
    },
  );
  const missing = [...gaps, ...describe(`the service account ${account}`, driver, namespace)];
  if (missing.length > 0) throw rightsMissing(session, 'run jobs', missing, 'admin');
}

/** Nobody can grant rights that they lack, so the driver's rights are checked too. */
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
    `Rights are missing in the namespace ${namespace} to ${to}: ${first}${more}`,
    {
      why: missing.join('\n'),
      fix: [
        role === 'edit'
          ? `Ask for Kubernetes' role edit in ${namespace}: kubectl create rolebinding NAME --clusterrole=edit --user=YOU --namespace=${namespace}`
          : `Ask a user with Kubernetes' role admin in ${namespace} to run: ${prepare}`,
      ],
      facts: { namespace, context, missing },
    },
  );
}
