import { describe, expect, it } from 'vitest';
import type { RunView } from '../../spark/outcome.js';
import { classifyWait, type Waiting } from './start-waiting.js';

const empty: RunView = { submit: undefined, driver: undefined, executors: [], runningExecutors: 0, troubles: [] };
const crowded: RunView = {
  ...empty,
  driver: { pod: 'd', container: 'c', appId: undefined, state: 'running' },
  troubles: [
    {
      kind: 'unschedulable',
      pod: 'e',
      what: 'no room for e',
      why: 'Insufficient cpu',
      asks: { cpuMilli: 1, memoryMb: 1 },
    },
  ],
};
const waiting = (more: Partial<Waiting>): Waiting => ({
  since: 0,
  view: empty,
  crowdedSince: undefined,
  shortage: undefined,
  broken: undefined,
  ...more,
});
const pending: RunView = {
  ...empty,
  driver: { pod: 'd', container: 'c', appId: undefined, state: 'waiting', note: 'ContainerCreating' },
};

describe('judgePatience', () => {
  it.each<[string, Waiting, number, string | undefined]>([
    ['a start may take two minutes', waiting({}), 120_000, undefined],
    ['and no longer', waiting({}), 120_001, 'TIMED_OUT'],
    ['also for a driver that is there but never runs', waiting({ view: pending }), 120_001, 'TIMED_OUT'],
    ['a running job may take for ever', waiting({ view: { ...crowded, troubles: [] } }), 9e9, undefined],
    [
      'room is waited for from when it was missed',
      waiting({ view: crowded, crowdedSince: 9e9 }),
      9e9 + 300_000,
      undefined,
    ],
    ['five minutes', waiting({ view: crowded, crowdedSince: 9e9 }), 9e9 + 300_001, 'RESOURCES_SHORT'],
    [
      'but for ever while another executor works',
      waiting({ view: { ...crowded, runningExecutors: 1 }, crowdedSince: 0 }),
      9e9,
      undefined,
    ],
    ['a silent cluster for one', waiting({ broken: { since: 5, why: 'ECONNREFUSED' } }), 60_006, 'CLUSTER_UNREACHABLE'],
    ['but not less', waiting({ broken: { since: 5, why: 'ECONNREFUSED' } }), 60_005, undefined],
  ])('%s', (_title, state, now, code) => {
    expect(classifyWait(state, now)?.code).toBe(code);
  });

  it('says in numbers why there was no room', () => {
    const shortage = { why: 'It asks for 2 CPUs', fix: ['resize'] };
    expect(classifyWait(waiting({ view: crowded, crowdedSince: 0, shortage }), 300_001)).toMatchObject(shortage);
  });

  it('says what it saw last', () => {
    expect(classifyWait(waiting({ view: pending }), 200_000)?.why).toBe('Its pod: ContainerCreating.');
  });
});
