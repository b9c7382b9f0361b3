import { askKubectl, kubectl } from '../kube/kubectl.js';
import { eventsClaim } from '../kube/names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import {
  driverRights,
  nameResource,
  prepareRights,
  runRights,
  type CallerRight,
  accountName,
  findMissingRights,
} from './driver-rights.js';
import type { NamespaceSession } from './session.js';

/** Throws RIGHTS_MISSING with each verb, resource and namespace, before anything is built or submitted. */
export async function requireRunRights(session: NamespaceSession): Promise<void> {
  const { cluster } = session;
  const { namespace, serviceAccount } = cluster;
  const own = await findMissingRights(session, runRights);
  if (own.length > 0) throw rightsMissing(session, 'run jobs', describe('you', own, namespace), 'edit');
  const account = `${namespace}/${serviceAccount}`;
  const residents = [`serviceaccount/${serviceAccount}`, `persistentvolumeclaim/${eventsClaim}`];
  const look = kubectl(cluster, namespace).get(...residents, '--ignore-not-found', '--output=name');
  const found = (await askKubectl(session, look)).split('\n');
  const absent = residents.filter((one) => !found.includes(one));
  const gaps = absent.map((one) => `there is no ${one.replace('/', ' ')} in ${namespace}`);
  // without impersonation rights this is skipped; the driver then fails later
  const driver = await findMissingRights(session, driverRights, accountName(cluster)).catch((error: unknown) => {
    if (session.signal.aborted || !(error instanceof SparkDevError)) throw error;
    session.host.ui.warn(`Could not check the rights of ${account}: ${error.why ?? error.what}`);
    return [];
  });
  const missing = [...gaps, ...describe(`the service account ${account}`, driver, namespace)];
  if (missing.length > 0) throw rightsMissing(session, 'run jobs', missing, 'admin');
}

/** Nobody can grant rights that they lack, so the driver's rights are checked too. */
export async function requirePrepareRights(session: NamespaceSession): Promise<void> {
  const { namespace } = session.cluster;
  const missing = await findMissingRights(session, [...prepareRights, ...driverRights]);
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
