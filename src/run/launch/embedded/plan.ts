import type { CommandResult } from '../../../command.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { planCompile, planRuntime } from '../../../job/build-plan.js';
import type { Host } from '../../../ports/host.js';
import { runFolder } from '../../../runs/run-folder.js';
import type { JobRun } from '../launcher.js';
import { openClassArchive } from './class-archive.js';
import { frontOf, localArgv, localFiles, localFolders } from './local-argv.js';
import { refuseEmbedded } from './local-limits.js';

/** Shows the files that the last command reads: its arguments would be visible to every user. */
export async function planEmbedded(host: Host, run: JobRun): Promise<CommandResult> {
  const { app, job, uiPort, spark, signal } = run;
  refuseEmbedded(run);
  const { runtime, fetches } = await planRuntime(host, signal, spark);
  const build = await planCompile(host, app, runtime);
  const folders = localFolders(runFolder(host, 'RUN-ID'));
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
  const files = localFiles(submission);
  const commands = [...build.commands, localArgv(submission)];
  const shown = Object.entries(files).flatMap(([path, text]) => [
    `# in ${path}, which the last command reads:`,
    ...text.trimEnd().split('\n'),
  ]);
  return { data: { fetches, files, commands }, text: [...fetches, ...commands.map(quoteArgv), ...shown] };
}
