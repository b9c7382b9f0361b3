import {
  showCpus,
  showMemory,
  showResources,
  smallestResources,
  subtractResources,
  type Resources,
} from '../kube/resources.js';
import { recommended, sparkMinimum, showCapacity, toResources, type HostCapacity } from '../kube/size.js';
import type { ObservedSize } from './observed-size.js';

/** A line of `status`. */
export type Row = readonly [name: string, value: string];

/** One line for each figure, so an odd one is easy to see; none if nothing is known. `first` stands before the figures. */
export function showSize(
  { notes, comparison }: SizeVerdict,
  figures: Readonly<Record<string, Resources | undefined>>,
  first: readonly Row[] = [],
): readonly Row[] {
  const known = Object.entries(figures).flatMap(([name, size]): Row[] =>
    size === undefined ? [] : [[`  ${name}`, showResources(size)]],
  );
  if (known.length === 0) return [];
  return [['size', comparison ?? 'unknown'], ...first, ...known, ...notes.map((note): Row => ['  !', note])];
}

export interface SizeVerdict {
  /** The size available to jobs: the smallest figure that applies; undefined if none is known. */
  readonly counts: Resources | undefined;
  /** Which figure counts when they disagree, and why. */
  readonly notes: readonly string[];
  /** How the size compares with Spark's needs. */
  readonly comparison: string | undefined;
}

/** minikube, Docker and kubelet round memory differently. */
const roundingMb = 16;

/** The name of the cluster's limit, and why it can differ from the configured size. */
export interface SizeWords {
  readonly limit: string;
  readonly configured: string;
  readonly whyChanged: string;
  /** The share of the configured memory that the kernel reserves. */
  readonly keptShare: number;
  readonly whyBelieved: string;
}

const ofMinikube: SizeWords = {
  limit: 'container',
  configured: "minikube's profile",
  whyChanged: 'the container was resized after it was created',
  keptShare: 0,
  whyBelieved: 'the node reports more, but the kernel enforces the limit',
};

export const ofDesktop: SizeWords = {
  limit: 'virtual machine',
  configured: "Docker Desktop's settings",
  whyChanged: 'Docker Desktop reads them only when it starts',
  keptShare: 0.15,
  whyBelieved: 'the node reports more than its machine has',
};

/** Pure. Explains which figure counts. */
export function explainSize({ configured, limit, node }: ObservedSize, words = ofMinikube): SizeVerdict {
  const allocatable = node?.allocatable;
  const counts = limit === undefined ? (allocatable ?? configured) : smallestResources(limit, allocatable ?? limit);
  return {
    counts,
    notes: [
      ...(configured === undefined || limit === undefined ? [] : compareProfile(configured, limit, words)),
      ...(allocatable === undefined || limit === undefined ? [] : compareNode(allocatable, limit, words)),
    ],
    comparison: counts === undefined ? undefined : compareWithSpark(counts),
  };
}

function compareProfile(configured: Resources, limit: Resources, words: SizeWords): readonly string[] {
  if (isSame(configured, limit, words.keptShare * configured.memoryMb)) return [];
  return [
    `The ${words.limit}'s ${showResources(limit)} count, not the ${showResources(configured)} in ${words.configured}: ${words.whyChanged}`,
  ];
}

function compareNode(allocatable: Resources, limit: Resources, words: SizeWords): readonly string[] {
  const believed = listSmaller(limit, allocatable);
  const withheld = listSmaller(allocatable, limit);
  return [
    ...(believed === '' ? [] : [`The ${words.limit}'s ${believed} count: ${words.whyBelieved}`]),
    ...(withheld === ''
      ? []
      : [`The node's ${withheld} count: the scheduler uses no more, although the ${words.limit} has it`]),
  ];
}

/** The figures of which one side has less. */
function listSmaller(one: Resources, other: Resources): string {
  const { cpuMilli, memoryMb } = subtractResources(other, one);
  return [
    ...(cpuMilli > 0 ? [`${showCpus(one.cpuMilli)} (not ${showCpus(other.cpuMilli)})`] : []),
    ...(memoryMb > roundingMb ? [`${showMemory(one.memoryMb)} (not ${showMemory(other.memoryMb)})`] : []),
  ].join(' and ');
}

function compareWithSpark(room: Resources): string {
  const short = (wanted: HostCapacity): string => {
    const lack = subtractResources(toResources(wanted), room);
    return [
      ...(lack.cpuMilli > 0 ? [showCpus(lack.cpuMilli)] : []),
      ...(lack.memoryMb > roundingMb ? [showMemory(lack.memoryMb)] : []),
    ].join(' and ');
  };
  const [toMinimum, toRecommended] = [short(sparkMinimum), short(recommended)];
  if (toRecommended === '') return `meets Spark's recommendation (${showCapacity(recommended)})`;
  if (toMinimum === '')
    return `enough for Spark (${showCapacity(sparkMinimum)}); ${showCapacity(recommended)} are recommended`;
  return `${toMinimum} below Spark's minimum (${showCapacity(sparkMinimum)}; recommended ${showCapacity(recommended)}): keep jobs small`;
}

function isSame(set: Resources, has: Resources, keptMb: number): boolean {
  const lackMb = set.memoryMb - has.memoryMb;
  return set.cpuMilli === has.cpuMilli && lackMb >= -roundingMb && lackMb <= keptMb + roundingMb;
}
