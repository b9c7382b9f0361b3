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

/** `6g`, `6GiB`, `6144`, `6144mb` → MiB, as Docker and minikube read them; undefined for anything else. */
export function readMemoryMb(text: string): number | undefined {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)\s*(?:(m|g)(?:i?b?)?)?$/i.exec(text.trim());
  const amount = Number(match?.[1]);
  if (match === null || amount <= 0) return undefined;
  return Math.round(match[2]?.toLowerCase() === 'g' ? amount * 1024 : amount);
}

/** Spark refuses smaller heaps, and it is our default; https://spark.apache.org/docs/latest/tuning.html#memory-management-overview */
export const leastHeapMb = 512;
const mostHeapMb = 16 * 1024 * 1024;

/** The same for a heap that Spark accepts. */
export function readHeapMb(text: string): number | undefined {
  const heapMb = readMemoryMb(text);
  return heapMb !== undefined && heapMb >= leastHeapMb && heapMb <= mostHeapMb ? heapMb : undefined;
}
