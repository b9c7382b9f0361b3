import { join } from 'node:path';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import type { Argv } from '../../../ports/runner.js';
import { toYaml } from '../../../overlay/kustomize/kustomization.js';

/** The artifact's name in image fields and in SPARK_IMAGE; Skaffold replaces it with the built tag. */
const artifactName = 'spark-dev-app';

/** Of Skaffold 2.16. */
export const skaffoldApi = { apiVersion: 'skaffold/v4beta13', kind: 'Config' };

/** skaffold.yaml of one run, for Skaffold 2.16; https://skaffold.dev/docs/references/yaml/ */
export function renderSkaffoldYaml(run: {
  readonly runId: string;
  readonly context: string;
  /** Built here and pushed, not built in the cluster's own daemon. */
  readonly pushes: boolean;
}): string {
  return toYaml({
    ...skaffoldApi,
    metadata: { name: run.runId },
    build: {
      artifacts: [{ image: artifactName, context: 'image', docker: { dockerfile: 'Dockerfile' } }],
      local: { push: run.pushes, useBuildkit: false, tryImportMissing: false },
      tagPolicy: { inputDigest: {} },
    },
    manifests: { kustomize: { paths: ['overlay'] } },
    resourceSelector: { allow: [{ groupKind: 'ConfigMap', image: ['.data.SPARK_IMAGE'] }] },
    deploy: { kubeContext: run.context, kubectl: {} },
  });
}

/** Builds in the cluster's daemon, or pushes to its registry, and deploys; spark-dev itself watches, follows and forwards. */
export function skaffoldRunArgv(
  { skaffold, context, provider, registry }: PreparedCluster,
  /** The run folder, with skaffold.yaml, image/ and overlay/. */
  folder: string,
  /** Outside the user's ~/.skaffold. */
  home: string,
): Argv {
  return [
    skaffold,
    'run',
    `--filename=${join(folder, 'skaffold.yaml')}`,
    `--config=${join(home, 'config')}`,
    `--cache-file=${join(home, 'cache')}`,
    `--kube-context=${context}`,
    '--port-forward=off',
    '--tail=false',
    '--status-check=false',
    '--interactive=false',
    '--update-check=false',
    `--detect-minikube=${String(provider.detectMinikube)}`,
    ...(registry === undefined ? [] : [`--default-repo=${registry}`]),
  ];
}

/** Our own global configuration: no telemetry, no surveys. */
export const skaffoldSettings = toYaml({
  global: { 'collect-metrics': false, survey: { 'disable-prompt': true } },
  kubeContexts: [],
});
