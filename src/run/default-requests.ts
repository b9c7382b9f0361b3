import type { JobShape, PodShape } from '../fit/spark-pods.js';

/** Of a driver or executor whose cores nobody named, on a cluster whose room is not ours to look at. */
const modestMilli = 250;

/** Decides what would be fitted to our own cluster: little is asked for, and what is free is used. */
export function requestModestly(job: JobShape): JobShape {
  const decide = <Shape extends PodShape>(shape: Shape): Shape =>
    shape.requestMilli === 'fitted' ? { ...shape, requestMilli: modestMilli } : shape;
  return { ...job, driver: decide(job.driver), executor: decide(job.executor) };
}
