import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import type { Host } from '../ports/host.js';
import type { RunningStep } from '../steps/apply.js';
import { manifestName, type BundleManifest, describeFiles, placeOf, type BundleUnit } from './bundle-manifest.js';
import { requireFreeDisk } from './free-disk.js';
import { linkTree } from './build.js';

export interface SaveRequest {
  readonly file: string;
  readonly units: readonly BundleUnit[];
  readonly sparkDevVersion: string;
  readonly aptSources: BundleManifest['aptSources'];
  readonly signal: AbortSignal;
  readonly step: Pick<RunningStep, 'progress'>;
}

/** One file with everything; it gets its name when it is complete. */
export async function saveBundle(host: Host, request: SaveRequest): Promise<BundleManifest> {
  const { file, signal } = request;
  const manifest = await describeBundle(host, request);
  const bytes = manifest.files.reduce((sum, one) => sum + one.bytes, 0);
  await requireFreeDisk(file, bytes, `The bundle ${file}`);
  const builds = join(host.directories.cache, 'build');
  await mkdir(builds, { recursive: true });
  // Hard links in one folder: the archiver takes a single folder.
  const work = await mkdtemp(join(builds, 'bundle-'));
  const partial = `${file}.partial`;
  try {
    await writeFile(join(work, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
    for (const { path } of request.units) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await linkTree(placeOf(host.directories, path), join(work, path));
    }
    const paths = [manifestName, ...manifest.files.map(({ path }) => path)];
    let written = 0;
    await create(
      {
        file: partial,
        cwd: work,
        portable: true,
        gzip: /gz$/.test(file) ? { level: 1 } : false,
        onWriteEntry: (entry) => {
          signal.throwIfAborted();
          request.step.progress(entry.path, Math.round(written / 1e6), Math.round(bytes / 1e6));
          written += entry.stat?.size ?? 0;
        },
      },
      paths,
    );
    await rename(partial, file);
    return manifest;
  } finally {
    await rm(partial, { force: true });
    await rm(work, { recursive: true, force: true });
  }
}

async function describeBundle(host: Host, request: SaveRequest): Promise<BundleManifest> {
  const files = [];
  for (const { path, what } of request.units) {
    request.step.progress(`hashing ${what}`);
    files.push(...(await describeFiles(placeOf(host.directories, path), path, request.signal)));
  }
  return {
    schema: 'spark-dev-bundle/v1',
    sparkDevVersion: request.sparkDevVersion,
    arch: host.platform.arch,
    aptSources: request.aptSources,
    units: request.units.map(({ path, what }) => ({ path, what })),
    files,
  };
}
