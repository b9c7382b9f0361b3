import { profileName } from '../kube/names.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { ensureBaseImage, nameBaseImage } from '../clusters/shared/base-image.js';
import { findSharedContext } from '../clusters/shared/find-shared-context.js';
import { registryForm } from '../config/registry-form.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { requireRunRights } from '../namespaces/require-rights.js';
import type { CommandInput } from '../command.js';
import type { Host } from '../ports/host.js';
import type { sharedOptions } from './run-options.js';
import { describeSharedCluster } from '../clusters/shared/access.js';

/** Whether `--context` names a cluster other than our own. */
export function isForeign(context: string | undefined): context is string {
  return context !== undefined && context !== profileName;
}

/**
 * A cluster from the user's kubeconfig, ready for a run: allowed, with a registry, checked rights and the Spark image on this
 * machine as the base. Changes nothing in the cluster.
 */
export async function requireSharedCluster(
  host: Host,
  { options, global, signal }: CommandInput<typeof sharedOptions>,
  settings: Readonly<Partial<Record<'namespace' | 'imageRegistry' | 'serviceAccount', string | undefined>>>,
): Promise<PreparedCluster> {
  const allowRemote = options.allowRemote === true;
  const context = await findSharedContext(host, { context: global.context ?? '', allowRemote, signal });
  const registry = requireRegistry(settings.imageRegistry, context.name);
  const { namespace } = settings;
  const cluster = await describeSharedCluster(host, { context, namespace, sparkImage: '', registry, signal });
  const { serviceAccount = cluster.serviceAccount } = settings;
  await requireRunRights({ host, cluster: { ...cluster, serviceAccount }, signal });
  const { reference: sparkImage } = await nameBaseImage(host, signal);
  if (!global.dryRun) await ensureBaseImage(host, signal);
  return { ...cluster, sparkImage };
}

function requireRegistry(registry: string | undefined, context: string): string {
  if (registry !== undefined && registryForm.test(registry)) return registry;
  const what =
    registry === undefined
      ? `No registry is set for the context ${context}`
      : `${JSON.stringify(registry.slice(0, 200))} is not a registry`;
  throw new SparkDevError('USAGE', what, {
    why: "The nodes of a shared cluster pull the application's image from a registry, and this machine must be able to push it there.",
    fix: [
      '--image-registry registry.example:5000/team',
      'imageRegistry: registry.example:5000/team   # in spark-dev.yaml',
    ],
  });
}
