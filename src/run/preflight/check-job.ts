import { suggestNearest } from '../../config/suggest.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { askKubectl, kubectl } from '../../kube/kubectl.js';
import { findAccountGaps } from '../../namespaces/check-rights.js';
import { nameResource, type DriverRight } from '../../namespaces/driver-rights.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import type { JobProblem } from '../../job/conf-rules.js';
import type { SparkJob } from '../../job/job.js';
import { listLines } from '../../text/words.js';
import { listTemplateObjects, templateKinds } from './template-objects.js';
import { filesInImage, probeImage, validateImage } from './image-probe.js';
import { jobInvalid, type LocatedProblem } from '../../job/read-job.js';

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
  // what the namespace grants to its own account is no fault of the job
  const isOurs = ({ path }: JobProblem): boolean => job.serviceAccount === undefined && path[0] === 'serviceAccount';
  const problems = [...rights.filter((one) => !isOurs(one)), ...objects, ...nodes, ...ofImage];
  if (problems.length > 0) throw jobInvalid(problems.map(place));
  if (!rights.some(isOurs)) return sparkVersion;
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
  why: 'a property has the claim name OnDemand',
}));

async function checkAccount(session: NamespaceSession, job: SparkJob): Promise<readonly JobProblem[]> {
  const account = job.serviceAccount ?? session.cluster.serviceAccount;
  const { namespace } = session.cluster;
  const onDemand = Object.keys(job.conf).find(
    (key) => key.endsWith('.options.claimName') && job.conf[key]?.toLowerCase() === 'ondemand',
  );
  const asAccount = { ...session, cluster: { ...session.cluster, serviceAccount: account } };
  const answer = await orSilence(session, findAccountGaps(asAccount, onDemand === undefined ? [] : claimRights));
  if (answer === undefined) return [];
  const path = ['serviceAccount'];
  const { hasAccount, missing } = answer;
  if (!hasAccount) return [{ path, message: `there is no service account ${account} in namespace ${namespace}` }];
  if (missing.length === 0) return [];
  if (onDemand !== undefined && missing.every((right) => claimRights.includes(right))) {
    const message = `service account ${account} may not create claims; use volumes: with onDemand in spark-dev.yaml`;
    return [{ path: ['conf', onDemand], message }];
  }
  const list = missing.map((right) => `${right.verb} ${nameResource(right)}`).join(', ');
  const why = missing.length === 1 ? `: ${missing[0]?.why ?? ''}` : '';
  return [{ path, message: `service account ${account} may not ${list} in namespace ${namespace}${why}` }];
}

/** Missing secrets, their keys, and claims; and what the pod templates name. */
async function checkObjects(session: NamespaceSession, job: SparkJob): Promise<readonly JobProblem[]> {
  const named = listTemplateObjects(job);
  const wanted = new Set<Kind>([
    ...(job.secrets.length > 0 ? (['secrets'] as const) : []),
    ...(job.volumes.some(({ kind }) => kind === 'claim') ? (['persistentvolumeclaims'] as const) : []),
    ...named.map(({ kind }) => kind),
  ]);
  const listed = await Promise.all([...wanted].map(async (kind) => [kind, await listKeys(session, kind)] as const));
  const known = new Map(listed);
  const [secrets, claims] = [known.get('secrets'), known.get('persistentvolumeclaims')];
  const missing = (kind: string, name: string, there: Iterable<string>): string => {
    const nearest = suggestNearest(name, [...there]);
    const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    const where = kind === templateKinds.priorityclasses ? '' : ` in namespace ${session.cluster.namespace}`;
    return `there is no ${kind} ${name}${where}${advice}`;
  };
  const inSecrets = job.secrets.flatMap((one, index) => {
    if (secrets === undefined) return [];
    const path = ['secrets', String(index)];
    const keys = secrets.get(one.secret);
    if (keys === undefined) return [{ path, message: missing('secret', one.secret, secrets.keys()) }];
    if (one.kind === 'mounted' || keys.includes(one.key)) return [];
    return [{ path, message: `secret ${one.secret} has no key ${one.key}; it has ${keys.join(', ') || 'none'}` }];
  });
  const inVolumes = job.volumes.flatMap((volume, index) => {
    if (volume.kind !== 'claim' || claims?.has(volume.claim) !== false) return [];
    return [{ path: ['volumes', String(index)], message: missing('claim', volume.claim, claims.keys()) }];
  });
  const inTemplates = named.flatMap(({ role, kind, name }) => {
    const there = known.get(kind);
    if (there === undefined || there.has(name)) return [];
    return [{ path: [role, 'podTemplate'], message: missing(templateKinds[kind], name, there.keys()) }];
  });
  return [...inSecrets, ...inVolumes, ...inTemplates];
}

type Kind = keyof typeof templateKinds;

const keysOfEach = '{{range $key, $_ := .data}} {{$key}}{{end}}';

/** Names of all objects of a kind, secrets with their keys and never a value; undefined if they could not be read. */
async function listKeys(
  session: NamespaceSession,
  kind: Kind,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const { cluster } = session;
  const template = `{{range .items}}{{.metadata.name}}${kind === 'secrets' ? keysOfEach : ''}{{"\\n"}}{{end}}`;
  const argv = kubectl(cluster, cluster.namespace).get(kind, `--output=go-template=${template}`);
  const answer = await orSilence(session, askKubectl(session, argv));
  const rows = answer === undefined ? undefined : listLines(answer).map((line) => line.trim().split(/\s+/));
  return rows && new Map(rows.map(([name = '', ...keys]) => [name, keys]));
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

async function checkImage(
  session: NamespaceSession,
  job: SparkJob,
): Promise<{ readonly problems: readonly JobProblem[]; readonly sparkVersion: string | undefined }> {
  const files = filesInImage(job).map(({ at }) => at);
  const { sparkVersion, sparkImage } = session.cluster;
  if (job.image === undefined && files.length === 0) {
    const fits = job.sparkVersion === undefined || job.sparkVersion === sparkVersion;
    const message = `the cluster's image has Spark ${sparkVersion}, not ${job.sparkVersion ?? ''}`;
    return { problems: fits ? [] : [{ path: ['spark'], message }], sparkVersion };
  }
  const facts = await probeImage(session, job.image ?? sparkImage, files);
  const found = 'sparkVersion' in facts.inside ? facts.inside.sparkVersion : undefined;
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
