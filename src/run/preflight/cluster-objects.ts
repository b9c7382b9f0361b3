import { kubectl } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { suggestNearest } from '../../config/suggest.js';
import type { Argv } from '../../ports/runner.js';
import type { JobProblem } from '../../job/conf-rules.js';
import type { SparkJob } from '../../job/job.js';

/** Names of all secrets and their keys, and of all claims; never a value. */
const secretTemplate = '{{range .items}}{{.metadata.name}}{{range $key, $_ := .data}} {{$key}}{{end}}{{"\\n"}}{{end}}';
const claimTemplate = '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}';

export function listArgv(cluster: PreparedCluster, kind: 'secrets' | 'persistentvolumeclaims'): Argv {
  const template = kind === 'secrets' ? secretTemplate : claimTemplate;
  return kubectl(cluster, cluster.namespace).get(kind, `--output=go-template=${template}`);
}

/** `db password user` → db: {password, user}. */
export function readKeys(stdout: string): ReadonlyMap<string, readonly string[]> {
  const rows = stdout.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    rows.map((row) => {
      const [name = '', ...keys] = row.trim().split(/\s+/);
      return [name, keys];
    }),
  );
}

/** Pure: missing secrets and claims of the job; undefined if they could not be read. */
export function validateObjects(
  job: SparkJob,
  namespace: string,
  seen: {
    readonly secrets: ReadonlyMap<string, readonly string[]> | undefined;
    readonly claims: ReadonlyMap<string, readonly string[]> | undefined;
  },
): readonly JobProblem[] {
  const { secrets, claims } = seen;
  const inSecrets = job.secrets.flatMap((one, index) => {
    if (secrets === undefined) return [];
    const path = ['secrets', String(index)];
    const keys = secrets.get(one.secret);
    if (keys === undefined) return [{ path, message: missing('secret', one.secret, namespace, [...secrets.keys()]) }];
    if (one.kind === 'mounted' || keys.includes(one.key)) return [];
    return [{ path, message: `secret ${one.secret} has no key ${one.key}; it has ${keys.join(', ') || 'none'}` }];
  });
  const inVolumes = job.volumes.flatMap((volume, index) =>
    volume.kind !== 'claim' || claims?.has(volume.claim) !== false
      ? []
      : [
          {
            path: ['volumes', String(index)],
            message: missing('claim', volume.claim, namespace, [...claims.keys()]),
          },
        ],
  );
  return [...inSecrets, ...inVolumes];
}

function missing(kind: string, name: string, namespace: string, known: readonly string[]): string {
  const nearest = suggestNearest(name, known);
  const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `there is no ${kind} ${name} in namespace ${namespace}${advice}`;
}
