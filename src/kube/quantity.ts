const mebi = 1024 * 1024;

/** A Kubernetes CPU quantity (`2`, `250m`, `0.5`) in thousandths of a CPU, rounded up as the scheduler does; absent is 0. */
export function parseCpuMilli(quantity: string | undefined): number {
  return roundUp(parseQuantity(quantity) * 1000);
}

/** A Kubernetes memory quantity (`512Mi`, `1G`, `134217728`) in MiB, with fractions; absent is 0. */
export function parseExactMb(quantity: string | undefined): number {
  return roundUp(parseQuantity(quantity)) / mebi;
}

/** The same, rounded down. */
export function parseMemoryMb(quantity: string | undefined): number {
  return Math.floor(parseExactMb(quantity));
}

/** Whole MiB in that many bytes. */
export function toMemoryMb(bytes: number): number {
  return Math.floor(bytes / mebi);
}

const form = /^(?<figure>\d+(?:\.\d*)?|\.\d+)(?:[eE](?<exponent>[+-]?\d+)|(?<unit>[numkMGTP]?|[KMGTP]i))$/;
/** Each is a thousand of the one before; `Ki` and the like count in powers of 1024. */
const units = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P'];

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function parseQuantity(quantity = ''): number {
  const { figure, exponent, unit = '' } = form.exec(quantity)?.groups ?? {};
  if (exponent !== undefined) return Number(quantity);
  const power = units.indexOf(unit.replace('i', '').replace('K', 'k')) - units.indexOf('');
  return Number(figure ?? 0) * (unit.endsWith('i') ? 1024 : 1000) ** power;
}

/** Removes binary rounding errors, which would turn 0.29 CPUs into 291 thousandths. */
function roundUp(value: number): number {
  return Math.ceil(Number(value.toFixed(6)));
}
