import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CommandResult } from '../command.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { dockerBuildArgv } from '../images/docker-argv.js';
import { applyInputArgv } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import type { Launcher } from '../run/launch/launcher.js';
import { suiteHeapMb } from './case-capacity.js';
import { submitWords } from './case-conf.js';
import { injectCaseFault, nameCase } from './case.js';
import { renderJunit, showReport, type VerifyReport } from './report.js';
import { removeCaseArgvs } from './run-case.js';
import { runCases, type VerifyRun } from './run-cases.js';
import { contextFolder } from './verify-image.js';

type HostedRun = VerifyRun & { readonly host: Host };

/** Spark's own tests as one run with many applications. */
export const verifyLauncher: Launcher<HostedRun, VerifyReport> = {
  plan: planCases,
  async launch({ host, ...run }) {
    const report = await runCases(host, run);
    if (run.junit !== undefined) {
      const file = resolve(host.directories.working, run.junit);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, renderJunit(report));
    }
    return report;
  },
  answer: (_run, report) => ({
    data: report,
    text: showReport(report),
    exitCode: report.failed === 0 ? 0 : 1,
  }),
};

function planCases(run: HostedRun): Promise<CommandResult> {
  const { host, cluster, chosen, images, runId, isSabotaged } = run;
  const image = images.applications.reference;
  const build = dockerBuildArgv(images.applications, contextFolder(host.directories, images.applications));
  const cases = chosen.cases.map((whole) => {
    const one = isSabotaged ? injectCaseFault(whole) : whole;
    const names = nameCase(one.id, 'xxxx', cluster, { runId, image });
    return {
      id: one.id,
      namespace: names.namespace,
      apply: applyInputArgv(cluster),
      submit: submitWords(one, names, suiteHeapMb),
      remove: removeCaseArgvs(cluster, one, names),
    };
  });
  return Promise.resolve({
    data: { image, build, cases },
    text: [
      `${quoteArgv(build)}   # in the cluster's Docker, if the image is missing there`,
      ...cases.flatMap(({ id, namespace, apply, submit, remove }) => [
        `# ${id} in namespace ${namespace}`,
        `${quoteArgv(apply)}   # namespace, rights and files, then a Job with these arguments:`,
        `  submit ${quoteArgv(submit)}`,
        ...remove.map(quoteArgv),
      ]),
    ],
  });
}
