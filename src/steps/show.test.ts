import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { showSteps, showToDo, keepDurations, planKey, readDurations } from './show.js';
import { showDuration } from '../text/sizes.js';
import type { Step } from './apply.js';

const start: Step = {
  id: 'start',
  title: 'Start the cluster',
  why: 'it is stopped',
  commands: [['minikube', 'start', '-p', 'spark dev']],
};

describe('the plan as it is shown', () => {
  it('says why, and how long it took before where that is known', () => {
    expect(showToDo([start], {}, {})).toEqual(['  Start the cluster: it is stopped']);
    expect(showToDo([start], { start: 31_000, [planKey(['start'])]: 180_000 }, {})).toEqual([
      '  Start the cluster (~31 s): it is stopped',
      '  The same steps took 3 min the last time.',
    ]);
  });

  it('says what it leaves on the disk, and warns of the first time', () => {
    const tools = ['minikube', 'skaffold'].map((tool): Step => ({
      ...start,
      id: `tool:${tool}`,
      title: `Build ${tool}`,
      why: 'it is missing',
      commands: [['go', 'build']],
    }));
    const sizesMb = { 'tool:minikube': 96, 'tool:skaffold': 104 };
    const total = '  This leaves about 200 MB on the disk.';
    expect(showToDo(tools, { 'tool:skaffold': 120_000 }, sizesMb)).toEqual([
      '  Build minikube (96 MB): it is missing',
      '  Build skaffold (~2 min, 104 MB): it is missing',
      total,
      '  2 programs are built from source: 15 to 30 minutes on 2 CPUs, and up to 17 GB of caches.',
    ]);
    const before = { [planKey(tools.map(({ id }) => id))]: 600_000 };
    expect(showToDo(tools, before, sizesMb).slice(-2)).toEqual([total, '  The same steps took 10 min the last time.']);
  });

  it('shows commands that can be pasted', () => {
    expect(showSteps([start])).toEqual(['# Start the cluster: it is stopped', "minikube start -p 'spark dev'"]);
  });
});

describe('durations of earlier runs', () => {
  it('are kept side by side', async () => {
    const host = createFakeHost();
    await keepDurations(host, { start: 1000 });
    await keepDurations(host, { rights: 2000 });
    expect(await readDurations(host)).toEqual({ start: 1000, rights: 2000 });
  });

  it('belong to a plan whatever the order of its steps', () => {
    expect(planKey(['b', 'a'])).toBe(planKey(['a', 'b']));
    expect(planKey(['a'])).not.toBe(planKey(['a', 'b']));
  });

  it.each([
    [200, '1 s'],
    [31_400, '31 s'],
    [89_000, '89 s'],
    [351_000, '6 min'],
  ])('%i ms are %s', (ms, shown) => {
    expect(showDuration(ms)).toBe(shown);
  });
});

it('is no trouble when the durations cannot be kept', async () => {
  const host = createFakeHost();
  mkdirSync(dirname(host.directories.state), { recursive: true });
  writeFileSync(host.directories.state, '');
  await keepDurations(host, { start: 1000 });
  expect(host.ui.lines).toEqual([expect.stringMatching(/^! Could not record how long the steps took: E/)]);
});
