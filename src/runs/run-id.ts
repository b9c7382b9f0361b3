import { createHash } from 'node:crypto';

const slugMax = 20;

/**
 * A run id that is valid everywhere in Kubernetes: RFC 1123, at most 38 characters, so that every suffix stays within Spark's
 * limit of 47 for `spark.kubernetes.executor.podNamePrefix` and the 63 for labels.
 */
export function createRunId(app: string, now: Date, random: string): string {
  const stamp = now.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return `${slugOf(app)}-${stamp}-${random.slice(0, 4)}`;
}

/** Lower case, digits and dashes; a changed name gets a part of its hash, so that two names never collide. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '');
  if (slug === name && slug !== '' && slug.length <= slugMax) return slug;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${slug.slice(0, slugMax - 7).replace(/-+$/, '') || 'app'}-${hash}`;
}
