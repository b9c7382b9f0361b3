import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { trackTasks } from './live-tasks.js';

const record = (source: string, message: string) => ({ level: 'INFO', source, message });

it('adds up the tasks of the running stages, from the log', () => {
  const notes: string[] = [];
  const tasks = trackTasks(createFakeHost(), (note) => notes.push(note));
  tasks.see(record('TaskSchedulerImpl', 'Adding task set 3.0 with 200 tasks resource profile 0'));
  tasks.see(
    record('TaskSetManager', 'Finished task 0.0 in stage 3.0 (TID 4) in 55 ms on 10.0.0.1 (executor 1) (1/200)'),
  );
  tasks.see(record('TaskSchedulerImpl', 'Adding task set 4.0 with 10 tasks resource profile 0'));
  tasks.see(record('TaskSchedulerImpl', 'Removed TaskSet 3.0 whose tasks have all completed, from pool '));
  tasks.see(record('TaskSchedulerImpl', 'Removed TaskSet 4.0, whose tasks have all completed, from pool '));
  expect(notes).toEqual([
    'stage 3: 0/200 tasks',
    'stage 3: 1/200 tasks',
    'stages 3, 4: 1/210 tasks',
    'stage 4: 0/10 tasks',
    '',
  ]);
});

it('asks the UI of a driver whose log is quiet, for someone at a terminal', async () => {
  const api = 'http://127.0.0.1:4040/api/v1/applications';
  const web = {
    [api]: '[{"id":"local-1","name":"etl"}]',
    [`${api}/local-1/stages?status=active`]: '[{"stageId":7,"numTasks":16,"numCompleteTasks":3}]',
  };
  for (const [confirms, told] of [
    [true, 'stage 7: 3/16 tasks'],
    [undefined, undefined],
  ] as const) {
    const notes: string[] = [];
    const over = new AbortController();
    const host = createFakeHost({ web, ...(confirms === undefined ? {} : { confirms }) });
    const tasks = trackTasks(host, (note) => {
      notes.push(note);
      over.abort();
    });
    await tasks.ask('http://127.0.0.1:4040', over.signal).catch(() => undefined);
    expect(notes[0]).toBe(told);
  }
});
