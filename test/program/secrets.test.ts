import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { propertiesText } from '../../src/spark/properties-file.js';
import { startEmbeddedApp } from './embedded-run.js';
import { listProcesses, watchArguments } from './processes.js';

/** Asks its JVM for what arrived, and tries to end its own job by the UI. */
const probe = `
import json, os, sys, threading, time, urllib.request, urllib.error
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
want = json.load(open(sys.argv[1]))
conf = dict(sc.getConf().getAll())
for key, value in want["conf"].items():
    assert conf.get(key) == value, (key, value, conf.get(key))
for key, value in want["java"].items():
    assert sc._jvm.java.lang.System.getProperty(key) == value, key
for key, value in want["env"].items():
    assert os.environ[key] == value, key
loaded = sc._jvm.java.util.Properties()
loaded.load(sc._jvm.java.io.FileInputStream(sys.argv[2]))
assert loaded.size() == len(want["properties"])
for key, value in want["properties"].items():
    assert loaded.getProperty(key) == value, (key, value, loaded.getProperty(key))
job = threading.Thread(target=lambda: print("counted", sc.parallelize([1], 1).map(lambda x: time.sleep(5) or x).count()))
job.start()
while not sc.statusTracker().getActiveJobsIds(): time.sleep(0.1)
try:
    urllib.request.urlopen(sc.uiWebUrl + "/jobs/job/kill/?id=0", data=b"")
except urllib.error.HTTPError as refused:
    print("refused", refused.code)
job.join()
`;

const sentinel = 'SeNtInEl';
const oneLine = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[\0\n\r\ud800-\udfff]/.test(text));
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

it('shows no property, JVM option or variable of a job in the arguments of any process, and all of them arrive', async () => {
  const project = mkdtempSync(join(tmpdir(), 'spark-dev-secrets-'));
  const samples = fc.sample(oneLine, 60);
  const given = [' lead', 'trail\t', 'a=b:c#d!e', 'C:\\x\\', '\\u0041', '#x', '🐘 é', ...samples];
  const conf = Object.fromEntries(
    given.map((value, at) => [`spark.probe.s${String(at)}`, `${value}${sentinel}${value}`]),
  );
  const properties = Object.fromEntries(fc.sample(fc.tuple(anyText, anyText), 300));
  const java = { 'probe.option': `${sentinel} x\\y"z`, 'probe.secret': sentinel };
  const javaOptions = `"-Dprobe.option=${sentinel} x\\y"'"'z -Dprobe.secret=${sentinel}`;
  const env = { PROBE_SECRET: `${sentinel} env` };
  const settings = {
    version: 1,
    apps: {
      probe: { path: 'probe.py', conf: { ...conf, 'spark.driver.extraJavaOptions': javaOptions }, driver: { env } },
    },
  };
  const flag = { 'spark.probe.flag': `${sentinel} flag` };
  const want = JSON.stringify({ conf: { ...conf, ...flag }, java, env, properties });
  const files = {
    'probe.py': probe,
    'spark-dev.yaml': JSON.stringify(settings),
    'want.json': want,
    'all.properties': propertiesText(properties),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const words = ['--conf', `spark.probe.flag=${sentinel} flag`, '--', 'want.json', 'all.properties'];
  const run = startEmbeddedApp('probe', words, project);
  const stopWatching = watchArguments(sentinel);
  const programs = new Set<string>();
  const over = new AbortController();
  void run.exitCode.finally(() => {
    over.abort();
  });
  while (!over.signal.aborted) {
    for (const { command } of listProcesses()) {
      if (command.includes(run.state) || command.includes('pyspark')) programs.add(command.split(' ')[0] ?? '');
    }
    await sleep(25);
  }
  expect(await run.exitCode, run.stderr()).toBe(0);
  expect(stopWatching()).toEqual([]);
  // the JVM and Python's processes were looked at
  expect([...programs].map((program) => /java|python/.exec(program)?.[0])).toEqual(
    expect.arrayContaining(['java', 'python']),
  );
  expect(run.stdout()).toMatch(/^refused 40\d$/m);
  expect(run.stdout()).toMatch(/^counted 1$/m);
  expect(readdirSync(run.folder())).not.toContain('tmp');
  expect(readFileSync(join(run.folder(), 'driver.log'), 'utf8')).not.toContain(sentinel);
});
