import type { OverlayFiles } from './kustomize/kustomization.js';
import type { JsonPatchOperation, Patch } from './kustomize/patch.js';
import { renderKustomization } from './kustomize/render.js';
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
  /** YAML that replaces the base's. */
  readonly templates?: { readonly driver: string; readonly executor: string } | undefined;
}

/** All files of one run's overlay: the application's own below `base`, and the run's names, labels and arguments on top. */
export function layRunOverlay(application: OverlayFiles, run: RunOverlay): OverlayFiles {
  const below = Object.entries(application).map(([path, text]) => [`base/${path}`, text] as const);
  return { 'kustomization.yaml': renderRunOverlay(run), ...Object.fromEntries(below) };
}

/** The kustomization on top of the application's overlay in `base`: one run's names, labels and arguments. */
function renderRunOverlay(run: RunOverlay): string {
  return renderKustomization({
    resources: ['base'],
    namespace: run.namespace,
    namePrefix: `${run.runId}-`,
    labels: [
      {
        pairs: runLabels(run.runId, run.home),
        includeTemplates: true,
      },
    ],
    commonAnnotations: { 'spark-dev/app': run.app },
    patches: [
      { target: { kind: 'Job', name: 'submit' }, operations: changeJob(run) },
      { target: settings, operations: [{ op: 'add', path: `/data/${propertiesKey}`, value: run.properties }] },
      ...nameImage(run),
      ...replaceTemplates(run),
    ],
  });
}

function changeJob({ submitArguments, serviceAccount, pulls = false, image }: RunOverlay): JsonPatchOperation[] {
  const container = '/spec/template/spec/containers/0';
  const said = { imagePullPolicy: pulls ? 'IfNotPresent' : undefined, image };
  return [
    { op: 'add', path: `${container}/args`, value: ['submit', ...submitArguments].map(escapeExpansion) },
    { op: 'replace', path: '/spec/template/spec/serviceAccountName', value: serviceAccount },
    { op: 'add', path: '/spec/template/spec/volumes/-', value: propertiesVolume },
    { op: 'add', path: `${container}/volumeMounts/-`, value: { name: 'properties', mountPath: propertiesFolder } },
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

const settings = { kind: 'ConfigMap', name: 'settings' };

/** Files for driver and executors, passed to spark-submit by this key. */
function nameImage({ image }: RunOverlay): Patch[] {
  return image === undefined
    ? []
    : [{ target: settings, operations: [{ op: 'add', path: '/data/SPARK_IMAGE', value: image }] }];
}

function replaceTemplates({ templates }: RunOverlay): Patch[] {
  if (templates === undefined) return [];
  const operations = (['driver', 'executor'] as const).map(
    (role) => ({ op: 'add', path: `/data/${role}-template.yaml`, value: templates[role] }) as const,
  );
  return [{ target: settings, operations }];
}

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
