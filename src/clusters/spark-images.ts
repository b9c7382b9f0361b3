import type { Argv } from '../ports/runner.js';
import { kubectl, type KubectlTool } from '../kube/kubectl.js';
import { jobNamespace, preparedConfigMap } from '../kube/names.js';

/** Annotations on init's ConfigMap: the image of each other Spark version that `images build` loaded. */
const annotation = 'spark-dev/spark-';

export function noteSparkArgv(tool: KubectlTool, version: string, image: string): Argv {
  const note = `${annotation}${version}=${image}`;
  return kubectl(tool, jobNamespace).argv('annotate', 'configmap', preparedConfigMap, note, '--overwrite');
}

/** Images by Spark version. */
export function readSparkImages(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = Object.entries(annotations).filter(([key]) => key.startsWith(annotation));
  return Object.fromEntries(ours.map(([key, image]) => [key.slice(annotation.length), image]));
}
