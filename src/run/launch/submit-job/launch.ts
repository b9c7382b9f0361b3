import { quoteArgv } from '../../../errors/quote-argv.js';
import { showResize } from '../../../fit/explain-fit.js';
import { planBuild } from '../../../job/build.js';
import { followRun } from '../../follow/follow-run.js';
import { inClusterRun, planClusterRun, requireUiPort } from '../cluster-run.js';
import { answerWithPi, type ClusterRun, type Launcher } from '../launcher.js';
import { deployRun } from './deploy-run.js';

/** Builds and deploys a submit Job with Skaffold, which makes the driver. */
export const submitJobLauncher: Launcher<ClusterRun> = {
  async plan(host, run) {
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
  },
  async launch(host, run) {
    const { cluster, signal } = run;
    await requireUiPort(run);
    return inClusterRun(host, run, (plan, phases) => {
      phases.end('plan');
      const deploy = (): Promise<void> => deployRun({ host, cluster, signal }, plan);
      return followRun(host, run, { run: plan, phases, deploy });
    });
  },
  answer: answerWithPi,
};
