import {
  type JsonPatchOperation,
  type OverlayFiles,
  type Patch,
  renderKustomization,
} from './kustomize/kustomization.js';
import { runLabels } from '../kube/labels.js';

export interface RunOverlay {
  readonly runId: string;
  /** The name as the user wrote it; kept as an annotation. */
  readonly app: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The id of the home that owns the run. */
  readonly home?: string | undefined;
  /** Arguments of the submit container. */
  readonly submitArguments: readonly string[];
  /** The content of the properties file that they name. */
  readonly properties: string;
  /** The image comes from a registry, not from the daemon that built it. */
  readonly pulls?: boolean;
  /** The application's image, if Skaffold does not insert the built one. */
  readonly image?: string;
  /** Instead of the application's files below `base`. */
  readonly resources?: readonly string[];
  /** A file that becomes a ConfigMap, in this folder of the submit pod: Spark's conf folder, which spark-submit hands on. */
  readonly program?: { readonly path: string; readonly folder: string };
  /** YAML that replaces the base's. */
  readonly templates?: { readonly driver: string; readonly executor: string } | undefined;
}

/** All files of one run's overlay: the application's own below `base`, and the run's names, labels and arguments on top. */
export function layRunOverlay(application: OverlayFiles, run: RunOverlay): OverlayFiles {
  const { runId, home, app, namespace, properties, image, templates, program, resources = ['base'] } = run;
  const below = Object.entries(application).map(([path, text]) => [`base/${path}`, text] as const);
  const kustomization = renderKustomization({
    resources,
    namespace,
    namePrefix: `${runId}-`,
    labels: [{ pairs: runLabels(runId, home), includeTemplates: true }],
    commonAnnotations: { 'spark-dev/app': app },
    ...(program === undefined
      ? {}
      : { configMapGenerator: [{ name: 'program', files: [program.path], options: { disableNameSuffixHash: true } }] }),
    patches: [
      { target: { kind: 'Job', name: 'submit' }, operations: changeJob(run) },
      setData([propertiesKey, properties]),
      // for driver and executors: the submit container passes it to spark-submit
      ...(image === undefined ? [] : [setData(['SPARK_IMAGE', image])]),
      ...(templates === undefined
        ? []
        : [setData(...Object.entries(templates).map(([role, text]) => [`${role}-template.yaml`, text] as const))]),
    ],
  });
  return { 'kustomization.yaml': kustomization, ...Object.fromEntries(below) };
}

/** Values in the ConfigMap `settings`. */
function setData(...pairs: readonly (readonly [key: string, value: string])[]): Patch {
  const operations = pairs.map(([key, value]) => ({ op: 'add', path: `/data/${key}`, value }) as const);
  return { target: { kind: 'ConfigMap', name: 'settings' }, operations };
}

function changeJob({
  submitArguments,
  serviceAccount,
  pulls = false,
  image,
  program,
}: RunOverlay): JsonPatchOperation[] {
  const container = '/spec/template/spec/containers/0';
  const said = { imagePullPolicy: pulls ? 'IfNotPresent' : undefined, image };
  return [
    { op: 'add', path: `${container}/args`, value: ['submit', ...submitArguments].map(escapeExpansion) },
    { op: 'replace', path: '/spec/template/spec/serviceAccountName', value: serviceAccount },
    { op: 'add', path: '/spec/template/spec/volumes/-', value: propertiesVolume },
    { op: 'add', path: `${container}/volumeMounts/-`, value: { name: 'properties', mountPath: propertiesFolder } },
    ...(program === undefined
      ? []
      : ([
          {
            op: 'add',
            path: '/spec/template/spec/volumes/-',
            value: { name: 'program', configMap: { name: 'program' } },
          },
          { op: 'add', path: `${container}/volumeMounts/-`, value: { name: 'program', mountPath: program.folder } },
          // without it, spark-submit hands nothing of the folder on
          { op: 'add', path: `${container}/env/-`, value: { name: 'SPARK_CONF_DIR', value: program.folder } },
        ] as const)),
    ...Object.entries(said).flatMap(([field, value]) =>
      value === undefined ? [] : [{ op: 'add', path: `${container}/${field}`, value } as const],
    ),
  ];
}

/** Path and name of the properties file in the submit pod. */
export const propertiesFolder = '/opt/spark/properties';
export const propertiesKey = 'spark.properties';

const propertiesVolume = {
  name: 'properties',
  configMap: { name: 'settings', defaultMode: 0o440, items: [{ key: propertiesKey, path: propertiesKey }] },
};

/**
 * Kubernetes expands `$(NAME)` and `$$` in arguments;
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function escapeExpansion(word: string): string {
  return word.replaceAll('$', '$$$$');
}

/** As kubelet would have read it. */
export function unescapeExpansion(word: string): string {
  return word.replaceAll('$$', '$');
}
