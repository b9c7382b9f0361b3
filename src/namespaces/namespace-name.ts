import { jobNamespace } from '../kube/names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

/** RFC 1123, as Kubernetes requires, and no namespace of Kubernetes itself. */
export function checkNamespaceName(name: string): void {
  if (/^kube-|^default$/.test(name)) {
    throw new SparkDevError('NAMESPACE_FOREIGN', `${name} belongs to Kubernetes`, {
      fix: ['Choose another name', `spark-dev namespace use ${jobNamespace}`],
    });
  }
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new SparkDevError('USAGE', `${JSON.stringify(name.slice(0, 80))} is not a valid namespace name`, {
    why: 'Use up to 63 lower-case letters, digits and dashes, with a letter or digit at both ends.',
    fix: ['spark-dev namespace create team-a'],
  });
}
