import type { CommandResult } from '../../../command.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { showResize } from '../../../fit/explain-fit.js';
import { planBuild } from '../../../job/build-plan.js';
import type { Host } from '../../../ports/host.js';
import { planClusterRun } from '../cluster-run.js';
import type { ClusterRun } from '../launcher.js';

export async function planSubmitJob(host: Host, run: ClusterRun): Promise<CommandResult> {
  const { job: shape, resize } = run.fit;
  const build = await planBuild(host, run.app, run.signal, run.spark);
  const plan = planClusterRun(host, run, build.main);
  return {
    data: { ...plan, job: shape, resize: resize ?? null, fetches: build.fetches, compile: build.commands },
    text: [
      ...(resize === undefined ? [] : [showResize(resize)]),
      ...build.fetches,
      ...build.commands.map(quoteArgv),
      `files in ${plan.folder}: ${Object.keys(plan.files.generated).join(', ')}`,
      quoteArgv(plan.deploy),
      `in the submit pod: ${quoteArgv(plan.submit)}`,
      ...plan.clean.map(quoteArgv),
    ],
  };
}
