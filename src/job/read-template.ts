import type { RoleName, UserPodTemplate } from './job.js';
import { sparkContainers } from '../spark/pod-defaults.js';
import { listAt, objectAt, type Json } from './plain-json.js';
import { isOfSpark } from './validate-job.js';
import { readText } from '../config/require-trusted.js';

/** Volumes that Pod Security `restricted` allows; https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const largestBytes = 1024 * 1024;

export interface ReadTemplate {
  readonly template?: UserPodTemplate;
  readonly problems: readonly string[];
}

/** A file that should hold one pod. Each problem starts with FILE, plus LINE:COLUMN if YAML knows them. */
export async function readTemplate(role: RoleName, file: string): Promise<ReadTemplate> {
  const read = await readText(file, largestBytes);
  if ('text' in read) return parseTemplate(role, file, read.text);
  return { problems: [`${file}${read.line === 1 ? '' : `:${String(read.line)}`}: ${read.message}`] };
}

export async function parseTemplate(role: RoleName, file: string, text: string): Promise<ReadTemplate> {
  const { isScalar, parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text, { stringKeys: true });
  const [first, ...others] =
    'empty' in documents ? [] : documents.filter(({ contents }) => !isScalar(contents) || contents.value !== null);
  const broken = (first?.errors ?? []).map((error) => {
    const place = error.linePos?.[0];
    const at = place === undefined ? '' : `:${String(place.line)}:${String(place.col)}`;
    return `${file}${at}: ${error.message.split('\n')[0] ?? ''}`;
  });
  if (broken.length > 0) return { problems: broken };
  if (others.length > 0) return { problems: [`${file}: contains several documents; a template is one pod`] };
  let value: unknown;
  try {
    value = first?.toJS({ maxAliasCount: 50 });
  } catch (error) {
    return { problems: [`${file}: ${error instanceof Error ? error.message : String(error)}`] };
  }
  if (first === undefined) return { problems: [`${file}: is empty and does not contain a pod`] };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problems: [`${file}: does not contain a pod`] };
  const pod = value as Json;
  const problems = findPodProblems(role, pod).map((complaint) => `${file}: ${complaint}`);
  return problems.length > 0 ? { problems } : { template: { file, pod }, problems };
}

function findPodProblems(role: RoleName, pod: Json): readonly string[] {
  const kind = pod['kind'] ?? 'Pod';
  if (kind === 'SparkApplication')
    return ["it is a Spark operator's application, not a pod; spark-dev overlay new NAME --from FILE reads it"];
  if (kind !== 'Pod') return [`its kind is ${JSON.stringify(kind)}; a template must be a Pod`];
  const spec = objectAt(pod, 'spec');
  const containers = spec['containers'];
  const listed = listAt(spec, 'containers');
  const names = listed.map(({ name }) => name);
  const own = listed.length === 1 ? listed : listed.filter(({ name }) => name === sparkContainers[role]);
  const hidden = own
    .flatMap((container) => listAt(container, 'volumeMounts'))
    .map(({ mountPath }) => String(mountPath))
    .map((path) => path.replace(/(.)\/+$/, '$1'))
    .filter(isOfSpark)
    .map((path) => `it mounts a volume at ${path}, where Spark has its own files; use another path`);
  const forbidden = listAt(spec, 'volumes').flatMap((volume) =>
    Object.keys(volume)
      .filter((key) => key !== 'name' && !allowedVolumes.includes(key))
      .map(
        (key) =>
          `volume ${JSON.stringify(volume['name'])} is a ${key}, which Pod Security restricted forbids; use a claim (persistentVolumeClaim)`,
      ),
  );
  return [
    ...(containers === undefined || Array.isArray(containers) ? [] : ['spec.containers is not a list']),
    ...(names.length > 1 && !names.includes(sparkContainers[role])
      ? [
          `it has ${String(names.length)} containers (${names.join(', ')}) and none is named ${sparkContainers[role]}: give that name to the container for Spark`,
        ]
      : []),
    ...forbidden,
    ...hidden,
  ];
}
