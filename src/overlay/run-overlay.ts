import { renderKustomization, type Kustomization } from './kustomization.js';

export interface RunOverlay {
  readonly runId: string;
  /** The name as the user wrote it; kept as an annotation. */
  readonly app: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Arguments of the submit container. */
  readonly submitArguments: readonly string[];
  /** YAML, in place of the base's. */
  readonly templates?: { readonly driver: string; readonly executor: string } | undefined;
}

/** Kustomization over a copy of kustomize/run in `base`: one run's names, labels and arguments. */
export function renderRunOverlay(run: RunOverlay): string {
  return renderKustomization({
    resources: ['base'],
    namespace: run.namespace,
    namePrefix: `${run.runId}-`,
    labels: [
      {
        pairs: { 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/run': run.runId },
        includeTemplates: true,
      },
    ],
    commonAnnotations: { 'spark-dev/app': run.app },
    patches: [
      {
        target: { kind: 'Job', name: 'submit' },
        operations: [
          {
            op: 'add',
            path: '/spec/template/spec/containers/0/args',
            value: ['submit', ...run.submitArguments].map(escapeExpansion),
          },
          { op: 'replace', path: '/spec/template/spec/serviceAccountName', value: run.serviceAccount },
        ],
      },
      ...templatePatches(run.templates),
    ],
  });
}

function templatePatches(templates: RunOverlay['templates']): NonNullable<Kustomization['patches']> {
  if (templates === undefined) return [];
  const operations = (['driver', 'executor'] as const).map(
    (role) => ({ op: 'add', path: `/data/${role}-template.yaml`, value: templates[role] }) as const,
  );
  return [{ target: { kind: 'ConfigMap', name: 'settings' }, operations }];
}

/** Kubernetes expands `$(NAME)` and `$$` in arguments; https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
export function escapeExpansion(word: string): string {
  return word.replaceAll('$', '$$$$');
}
