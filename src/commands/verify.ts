import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { applyInputArgv } from '../kube/kubectl.js';
import { requirePreparedCluster } from '../clusters/prepare/require-prepared.js';
import { withSpark } from '../clusters/with-spark.js';
import { loadSettings } from '../config/load-settings.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { dockerBuildArgv } from '../images/docker-argv.js';
import { command, type CommandResult } from '../command.js';
import type { Host } from '../ports/host.js';
import { newRun } from '../runs/run-folder.js';
import { submitWords } from '../verify/case-conf.js';
import { nameCase } from '../verify/case-names.js';
import { suiteHeapMb } from '../verify/case-capacity.js';
import { injectCaseFault } from '../verify/case.js';
import { absentCases, verifyCases } from '../verify/cases.js';
import { chooseCases } from '../verify/choose-cases.js';
import { renderJunit } from '../verify/junit.js';
import { removeCaseArgvs } from '../verify/remove-case.js';
import { showReport } from '../verify/report.js';
import { runCases } from '../verify/run-cases.js';
import { contextFolder, planVerifyImages } from '../verify/verify-image.js';

export const verify = command({
  name: 'verify',
  options: [
    { flags: '--only <ids>', description: 'run only these cases (comma-separated ids)' },
    { flags: '--all', description: 'also run the optional cases' },
    { flags: '--spark-version <version>', description: 'Spark version; the cluster must have its image' },
    { flags: '--list', description: 'list the cases, then stop' },
    { flags: '--sabotage', description: 'break each case on purpose; it must fail for that reason' },
    { flags: '--junit <file>', description: 'also write the results as a JUnit report' },
  ],
  examples: [
    'spark-dev verify',
    'spark-dev verify --only B2,V4',
    'spark-dev verify --spark-version 3.5.9',
    'spark-dev verify --list',
    'spark-dev verify --all --junit spark.xml',
    'spark-dev verify --only S1 --sabotage',
  ],
  async run(host, { options, global, signal }) {
    const { only, all, list, sabotage, junit, sparkVersion } = options;
    const request = { only, all: all === true };
    if (list === true) return showList();
    const { provider } = await loadSettings(host, global);
    const prepared = await requirePreparedCluster(host, { provider, signal });
    const cluster = withSpark(prepared, sparkVersion);
    const known = { cases: verifyCases, absent: absentCases };
    const chosen = chooseCases(known, { ...request, sparkVersion: cluster.sparkVersion });
    const images = await planVerifyImages(host, cluster);
    const { runId } = newRun(host, 'verify');
    if (global.dryRun) {
      const shown = chosen.cases.map((one) => (sabotage === true ? injectCaseFault(one) : one));
      const build = dockerBuildArgv(images.applications, contextFolder(host.directories, images.applications));
      const planned = shown.map((one) => {
        const names = nameCase(one.id, 'xxxx', {
          runId,
          home: cluster.home,
          image: images.applications.reference,
          storage: cluster.storage,
        });
        const { pods, rest } = removeCaseArgvs(cluster, one, names);
        return {
          id: one.id,
          namespace: names.namespace,
          apply: applyInputArgv(cluster),
          submit: submitWords(one, names, suiteHeapMb),
          remove: [pods, ...rest],
        };
      });
      return {
        data: { image: images.applications.reference, build, cases: planned },
        text: [
          `${quoteArgv(build)}   # in the cluster's Docker, if the image is missing there`,
          ...planned.flatMap(({ id, namespace, apply, submit, remove }) => [
            `# ${id} in namespace ${namespace}`,
            `${quoteArgv(apply)}   # namespace, rights and files, then a Job with these arguments:`,
            `  submit ${quoteArgv(submit)}`,
            ...remove.map(quoteArgv),
          ]),
        ],
      };
    }
    const report = await runCases(host, cluster, { chosen, runId, images, isSabotaged: sabotage === true, signal });
    if (junit !== undefined) await writeJunit(host, junit, renderJunit(report));
    return { data: report, text: showReport(report), exitCode: report.failed === 0 ? 0 : 1 };
  },
});

async function writeJunit({ directories }: Host, path: string, xml: string): Promise<void> {
  const file = resolve(directories.working, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, xml);
}

function showList(): CommandResult {
  const there = verifyCases.map(({ id, suite, title, need, since, remark, faultInjection }) => ({
    ...{ id, suite, title, need },
    since: since ?? null,
    unavailable: null,
    remark: remark ?? null,
    sabotage: faultInjection.by,
  }));
  const absent = absentCases.map((one) => ({ ...one, since: null, remark: null, sabotage: null }));
  return {
    data: { cases: [...there, ...absent] },
    text: [...there, ...absent].map(({ id, suite, title, need, since, unavailable, remark }) => {
      const facts = [need, since === null ? null : `since ${since}`, unavailable, remark];
      return `${id.padEnd(4)} ${title} (${[suite, ...facts.filter((fact) => fact !== null)].join('; ')})`;
    }),
  };
}
