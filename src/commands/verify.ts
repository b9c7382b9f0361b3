import { loadSettings } from '../config/load-settings.js';
import { command, type CommandResult } from '../command.js';
import { newRun } from '../runs/run-folder.js';
import { absentCases, chooseCases, verifyCases } from '../verify/cases.js';
import { planVerifyImages } from '../verify/verify-image.js';
import { requirePreparedCluster } from '../clusters/providers.js';
import { withSpark } from '../clusters/prepared.js';

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
    const { only, all = false, list, sabotage: isSabotaged = false, junit, sparkVersion } = options;
    if (list === true) return showList();
    const { provider } = await loadSettings(host, global);
    const prepared = await requirePreparedCluster(host, { provider, signal });
    const cluster = withSpark(prepared, sparkVersion);
    const chosen = chooseCases({ only, all, sparkVersion: cluster.sparkVersion });
    const images = await planVerifyImages(host, cluster);
    const [{ startRun }, { ready }, { verifyLauncher }] = await Promise.all([
      import('../run/start.js'),
      import('../run/launch/launcher.js'),
      import('../verify/launcher.js'),
    ]);
    const run = { host, ...newRun(host, 'verify'), cluster, chosen, images, isSabotaged, junit, signal };
    return startRun(ready(verifyLauncher, run), { global, signal });
  },
});

function showList(): CommandResult {
  const there = verifyCases.map(({ id, suite, title, need, since, remark, fault }) => ({
    ...{ id, suite, title, need },
    since: since ?? null,
    unavailable: null,
    remark: remark ?? null,
    sabotage: fault,
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
