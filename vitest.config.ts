import { defineConfig } from 'vitest/config';

/** Cases of the contract that only a cluster can show. */
const onCluster = 'test/contract/*-real.test.ts';

/** What these lay down under the system's temporary folder goes with them. */
const globalSetup = ['test/scratch.ts'];

const projects = {
  unit: { include: ['src/**/*.test.ts'], globalSetup, testTimeout: 30_000 },
  commands: {
    include: ['test/{commands,contract,program}/**/*.test.ts'],
    exclude: [onCluster],
    globalSetup,
    testTimeout: 240_000,
  },
  laws: { include: ['test/laws/**/*.test.ts'], globalSetup, testTimeout: 120_000 },
  real: {
    include: [onCluster, 'test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/bring-up.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
  faults: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/scratch.ts', 'test/faults/setup.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
  },
  full: {
    include: ['test/cluster-slow/**/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    fileParallelism: false,
  },
};

/** Where .ci/run wants to read what passed. */
const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    // most tests wait for children and sockets, so one worker per CPU is not too many
    maxWorkers: '100%',
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
    projects: Object.entries(projects).map(([name, settings]) => ({ test: { name, ...settings } })),
  },
});
