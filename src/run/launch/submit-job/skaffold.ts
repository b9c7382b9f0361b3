import { join } from 'node:path';
import { toYaml } from '../../../overlay/kustomize/render.js';
import type { Argv } from '../../../ports/runner.js';

/** The artifact's name in image fields and in SPARK_IMAGE; Skaffold replaces it with the built tag. */
const artifactName = 'spark-dev-app';

/** skaffold.yaml of one run, for Skaffold 2.16; https://skaffold.dev/docs/references/yaml/ */
export function renderSkaffoldYaml(run: {
  readonly runId: string;
  readonly context: string;
  /** Built here and pushed, not built in the cluster's own daemon. */
  readonly pushes: boolean;
}): string {
  return toYaml({
    apiVersion: 'skaffold/v4beta13',
    kind: 'Config',
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

export interface SkaffoldCall {
  readonly skaffold: string;
  /** The run folder, with skaffold.yaml, image/ and overlay/. */
  readonly folder: string;
  readonly context: string;
  /** Outside the user's ~/.skaffold. */
  readonly config: string;
  readonly cache: string;
  /** Whether it may ask minikube for the daemon. */
  readonly onMinikube: boolean;
  /** The registry for the image; absent if it is built in the cluster's own daemon. */
  readonly registry: string | undefined;
}

/** Builds in the cluster's daemon and deploys; spark-dev itself watches, follows and forwards. */
export function skaffoldRunArgv(call: SkaffoldCall): Argv {
  return [
    call.skaffold,
    'run',
    `--filename=${join(call.folder, 'skaffold.yaml')}`,
    `--config=${call.config}`,
    `--cache-file=${call.cache}`,
    `--kube-context=${call.context}`,
    '--port-forward=off',
    '--tail=false',
    '--status-check=false',
    '--interactive=false',
    '--update-check=false',
    `--detect-minikube=${String(call.onMinikube)}`,
    ...(call.registry === undefined ? [] : [`--default-repo=${call.registry}`]),
  ];
}

/** Our own global configuration: no telemetry, no surveys. */
export const skaffoldSettings = toYaml({
  global: { 'collect-metrics': false, survey: { 'disable-prompt': true } },
  kubeContexts: [],
});

/** Unsets the user's SKAFFOLD_* variables (default repository, profiles, push): they are for other projects. */
export function skaffoldEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const theirs = Object.keys(env).filter((name) => name.startsWith('SKAFFOLD_'));
  return { ...Object.fromEntries(theirs.map((name) => [name, undefined])), SKAFFOLD_UPDATE_CHECK: 'false' };
}
