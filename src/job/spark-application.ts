import { splitCommas } from '../config/app-flags.js';
import { listAt, listOf, objectAt, type Json } from './plain-json.js';
import { roleNames, type RoleName } from './job.js';

/** A manifest of one of Spark's operators, as parts of an entry of `apps:` and as properties. */
interface ForeignApplication {
  readonly name: string | undefined;
  readonly entry: Record<string, unknown>;
  readonly properties: Readonly<Record<string, string>>;
  /** Paths of fields that an entry has nothing for. */
  readonly leftOut: readonly string[];
}

/** Pure: a SparkApplication of either operator; undefined for any other object. Schedules count as what they start. */
export function readSparkApplication(object: Json): ForeignApplication | undefined {
  const group = String(object['apiVersion']).replace(/\/.*/, '');
  const kind = String(object['kind']);
  if (!kind.endsWith('SparkApplication') || !['sparkoperator.k8s.io', 'spark.apache.org'].includes(group))
    return undefined;
  const outer = objectAt(object, 'spec');
  const spec = kind === 'ScheduledSparkApplication' ? objectAt(outer, 'template') : outer;
  const name = objectAt(object, 'metadata')['name'];
  const read = group === 'spark.apache.org' ? readApache(spec) : readKubeflow(spec);
  return { ...read, name: typeof name === 'string' ? name : undefined, entry: defined(read.entry) };
}

type Read = Omit<ForeignApplication, 'name'>;

/** https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md, v1beta2 */
function readKubeflow(spec: Json): Read {
  const deps = objectAt(spec, 'deps');
  const allocation = objectAt(spec, 'dynamicAllocation');
  const roles = roleNames.map((role) => readRole(role, objectAt(spec, role), listAt(spec, 'volumes')));
  const hadoop = Object.entries(objectAt(spec, 'hadoopConf')).map(
    ([key, value]) => [`spark.hadoop.${key}`, value] as const,
  );
  return {
    entry: {
      path: spec['mainApplicationFile'],
      main: spec['mainClass'],
      args: spec['arguments'],
      spark: spec['sparkVersion'],
      image: spec['image'],
      deployMode: spec['mode'],
      nodeSelector: spec['nodeSelector'],
      ...pick(deps, ['jars', 'files', 'pyFiles', 'archives']),
      ...Object.fromEntries(roles.map(({ role, entry }) => [role, entry])),
      executors: objectAt(spec, 'executor')['instances'],
      serviceAccount: objectAt(spec, 'driver')['serviceAccount'],
      secrets: some(roles.flatMap(({ secrets }) => secrets)),
      volumes: some(roles.flatMap(({ volumes }) => volumes)),
      tolerations: some(roleNames.flatMap((role) => listAt(objectAt(spec, role), 'tolerations'))),
    },
    properties: texts({
      ...objectAt(spec, 'sparkConf'),
      ...Object.fromEntries(hadoop),
      'spark.jars.packages': listOf(deps['packages']).join(',') || undefined,
      'spark.jars.excludes': listOf(deps['excludePackages']).join(',') || undefined,
      'spark.jars.repositories': listOf(deps['repositories']).join(',') || undefined,
      'spark.kubernetes.memoryOverheadFactor': spec['memoryOverheadFactor'],
      'spark.dynamicAllocation.enabled': allocation['enabled'],
      'spark.dynamicAllocation.minExecutors': allocation['minExecutors'],
      'spark.dynamicAllocation.maxExecutors': allocation['maxExecutors'],
      'spark.dynamicAllocation.initialExecutors': allocation['initialExecutors'],
      ...Object.fromEntries(roles.flatMap(({ properties }) => Object.entries(properties))),
    }),
    leftOut: [
      ...others('spec', spec, ofKubeflow),
      ...others('spec.deps', deps, 'jars files pyFiles archives packages excludePackages repositories'),
      ...others('spec.dynamicAllocation', allocation, 'enabled minExecutors maxExecutors initialExecutors'),
      ...roles.flatMap(({ leftOut }) => leftOut),
    ],
  };
}

const ofKubeflow =
  'type mainApplicationFile mainClass arguments sparkVersion image mode nodeSelector deps driver executor volumes sparkConf hadoopConf memoryOverheadFactor dynamicAllocation pythonVersion';
const ofRole =
  'cores memory memoryOverhead labels annotations nodeSelector tolerations coreRequest coreLimit javaOptions serviceAccount instances env envVars envSecretKeyRefs secrets volumeMounts';

function readRole(role: RoleName, pod: Json, known: readonly Json[]) {
  const variables = listAt(pod, 'env');
  const plain = variables.filter(({ value }) => value !== undefined).map(({ name, value }) => [String(name), value]);
  const refs = [
    ...variables.map((one) => [one['name'], objectAt(objectAt(one, 'valueFrom'), 'secretKeyRef')] as const),
    ...Object.entries(objectAt(pod, 'envSecretKeyRefs')).map(([name, ref]) => [name, ref as Json] as const),
  ].filter(([, ref]) => ref['name'] !== undefined);
  const mounts = listAt(pod, 'volumeMounts').map((mount) => {
    const volume = known.find(({ name }) => name === mount['name']) ?? {};
    const claim = objectAt(volume, 'persistentVolumeClaim')['claimName'];
    const source = claim === undefined ? pick({ emptyDir: readEmptyDir(volume) }, ['emptyDir']) : { claim };
    return {
      mount,
      source,
      volume: defined({
        name: mount['name'],
        path: mount['mountPath'],
        readOnly: mount['readOnly'],
        ...source,
        on: role,
      }),
    };
  });
  const sourced = mounts.filter(({ source }) => Object.keys(defined(source)).length > 0);
  return {
    role,
    entry: some(
      defined({
        ...pick(pod, ['cores', 'memory', 'labels', 'annotations', 'nodeSelector']),
        overhead: pod['memoryOverhead'],
        env: some({ ...Object.fromEntries(plain), ...objectAt(pod, 'envVars') }),
      }),
    ),
    secrets: [
      ...refs.map(([env, ref]) => ({ secret: ref['name'], env, key: ref['key'], on: role })),
      ...listAt(pod, 'secrets').map(({ name, path }) => ({ secret: name, path, on: role })),
    ],
    volumes: sourced.map(({ volume }) => volume),
    properties: texts({
      [`spark.kubernetes.${role}.request.cores`]: pod['coreRequest'],
      [`spark.kubernetes.${role}.limit.cores`]: pod['coreLimit'],
      [`spark.${role}.extraJavaOptions`]: pod['javaOptions'],
    }),
    leftOut: [
      ...others(`spec.${role}`, pod, ofRole),
      ...mounts
        .filter((one) => !sourced.includes(one))
        .map(({ mount }) => `spec.${role}.volumeMounts ${String(mount['name'])} (put it into a pod template)`),
    ],
  };
}

function readEmptyDir(volume: Json): Json | undefined {
  if (volume['emptyDir'] === undefined) return undefined;
  const { medium, sizeLimit } = objectAt(volume, 'emptyDir');
  return defined({ medium: medium === 'Memory' ? 'memory' : undefined, size: sizeLimit });
}

/** https://github.com/apache/spark-kubernetes-operator, v1: jars or pyFiles hold the application. */
function readApache(spec: Json): Read {
  const { sparkVersion } = objectAt(spec, 'runtimeVersions');
  const [first, ...pyFiles] = commas(spec['pyFiles']);
  const isPython = first !== undefined;
  const properties = texts(objectAt(spec, 'sparkConf'));
  return {
    entry: {
      path: first ?? spec['jars'] ?? spec['sparkRFiles'],
      pyFiles: some(pyFiles),
      jars: isPython ? some(commas(spec['jars'])) : undefined,
      main: isPython ? undefined : spec['mainClass'],
      files: some(commas(spec['files'])),
      args: spec['driverArgs'],
      spark: /^\d+\.\d+\.\d+$/.test(String(sparkVersion)) ? sparkVersion : undefined,
    },
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        key,
        value.replaceAll('{{SPARK_VERSION}}', typeof sparkVersion === 'string' ? sparkVersion : ''),
      ]),
    ),
    leftOut: others('spec', spec, 'mainClass jars pyFiles sparkRFiles files driverArgs sparkConf runtimeVersions'),
  };
}

function pick(from: Json, keys: readonly string[]): Json {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}

function others(path: string, from: Json, known: string): readonly string[] {
  const keys = known.split(' ');
  return Object.keys(from).flatMap((key) => (keys.includes(key) ? [] : [`${path}.${key}`]));
}

function defined(from: Json): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined && value !== null));
}

function commas(value: unknown): readonly string[] {
  return typeof value === 'string' ? splitCommas(value) : [];
}

/** Undefined if it is empty. */
function some<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function texts(from: Json): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(defined(from)).map(([key, value]) => [key, String(value)]));
}
