const mebi = 1024 * 1024;
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 1024,
  Mi: mebi,
  Gi: 1024 * mebi,
  Ti: 1024 ** 2 * mebi,
  Pi: 1024 ** 3 * mebi,
};

/** A Kubernetes CPU quantity (`2`, `250m`, `0.5`) in thousandths of a CPU, rounded up as the scheduler does; absent is 0. */
export function parseCpuMilli(quantity: string | undefined): number {
  return roundUp(parseQuantity(quantity) * 1000);
}

/** A Kubernetes memory quantity (`512Mi`, `1G`, `134217728`) in bytes; absent is 0. */
export function parseMemoryBytes(quantity: string | undefined): number {
  return roundUp(parseQuantity(quantity));
}

/** The same in MiB, rounded down. */
export function parseMemoryMb(quantity: string | undefined): number {
  return toMemoryMb(parseMemoryBytes(quantity));
}

/** Whole MiB in that many bytes. */
export function toMemoryMb(bytes: number): number {
  return Math.floor(bytes / mebi);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function parseQuantity(quantity = ''): number {
  const match = /^(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+)|([a-zA-Z]{0,2}))$/.exec(quantity);
  if (match?.[2] !== undefined) return Number(quantity);
  return Number(match?.[1] ?? 0) * (factors[match?.[3] ?? ''] ?? 0);
}

/** Removes binary rounding errors, which would turn 0.29 CPUs into 291 thousandths. */
function roundUp(value: number): number {
  return Math.ceil(Number(value.toFixed(6)));
}
