import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverRights, rightKey } from '../../src/namespaces/driver-rights.js';
import { sparkVersions } from '../../src/toolchain/spark/versions.js';
import { readPodYaml, type PodYaml } from '../../src/verify/case-objects.js';
import { verifyCases } from '../../src/verify/cases.js';
import type { CaseRun } from '../../src/verify/gather-evidence.js';
import { runCase } from '../../src/verify/run-case.js';
import { ensureVerifyImage, planVerifyImages } from '../../src/verify/verify-image.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { runProgram } from '../program/program.js';
import { withSpark } from '../../src/clusters/prepared.js';

const work = mkdtempSync(join(tmpdir(), 'spark-dev-rights-'));
afterAll(() => {
  rmSync(work, { recursive: true });
});

/** Of `yaml`, with this right taken away. */
function without(key: string, yaml: PodYaml): PodYaml {
  const rules = yaml.role.rules.flatMap((rule) =>
    rule.apiGroups.flatMap((group) =>
      rule.resources.flatMap((resource) => {
        const verbs = rule.verbs.filter((verb) => rightKey({ verb, group, resource }) !== key);
        return verbs.length === 0 ? [] : [{ apiGroups: [group], resources: [resource], verbs }];
      }),
    ),
  );
  return { ...yaml, role: { ...yaml.role, rules } };
}

/** Whether SparkPi failed or complained with the role as it stands in `yaml`. */
async function complains(version: string, key: string): Promise<boolean> {
  const { host, cluster: prepared } = await requirePrepared();
  const cluster = withSpark(prepared, version);
  const { applications } = await planVerifyImages(host, cluster);
  const signal = new AbortController().signal;
  await ensureVerifyImage(host, cluster, applications, { logFile: join(work, 'image.log'), signal });
  const folder = join(work, `${version}-${key.replaceAll(/\W/g, '-')}`);
  const yaml = without(key, await readPodYaml(host.directories));
  // one by one, a driver removes executors that end before it does
  const id = key === 'delete pods' ? 'X5' : 'B2';
  const one = verifyCases.find((each) => each.id === id);
  if (one === undefined) throw new Error(`no case ${id}`);
  const run: CaseRun = {
    ...{ host, cluster, yaml, folder, signal, image: applications.reference },
    ...{ runId: `rights-${Date.now().toString(36)}`, heapMb: 512, isSabotaged: false, onRoomFree: () => undefined },
  };
  const end = await runCase({ ...one, limitS: id === 'B2' ? 60 : 150 }, run);
  expect(end.leftovers).toEqual([]);
  const logs = readdirSync(end.folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(end.folder, name), 'utf8'));
  const said = [...end.failures, ...logs].join('\n');
  const complaint = /[^\n]*(?:forbidden|cannot \w+ resource)[^\n]*/i.exec(said)?.[0];
  console.log(`${version} without ${key}: ${complaint?.trim().slice(0, 160) ?? end.failures[0] ?? 'not missed'}`);
  return end.failures.length > 0 || complaint !== undefined;
}

const keys = driverRights.map(rightKey);
/** Spark 3.5 makes no network policy; all else it needs as well. */
const unusedBefore4: readonly string[] = keys.filter((key) => key.includes('networkpolicies'));

describe.each(sparkVersions.map(({ version }) => version))('Spark %s', (version) => {
  // a recreation brings back the newest alone
  beforeAll(async () => {
    await runProgram(['images', 'build', `spark-${version}`]);
  }, 1_200_000);

  it('complains of nothing with the whole role', async () => {
    expect(await complains(version, 'none')).toBe(false);
  });

  it.each(keys)('and what it does without: %s', async (key) => {
    const isUnused = version.startsWith('3.') && unusedBefore4.includes(key);
    expect(await complains(version, key)).toBe(!isUnused);
  });
});
