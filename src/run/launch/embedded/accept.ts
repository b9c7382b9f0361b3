import { basename } from 'node:path';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { listJobFiles, type FileLocation, type SparkJob } from '../../../job/job.js';
import type { Host } from '../../../ports/host.js';
import { isForCluster } from '../../../spark/conf.js';
import { findUnlistable } from './local-argv.js';

/** Warns about settings and flags that local mode ignores; throws USAGE for what it cannot do. */
export function acceptEmbedded(host: Host, job: SparkJob): SparkJob {
  const { secrets, volumes, tolerations, driver, executor, executors, serviceAccount, image, dynamicAllocation } = job;
  const ofRoles = (['nodeSelector', 'labels', 'annotations', 'podTemplate'] as const).map(
    (name) => [name, { ...driver[name], ...executor[name] }] as const,
  );
  const said = { secrets, volumes, tolerations, ...Object.fromEntries(ofRoles) };
  // the driver's heap counts
  const sizes = [
    ['driver cores', driver.cores],
    ['driver overhead', driver.overheadMb],
    ['executor memory', executor.memoryMb],
    ['executor cores', executor.cores],
    ['executor overhead', executor.overheadMb],
    ['number of executors', executors === 1 ? undefined : executors],
  ] as const;
  const single = { serviceAccount, image, dynamicAllocation };
  const unused = [
    ...sizes.flatMap(([name, size]) => (size === undefined ? [] : [name])),
    ...Object.entries(said).flatMap(([name, all]) => (Object.keys(all).length > 0 ? [name] : [])),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...Object.keys(job.conf).filter(isForCluster),
  ];
  if (unused.length > 0) host.ui.warn(`Ignored in local mode: ${unused.join(', ')}`);
  for (const { path, at } of listJobFiles(job)) refuseFile(at, path[0] !== 'path');
  if (job.main.kind !== 'r') return job;
  throw new SparkDevError('USAGE', `${job.name.written} is written in R, and local mode has no SparkR`, {
    why: "PyPI's Spark does not include it.",
    fix: ['spark-dev run … --target cluster   # with an image that has R and SparkR (image: in spark-dev.yaml)'],
  });
}

/** Local mode has no image, so it has no files in an image. */
function refuseFile(at: FileLocation, isListed: boolean): void {
  if (at.where === 'image')
    throw new SparkDevError('USAGE', `local://${at.path} is in the image, and local mode has none`, {
      why: 'local:// is a path in the image that driver and executors run from.',
      fix: ['spark-dev run … --target cluster', 'Use a file on this machine'],
    });
  const character = at.where === 'here' && isListed ? findUnlistable(basename(at.path)) : undefined;
  if (at.where !== 'here' || character === undefined) return;
  throw new SparkDevError('USAGE', `Spark cannot read ${JSON.stringify(at.path)} in a list of files`, {
    why: `Spark cannot read ${JSON.stringify(character)} there, escaped or not.`,
    fix: ['Rename the file, or use a copy with another name', 'spark-dev run … --target cluster'],
  });
}
