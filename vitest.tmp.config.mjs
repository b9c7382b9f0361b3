import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { root: '/tmp/w/runs', include: ['test/cluster/runs.test.ts','test/cluster/skaffold.test.ts'], testTimeout: 200000, hookTimeout: 60000, fileParallelism: false, globalSetup: [] } });
