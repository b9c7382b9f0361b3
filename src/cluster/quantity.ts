const mebi = 1024 * 1024;
const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: mebi,
  Gi: 1024 * mebi,
  Ti: 1024 * 1024 * mebi,
};

/** A Kubernetes CPU quantity (`2`, `250m`, `0.5`) in thousandths of a CPU; absent is 0. */
export function parseCpuMilli(quantity: string | undefined): number {
  if (quantity === undefined) return 0;
  return Math.round(quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000);
}

/** A Kubernetes memory quantity (`512Mi`, `1G`, `134217728`) in MiB, rounded down; absent is 0. */
export function parseMemoryMb(quantity: string | undefined): number {
  if (quantity === undefined) return 0;
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]{0,2})$/.exec(quantity);
  return Math.floor((Number(match?.[1] ?? 0) * (factors[match?.[2] ?? ''] ?? 0)) / mebi);
}
