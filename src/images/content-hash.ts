import { createHash } from 'node:crypto';
import { join } from 'node:path';

export function imageTar(dataDirectory: string, name: string, hash: string): string {
  return join(dataDirectory, 'images', `${name}-${hash}.tar`);
}

/** First twelve hex digits of the SHA-256 of the value as JSON with sorted keys. */
export function hashValue(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex')
    .slice(0, 12);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
