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
  /** The id of the home whose run it is. */
  readonly home?: string | undefined;
  /** Arguments of the submit container. */
  readonly submitArguments: readonly string[];
  /** The text of the properties file that they name. */
  readonly properties: string;
  /** Nodes get the image from a registry, not from the daemon that built it. */
  readonly pulls?: boolean;
  /** The application's image, where Skaffold does not put the built one there. */
  readonly image?: string;
  /** YAML, in place of the base's. */
  readonly templates?: { readonly driver: string; readonly executor: string } | undefined;
}

/** All files of one run's overlay: the application's own below `base`, and the run's names, labels and arguments over it. */
export function layRunOverlay(application: OverlayFiles, run: RunOverlay): OverlayFiles {
  const below = Object.entries(application).map(([path, text]) => [`base/${path}`, text] as const);
  return { 'kustomization.yaml': renderRunOverlay(run), ...Object.fromEntries(below) };
}

/** Kustomization over the application's overlay in `base`: one run's names, labels and arguments. */
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

/** Where the submit pod has its properties file, and what that is called. */
export const propertiesFolder = '/opt/spark/properties';
export const propertiesKey = 'spark.properties';

const propertiesVolume = {
  name: 'properties',
  configMap: { name: 'settings', defaultMode: 0o440, items: [{ key: propertiesKey, path: propertiesKey }] },
};

const settings = { kind: 'ConfigMap', name: 'settings' };

/** For driver and executors, of which spark-submit is told by this key. */
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

/** Kubernetes expands `$(NAME)` and `$$` in arguments; https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
export function escapeExpansion(word: string): string {
  return word.replaceAll('$', '$$$$');
}

/** As kubelet would have read it. */
export function unescapeExpansion(word: string): string {
  return word.replaceAll('$$', '$');
}
