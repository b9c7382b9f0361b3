import { SparkDevError } from '../../errors/spark-dev-error.js';
import { askKubectl, kubectl } from '../../kube/kubectl.js';
import { findAccountGaps } from '../../namespaces/check-rights.js';
import { nameResource, type DriverRight } from '../../namespaces/driver-rights.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import type { JobProblem } from '../../job/conf-rules.js';
import type { SparkJob } from '../../job/job.js';
import { jobInvalid, type LocatedProblem } from '../../job/job-invalid.js';
import { validateObjects, listArgv, readKeys } from './cluster-objects.js';
import { validateImage, placesInImage, probeImage } from './image-probe.js';

/**
 * Checks the job's needs in the cluster before anything is built: the account and its rights, secrets, claims, and files in
 * the image. Throws with everything that is missing; skips what this user may not read. Returns the Spark version of the
 * image if that was checked.
 */
export async function checkJob(
  session: NamespaceSession,
  job: SparkJob,
  place: (problem: JobProblem) => LocatedProblem,
): Promise<string | undefined> {
  const { cluster } = session;
  const [rights, objects, nodes, image] = await Promise.all([
    checkAccount(session, job),
    checkObjects(session, job),
    checkNodes(session, job),
    checkImage(session, job),
  ]);
  const { problems: ofImage, sparkVersion } = image;
  const problems = [...(job.serviceAccount === undefined ? [] : rights), ...objects, ...nodes, ...ofImage];
  if (problems.length > 0) throw jobInvalid(problems.map(place));
  const [gap] = job.serviceAccount === undefined ? rights : [];
  if (gap === undefined) return sparkVersion;
  throw new SparkDevError('PREREQUISITE_MISSING', `Jobs cannot run in namespace ${cluster.namespace}`, {
    why: rights.map(({ message }) => message).join('\n'),
    fix: [`spark-dev namespace create ${cluster.namespace}`, `spark-dev namespace check ${cluster.namespace}`],
  });
}

/** The right for Spark's own on-demand claims, if a property requests one. */
const claimRights: readonly DriverRight[] = ['create', 'patch'].map((verb) => ({
  verb,
  group: '',
  resource: 'persistentvolumeclaims',
  why: 'a property has the claim name OnDemand; volumes with onDemand do not need this right',
}));

async function checkAccount(session: NamespaceSession, job: SparkJob): Promise<readonly JobProblem[]> {
  const account = job.serviceAccount ?? session.cluster.serviceAccount;
  const { namespace } = session.cluster;
  const onDemand = Object.entries(job.conf).some(
    ([key, value]) => key.endsWith('.options.claimName') && value.toLowerCase() === 'ondemand',
  );
  const asAccount = { ...session, cluster: { ...session.cluster, serviceAccount: account } };
  const answer = await orSilence(session, findAccountGaps(asAccount, onDemand ? claimRights : []));
  if (answer === undefined) return [];
  const path = ['serviceAccount'];
  if (!answer.hasAccount)
    return [{ path, message: `there is no service account ${account} in namespace ${namespace}` }];
  const [first, ...others] = answer.missing;
  if (first === undefined) return [];
  const list = answer.missing.map((right) => `${right.verb} ${nameResource(right)}`).join(', ');
  const why = others.length === 0 ? `: ${first.why}` : '';
  return [{ path, message: `service account ${account} may not ${list} in namespace ${namespace}${why}` }];
}

async function checkObjects(session: NamespaceSession, job: SparkJob): Promise<readonly JobProblem[]> {
  const { cluster } = session;
  const list = async (
    kind: 'secrets' | 'persistentvolumeclaims',
    isNeeded: boolean,
  ): Promise<ReadonlyMap<string, readonly string[]> | undefined> => {
    if (!isNeeded) return undefined;
    const answer = await orSilence(session, askKubectl(session, listArgv(cluster, kind)));
    return answer === undefined ? undefined : readKeys(answer);
  };
  const [secrets, claims] = await Promise.all([
    list('secrets', job.secrets.length > 0),
    list(
      'persistentvolumeclaims',
      job.volumes.some(({ kind }) => kind === 'claim'),
    ),
  ]);
  return validateObjects(job, cluster.namespace, { secrets, claims });
}

/** A pod that fits no node would wait forever. */
async function checkNodes(session: NamespaceSession, job: SparkJob): Promise<readonly JobProblem[]> {
  const judge = async (labels: Readonly<Record<string, string>>): Promise<readonly JobProblem[]> => {
    const words = Object.entries(labels).map((pair) => pair.join('='));
    const [first] = Object.keys(labels);
    if (first === undefined) return [];
    const look = kubectl(session.cluster).get('nodes', `--selector=${words.join(',')}`, '--output=name');
    const seen = await orSilence(session, askKubectl(session, look));
    const message = `no node of the cluster has ${words.join(' and ')}`;
    return seen?.trim() === '' ? [{ path: ['nodeSelector', first], message }] : [];
  };
  const [ofDriver, ofExecutor] = await Promise.all([judge(job.driver.nodeSelector), judge(job.executor.nodeSelector)]);
  return ofDriver.length > 0 ? ofDriver : ofExecutor;
}

interface CheckedImage {
  readonly problems: readonly JobProblem[];
  readonly sparkVersion: string | undefined;
}

async function checkImage(session: NamespaceSession, job: SparkJob): Promise<CheckedImage> {
  const places = placesInImage(job);
  const { sparkVersion, sparkImage } = session.cluster;
  if (job.image === undefined && places.length === 0) {
    const fits = job.sparkVersion === undefined || job.sparkVersion === sparkVersion;
    const message = `the cluster's image has Spark ${sparkVersion}, not ${job.sparkVersion ?? ''}`;
    return { problems: fits ? [] : [{ path: ['spark'], message }], sparkVersion };
  }
  const facts = await probeImage(
    session,
    job.image ?? sparkImage,
    places.map(({ at }) => at),
  );
  const { inside } = facts;
  const found = 'sparkVersion' in inside ? inside.sparkVersion : undefined;
  return { problems: validateImage(job, facts), sparkVersion: found };
}

/** Missing read rights do not stop a run. */
async function orSilence<Value>(
  { host, signal }: NamespaceSession,
  question: Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await question;
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    host.ui.detail(`Not checked before the run: ${error.why ?? error.what}`);
    return undefined;
  }
}
