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
