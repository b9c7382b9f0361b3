import { describe, expect, it } from 'vitest';
import { recorded } from '../../test/fakes/recorded.js';
import { createLogReader, findUiPort, matters, readStage, type LogRecord } from './log-patterns.js';

function readAll(lines: readonly string[]): {
  readonly records: readonly LogRecord[];
  readonly program: readonly string[];
} {
  const read = createLogReader();
  const records: LogRecord[] = [];
  const program: string[] = [];
  for (const line of lines) {
    const seen = read(line);
    if (seen.kind === 'record') records.push(seen.record);
    if (seen.kind === 'program') program.push(line);
  }
  return { records, program };
}

describe.each(['log-plain', 'log-structured'])('a driver’s log, recorded as %s', (name) => {
  const { records, program } = readAll(recorded(`spark/${name}`).stdout.trimEnd().split('\n'));

  it('is told from what the program printed into it', () => {
    expect(program).toHaveLength(3);
  });

  it('has no warning that matters but those that the program caused', () => {
    const warnings = records.filter(matters).map(({ level, source, message }) => `${level} ${source}: ${message}`);
    expect(new Set(warnings.map((line) => line.split(' ').slice(0, 3).join(' ')))).toEqual(
      new Set(['WARN TaskSetManager: Lost', 'ERROR TaskSetManager: Task']),
    );
  });

  it('tells the tasks of each stage, and the port of the UI', () => {
    const news = records.map(readStage).filter((one) => one !== undefined);
    expect(news.slice(0, 3)).toEqual([
      { stage: 0, tasks: { done: 0, all: 1 } },
      { stage: 0, tasks: { done: 1, all: 1 } },
      { stage: 0, tasks: undefined },
    ]);
    expect(records.map(findUiPort).filter(Boolean)).toEqual([{ port: 4040, isBound: true }]);
  });
});

describe('createLogReader', () => {
  it.each([
    ['a line of a pattern that the user set', ['12:00:00.000 [main] WARN  Foo - bar'], 1],
    [
      'JSON of a program, after a record',
      ['26/11/30 18:43:09 INFO Foo: bar', '{"ts":"2026","a":1}', '{"a":1}', '}'],
      3,
    ],
    [
      'an exception that nothing caught',
      ['26/11/30 18:43:09 INFO Foo: bar', 'Exception in thread "main" java.lang.Error', '\tat A.b(A.java:1)'],
      2,
    ],
    [
      'a stack trace of a record',
      [
        '26/11/30 18:43:09 ERROR Foo: bar',
        'java.io.IOException: no',
        '\tat A.b(A.java:1)',
        'Caused by: java.lang.Error',
        '\t... 2 more',
      ],
      0,
    ],
    [
      'a plan of a record, whose logger has a name of several words',
      ['26/11/30 19:00:22 INFO Execution [id = 1]: the plan:', 'Write Sink', '+- Aggregate [a#6]', '   +- Project', ''],
      0,
    ],
    [
      'the event of a slow listener',
      [
        '26/11/30 20:33:24 INFO AsyncEventQueue: Process of event SparkListenerSQLExecutionStart(0,Some(0),showString at …',
        'java.base/java.lang.Thread.run(Thread.java:840),== Physical Plan ==',
        'CollectLimit (3)',
        '',
        '(3) CollectLimit',
        ',org.apache.spark.sql.execution.SparkPlanInfo@b807ee,1796070800602,Map(),Set()) by listener took 1.1s.',
        'hello',
      ],
      1,
    ],
    ['a block of a record', ['26/11/30 18:43:09 INFO Foo: made progress: {', '  "id" : "a"', '}', 'hello'], 1],
    [
      'what comes before the log',
      [
        'WARNING: Using incubator modules: jdk.incubator.vector',
        'Files file:///opt/spark/app/py/a.zip from /opt/spark/app/py/a.zip to /opt/spark/work-dir/a.zip',
        "Using Spark's default log4j profile: a/b",
      ],
      0,
    ],
  ])('%s', (_title, lines, own) => {
    expect(readAll(lines).program).toHaveLength(own);
  });
});

it('knows the next port when the usual one is taken', () => {
  const message = "Service 'SparkUI' could not bind on port 4040. Attempting port 4041.";
  expect(findUiPort({ level: 'WARN', source: 'Utils', message })).toEqual({ port: 4041, isBound: false });
  expect(
    findUiPort({ level: 'INFO', source: 'Utils', message: "Successfully started service 'sparkDriver' on port 1." }),
  ).toBeUndefined();
});

it('leaves out what our own question for the stages brings', () => {
  const message = 'Error while closing the output stream in order to commit response.';
  expect(matters({ level: 'ERROR', source: 'ServerRuntime$Responder', message })).toBe(false);
});
