import { join } from 'node:path';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import { planCompile, planRuntime } from '../../../job/build-plan.js';
import { openClassArchive } from './class-archive.js';
import { frontOf, localArgv, localFiles, localFolders } from './local-argv.js';
import { refuseEmbedded } from './local-limits.js';
import type { LocalRun } from './local-target.js';

export interface LocalPlan {
  /** What would be downloaded first. */
  readonly fetches: readonly string[];
  /** By path: what the command reads, and its arguments would show to everybody. */
  readonly files: Readonly<Record<string, string>>;
  readonly commands: readonly Argv[];
}

/** What a local run would fetch and call, with nothing fetched, written or started. */
export async function planLocalRun(host: Host, run: LocalRun): Promise<LocalPlan> {
  const { app, job, uiPort, spark, signal } = run;
  refuseEmbedded(run);
  const { runtime, fetches } = await planRuntime(host, signal, spark);
  const build = await planCompile(host, app, runtime);
  const folders = localFolders(join(host.directories.state, 'runs', 'RUN-ID'));
  const archive = await openClassArchive(host.directories, runtime, folders.scratch, frontOf(job));
  const submission = {
    runtime,
    name: app.name,
    main: build.main,
    job,
    python: app.kind === 'python' ? 'python3' : undefined,
    uiPort: typeof uiPort === 'object' ? uiPort.preferred : (uiPort ?? 4040),
    uiPortIsStrict: typeof uiPort === 'number',
    folders,
    archiveOptions: archive.options,
  };
  return {
    fetches,
    files: localFiles(submission),
    commands: [...build.commands, localArgv(submission)],
  };
}
