import { describe, expect, it } from 'vitest';
import { eventually, leftovers } from '../cluster/cluster-tools.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { dataOf, runProgram } from '../program/program.js';

const older = ['--spark-version', '3.5.9'];
const languages = ['scala', 'python'] as const;

describe('Spark 3.5.9 beside the newest', () => {
  it.each(languages)('runs SparkPi in %s embedded', async (lang) => {
    const end = await runProgram(['run', 'sparkpi', '--target', 'local', '--lang', lang, ...older]);
    expect(end.stdout.trimEnd(), end.stderr).toMatch(/Pi is roughly 3\.14\d*$/);
  });

  it('comes into the cluster when it is asked for', async () => {
    const [image] = dataOf(await runProgram(['images', 'build', 'spark-3.5.9', '--json']))['images'] as readonly {
      readonly reference: string;
    }[];
    const { cluster } = await requirePrepared();
    expect(cluster.otherSparks).toEqual({ '3.5.9': image?.reference });
  });

  it.each(languages)('runs SparkPi in %s on the cluster, with the rights that the newest has', async (lang) => {
    const tools = await requirePrepared();
    const data = dataOf(
      await runProgram(['run', 'sparkpi', '--target', 'cluster', '--lang', lang, '--json', ...older]),
    );
    expect(data['pi']).toBeCloseTo(Math.PI, 2);
    expect(data['executors']).toHaveLength(1);
    await eventually('nothing is left of the run', async () => (await leftovers(tools)).length === 0);
  });
});
