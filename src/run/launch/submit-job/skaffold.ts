import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import type { Argv, RunOptions } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { toYaml } from '../../../overlay/kustomize/kustomization.js';

/** The artifact's name in image fields and in SPARK_IMAGE; Skaffold replaces it with the built tag. */
export const artifactName = 'spark-dev-app';

/** Of Skaffold 2.16. */
export const skaffoldApi = { apiVersion: 'skaffold/v4beta13', kind: 'Config' };

/** skaffold.yaml of one run, for Skaffold 2.16; https://skaffold.dev/docs/references/yaml/ */
export function renderSkaffoldYaml(run: {
  readonly runId: string;
  readonly context: string;
  /** Built here and pushed, not built in the cluster's own daemon. */
  readonly pushes: boolean;
  /** Changed files below these folders of image/ go into this folder of running pods, without a build. */
  readonly synced?: { readonly from: readonly string[]; readonly to: string };
}): string {
  const { synced } = run;
  const rules = synced?.from.map((folder) => ({
    src: `${folder}/**`,
    dest: synced.to,
    strip: `${folder.split('/')[0] ?? ''}/`,
  }));
  const artifact = { image: artifactName, context: 'image', docker: { dockerfile: 'Dockerfile' } };
  return toYaml({
    ...skaffoldApi,
    metadata: { name: run.runId },
    build: {
      artifacts: [rules === undefined ? artifact : { ...artifact, sync: { manual: rules } }],
      local: { push: run.pushes, useBuildkit: false, tryImportMissing: false },
      tagPolicy: { inputDigest: {} },
    },
    manifests: { kustomize: { paths: ['overlay'] } },
    resourceSelector: { allow: [{ groupKind: 'ConfigMap', image: ['.data.SPARK_IMAGE'] }] },
    deploy: { kubeContext: run.context, kubectl: {} },
  });
}

/** Builds in the cluster's daemon, or pushes to its registry, and deploys; spark-dev itself watches, follows and forwards. */
export function skaffoldArgv(
  verb: 'run' | 'dev',
  { skaffold, context, provider, registry }: PreparedCluster,
  /** The run folder, with skaffold.yaml, image/ and overlay/. */
  folder: string,
  /** Outside the user's ~/.skaffold. */
  home: string,
): Argv {
  return [
    skaffold,
    verb,
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
const skaffoldSettings = toYaml({
  global: { 'collect-metrics': false, survey: { 'disable-prompt': true } },
  kubeContexts: [],
});

interface SkaffoldCall {
  /** The run folder. */
  readonly folder: string;
  readonly config: string;
  readonly argv: Argv;
}

/** Runs it to its end; its output goes into the run folder. */
export async function runSkaffold(
  { host, cluster, signal }: NamespaceSession,
  { folder, config, argv }: SkaffoldCall,
  {
    onLine,
    ...how
  }: Pick<RunOptions, 'timeoutMs' | 'inputStream' | 'lifeline'> & {
    readonly onLine: (line: string) => void;
  },
): Promise<void> {
  const logFile = join(folder, 'skaffold.log');
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, skaffoldSettings);
  // Skaffold's last lines do not contain kubectl's reason for a refused object
  let refusal: string | undefined;
  try {
    await host.runner.run(argv, {
      cwd: folder,
      env: { ...cluster.childEnv, [runVariable]: folder },
      signal,
      logFile,
      ...how,
      onLine: (line) => {
        refusal = /^ - (Error .*)/.exec(line)?.[1] ?? refusal;
        onLine(line);
      },
    });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') throw error;
    const { what, why = what } = error;
    if (/no space left on device/.test(why)) {
      throw new SparkDevError('DISK_FULL', 'The disk of the Docker daemon that builds the image is full', {
        why,
        fix: ['docker system df', 'spark-dev images prune   # only images that spark-dev made', 'spark-dev clean'],
        log: logFile,
        cause: error,
      });
    }
    throw new SparkDevError('BUILD_FAILED', 'Skaffold could not build and deploy the application', {
      why: refusal === undefined ? why : `${refusal}\n${why}`,
      fix: ['spark-dev doctor', 'spark-dev init --yes'],
      log: logFile,
      cause: error,
    });
  }
}
