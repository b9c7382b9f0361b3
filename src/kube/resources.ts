import { showGigabytes } from '../text/sizes.js';

/** CPU and memory that something requests, has or lacks. */
export interface Resources {
  /** Thousandths of a CPU. */
  readonly cpuMilli: number;
  /** MiB. */
  readonly memoryMb: number;
}

export const noResources: Resources = { cpuMilli: 0, memoryMb: 0 };

export function addResources(...rooms: readonly Resources[]): Resources {
  return rooms.reduce(
    (sum, { cpuMilli, memoryMb }) => ({ cpuMilli: sum.cpuMilli + cpuMilli, memoryMb: sum.memoryMb + memoryMb }),
    noResources,
  );
}

export function subtractResources(from: Resources, room: Resources): Resources {
  return { cpuMilli: from.cpuMilli - room.cpuMilli, memoryMb: from.memoryMb - room.memoryMb };
}

/** The larger of the two in each, for needs at different times. */
export function largestResources(one: Resources, other: Resources): Resources {
  return { cpuMilli: Math.max(one.cpuMilli, other.cpuMilli), memoryMb: Math.max(one.memoryMb, other.memoryMb) };
}

/** The smaller of the two in each, for two limits that both apply. */
export function smallestResources(one: Resources, other: Resources): Resources {
  return { cpuMilli: Math.min(one.cpuMilli, other.cpuMilli), memoryMb: Math.min(one.memoryMb, other.memoryMb) };
}

export function hasRoomFor(room: Resources, asked: Resources): boolean {
  return asked.cpuMilli <= room.cpuMilli && asked.memoryMb <= room.memoryMb;
}

/** `1.5 CPUs and 6.0 GB`; memory below 2 GB in MB, where the megabytes matter. */
export function showResources({ cpuMilli, memoryMb }: Resources): string {
  return `${showCpus(cpuMilli)} and ${showMemory(memoryMb)}`;
}

export function showCpus(cpuMilli: number): string {
  const cpus = cpuMilli / 1000;
  return `${Number.isInteger(cpus) ? String(cpus) : cpus.toFixed(2)} CPU${cpus === 1 ? '' : 's'}`;
}

export function showMemory(memoryMb: number): string {
  return Math.abs(memoryMb) < 2048 ? `${String(memoryMb)} MB` : showGigabytes(memoryMb);
}

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
