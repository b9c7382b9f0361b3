import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import { sparkJavaOptions } from '../../src/spark/java-options.js';
import { ensureSparkRuntime } from '../../src/toolchain/spark/runtime.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { startEmbeddedRun, type EmbeddedRun } from './embedded-run.js';
import { findProcessGroup, isLoopback, listListeningAddresses } from './processes.js';

function countTasks(run: EmbeddedRun): number {
  const events = join(run.folder(), 'events');
  const [name = ''] = readdirSync(events);
  return readFileSync(join(events, name), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"Event":"SparkListenerTaskEnd"')).length;
}

/** What the UI tells of the running application, once it does. */
async function askUi(run: EmbeddedRun): Promise<unknown> {
  for (let waited = 0; waited < 180_000; waited += 200) {
    await sleep(200);
    const url = /Spark UI {2}(http:\S+)/.exec(run.stderr())?.[1];
    if (url === undefined) continue;
    const answer = await fetch(`${url}/api/v1/applications`);
    // while it starts, the UI asks for patience in plain text
    if (answer.headers.get('content-type') === 'application/json') return answer.json();
  }
  throw new Error(`no Spark UI: ${run.stderr()}`);
}

const started: EmbeddedRun[] = [];
function start(...words: readonly string[]): EmbeddedRun {
  const run = startEmbeddedRun(...words);
  started.push(run);
  return run;
}
afterEach(async () => {
  for (const run of started) run.interrupt();
  await Promise.all(started.splice(0).map((run) => run.exitCode));
});

describe('run sparkpi --target local', () => {
  it('answers with the Pi line last on stdout, N tasks for argument N (Scala)', async () => {
    const run = start('--', '7');
    expect(await run.exitCode).toBe(0);
    expect(run.stdout().trimEnd().split('\n').at(-1)).toMatch(/^Pi is roughly 3\.14\d*$/);
    expect(countTasks(run)).toBe(7);
  });

  it('answers in JSON, the same figure from Python', async () => {
    const run = start('--lang', 'python', '--json', '--', '3');
    expect(await run.exitCode).toBe(0);
    const { data } = JSON.parse(run.stdout()) as { data: { durationsMs: Record<string, number> } };
    expect(data).toMatchObject({
      pi: expect.closeTo(3.1416, 2) as number,
      target: 'local',
      appId: expect.stringMatching(/^local-\d+$/) as string,
      ui: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string },
    });
    expect(Object.keys(data.durationsMs)).toEqual(['resolve', 'start', 'job']);
    expect(countTasks(run)).toBe(3);
    // the run before wrote the class archive; a JVM that refuses it only warns
    const log = readFileSync(join(run.folder(), 'driver.log'), 'utf8');
    expect(log).toContain('-XX:SharedArchiveFile=');
    expect(log).not.toMatch(/\[warning\]|Unable to use shared archive/);
  });

  it('gives the JVM what Spark’s own launcher would', async () => {
    const host = createHost({ verbosity: 0, yes: false, input: false });
    const { java, distribution } = await ensureSparkRuntime(host, sparkVersion, new AbortController().signal);
    const launcher = [
      'org.apache.spark.launcher.Main',
      'org.apache.spark.deploy.SparkSubmit',
      '--master',
      'local',
      'app.jar',
    ];
    const answer = await host.runner.run([java.program, '-cp', join(distribution.jars, '*'), ...launcher], {
      env: { SPARK_SCALA_VERSION: '2.13', SPARK_HOME: distribution.home, SPARK_CONF_DIR: '/nonexistent' },
    });
    const words = answer.stdout.split('\0');
    const options = words.filter((word) => /^(-XX:|--(add|sun|enable)-|-Dio\.netty)/.test(word));
    expect(options).toEqual(sparkJavaOptions({ hasVectorModule: true }));
  });

  it('hands a hostile argument over unchanged and ends with exit 10 when the driver fails', async () => {
    const hostile = '--x; rm -rf / $(id) `id` "\' é 🐘\n-y';
    const run = start('--', hostile);
    expect(await run.exitCode).toBe(10);
    expect(readFileSync(join(run.folder(), 'driver.log'), 'utf8')).toContain(`not '${hostile}'`);
    expect(run.stderr()).toContain('[JOB_FAILED]');
  });

  it.each(['scala', 'python'])('listens on loopback only and leaves nothing after Ctrl-C (%s)', async (language) => {
    const run = start('--lang', language, '--', '200000');
    expect(await askUi(run)).toMatchObject([{ name: 'sparkpi' }]);
    const processes = findProcessGroup(run.state);
    const addresses = listListeningAddresses(processes);
    expect(addresses.length).toBeGreaterThanOrEqual(2);
    expect(addresses.filter((address) => !isLoopback(address))).toEqual([]);
    if (language === 'python') expect(processes.some(({ command }) => command.includes('sparkpi.py'))).toBe(true);

    run.interrupt();
    expect(await run.exitCode).toBe(130);
    await sleep(1000);
    expect(findProcessGroup(run.state)).toEqual([]);
    expect(existsSync(join(run.folder(), 'tmp'))).toBe(false);
  });

  it('lets two runs at once both succeed, each with its own UI', async () => {
    const runs = [start('--json', '--', '2'), start('--json', '--', '2')];
    expect(await Promise.all(runs.map((run) => run.exitCode))).toEqual([0, 0]);
    const urls = runs.map((run) => (JSON.parse(run.stdout()) as { data: { ui: { url: string } } }).data.ui.url);
    expect(new Set(urls).size).toBe(2);
  });
});
