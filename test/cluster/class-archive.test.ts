import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClusterRunPlan } from '../../src/run/launch/cluster-run.js';
import { writeRunFiles } from '../../src/run/run-files.js';
import { kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram } from '../program/program.js';
import { readJvm, type SeenJvm } from './seen-jvm.js';
import { deployRun } from '../../src/run/launch/submit-job/launch.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

const jvms = ['submit', 'driver', 'executor'] as const;
type Jvm = (typeof jvms)[number];

/** SparkPi as `run` deploys it, each JVM telling what it loads from where, and its executor kept; `front` is put before Spark's jars. */
async function seeJvms(front?: string): Promise<Readonly<Record<Jvm, SeenJvm>>> {
  const dryRun = ['run', 'sparkpi', '--lang', 'python', '--target', 'cluster', '--dry-run', '--json'];
  const plan = dataOf(await runProgram(dryRun)) as unknown as ClusterRunPlan;
  const { signal } = new AbortController();
  const tell = '-Xlog:class+load -Xlog:cds';
  const conf = [
    'spark.kubernetes.executor.deleteOnTermination=false',
    `spark.executor.extraJavaOptions=${tell}`,
    // the driver's JVM is told of the archive against the entrypoint's better knowledge
    `spark.driver.extraJavaOptions=${tell}${front === undefined ? '' : ' -XX:SharedArchiveFile=/opt/spark/spark.jsa'}`,
    ...(front === undefined ? [] : [`spark.driver.extraClassPath=${front}`, `spark.executor.extraClassPath=${front}`]),
  ];
  try {
    await writeRunFiles(plan.folder, plan.files);
    editFiles(join(plan.folder, 'overlay'), (text) =>
      text
        .replace(/^( +)- local:/m, (line, indent: string) =>
          [...conf.flatMap((one) => [`${indent}- --conf`, `${indent}- ${JSON.stringify(one)}`]), line].join('\n'),
        )
        .replace(
          /(value: )(-XX:TieredStopAtLevel=1.*)$/m,
          `$1$2 ${tell}${front === undefined ? '' : ` -Xbootclasspath/a:${front}`}`,
        ),
    );
    await deployRun({ ...tools, signal }, plan);
    const driver = `pod/${plan.runId}-driver`;
    await kubectl(tools, ['wait', '--for=create', driver, '--timeout=60s']);
    await kubectl(tools, ['wait', '--for=jsonpath={.status.phase}=Succeeded', driver, '--timeout=110s']);
    // the runner keeps the last MiB of an answer, and what the entrypoint says stands first
    const logOf = async (...words: readonly string[]): Promise<string> => {
      const ways = ['--limit-bytes=4000', '--tail=-1'].map((way) => kubectl(tools, ['logs', way, ...words]));
      return (await Promise.all(ways)).join('\n');
    };
    return {
      submit: readJvm(await logOf(`job/${plan.runId}-submit`)),
      driver: readJvm(await logOf(driver)),
      executor: readJvm(await logOf('-l', `spark-dev/run=${plan.runId},spark-role=executor`)),
    };
  } finally {
    await kubectl(tools, ['delete', 'job,pod,configmap', '-l', `spark-dev/run=${plan.runId}`, '--wait=false']);
  }
}

function editFiles(folder: string, edit: (text: string) => string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  }
}

describe('the archive of classes in the Spark image', () => {
  it('gives submit client, driver and executor nearly all their classes, and none of them complains', async () => {
    const seen = await seeJvms();
    for (const jvm of jvms) expect(seen[jvm].share, jvm).toBeGreaterThan(0.95);
    expect(jvms.flatMap((jvm) => seen[jvm].complaints)).toEqual([]);
  });

  it('is seen to be refused where something stands before the jars: by the JVM itself, or by the entrypoint for it', async () => {
    const seen = await seeJvms('/opt/spark/python');
    for (const jvm of jvms) expect(seen[jvm].share, jvm).toBeLessThan(0.5);
    expect(seen.submit.complaints.join('\n')).toContain('left out, because of the option -Xbootclasspath');
    expect(seen.driver.share).toBe(0);
    expect(seen.driver.complaints.join('\n')).toContain('UseSharedSpaces');
    expect(seen.executor.complaints.join('\n')).toContain('left out, because /opt/spark/python stands before');
  });
});
