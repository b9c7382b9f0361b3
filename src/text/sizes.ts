/** As disks and registries count: 1 MB is a million bytes. */
export function showBytes(bytes: number): string {
  if (bytes < 1e3) return `${String(Math.round(bytes))} bytes`;
  if (bytes < 1e6) return `${String(Math.ceil(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${String(Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Memory, in powers of two. */
export function showGigabytes(memoryMb: number): string {
  return `${(memoryMb / 1024).toFixed(1)} GB`;
}

/** Approximate: `12 s`, `3 min`. */
export function showDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 90 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
}

/** Measured: `1.5 s`, `2 min 5 s`. */
export function showSeconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${String(Math.floor(ms / 60_000))} min ${String(Math.round((ms % 60_000) / 1000))} s`;
}

/** Powers of two, as JavaUtils.byteStringAs of Spark, Docker and minikube have them. */
const bytesOf: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };

/** Bytes of `6g`, `6GiB`, `2097152k`, `6144mb`; a figure alone counts in `unit`. Undefined for anything else. */
export function readBytes(text: string, unit: 'b' | 'm' = 'b'): number | undefined {
  const match = /^(\d{1,16}(?:\.\d{1,3})?)\s*(?:(b)|([kmgtp])(?:i?b?))?$/i.exec(text.trim());
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (bytesOf[(match[2] ?? match[3] ?? unit).toLowerCase()] ?? 1));
}

/** In MiB; a figure alone counts in MiB, and Spark truncates what is left below one. */
function readSizeMb(text: string): number | undefined {
  const bytes = readBytes(text, 'm');
  return bytes === undefined ? undefined : Math.trunc(bytes / 2 ** 20);
}

/** The same without 0. */
export function readMemoryMb(text: string): number | undefined {
  const sizeMb = readSizeMb(text);
  return sizeMb === 0 ? undefined : sizeMb;
}

/** Spark refuses smaller heaps, and it is our default; https://spark.apache.org/docs/latest/tuning.html#memory-management-overview */
export const leastHeapMb = 512;
const mostHeapMb = 16 * 1024 * 1024;

/** The same for a heap that Spark accepts. */
function readHeapMb(text: string): number | undefined {
  const heapMb = readMemoryMb(text);
  return heapMb !== undefined && heapMb >= leastHeapMb && heapMb <= mostHeapMb ? heapMb : undefined;
}

/** What a job says of memory: how it is read, and what would be right. */
export const sizeRules = {
  heap: { read: readHeapMb, example: '2g, 2Gi, 2048m or 2048, at least 512m' },
  memory: { read: readMemoryMb, example: '6g or 6144m' },
  /** Spark takes an overhead of 0. */
  overhead: { read: readSizeMb, example: '384m or 1g' },
} as const;
