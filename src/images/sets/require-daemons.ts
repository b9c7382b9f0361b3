import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Daemon } from '../daemon.js';
import type { ImageSet } from './image-set.js';

/** Never falls back to the machine's daemon: pods would not find the image there. */
export function requireClusterDaemon({ cluster, profile }: ImageSet): Daemon {
  if (cluster !== undefined) return cluster;
  throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster is ${profile}; nothing can be loaded into it`, {
    fix: ['spark-dev init --yes', 'spark-dev status'],
  });
}

export function requireHostDaemon({ host }: ImageSet): Daemon {
  if (host !== undefined) return host;
  throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer', { fix: ['spark-dev doctor', 'docker info'] });
}
