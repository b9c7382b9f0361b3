import { expect, it } from 'vitest';
import { parseSettings } from './parse-settings.js';

function problemsOf(text: string): readonly string[] {
  const parsed = parseSettings(text);
  if (!('problems' in parsed)) throw new Error('it was accepted');
  return parsed.problems.map(
    ({ path, message, line, column }) => `${String(line)}:${String(column)} ${path} | ${message}`,
  );
}

it('reads a whole file', () => {
  const text = `# ours
version: 1
target: local
source: upstream
lang: python
uiPort: 4050
cpus: 4
memory: 6g
apps:
  pi: { path: jobs/pi.py, args: [10, fast, true] }
  etl: { path: etl, main: org.example.Etl, lang: scala }
`;
  expect(parseSettings(text)).toMatchObject({
    settings: {
      version: 1,
      target: 'local',
      source: 'upstream',
      lang: 'python',
      uiPort: 4050,
      cpus: 4,
      memory: 6144,
      apps: {
        pi: { path: 'jobs/pi.py', args: ['10', 'fast', 'true'] },
        etl: { path: 'etl', main: 'org.example.Etl', lang: 'scala', args: [] },
      },
    },
  });
});

it('gives numbers and versions to the application as they are written', () => {
  const parsed = parseSettings(`version: 1
apps:
  args:
    path: x.py
    args: [1.10, 007, 0x1F, 1e3, 12345678901234567890, True, .inf, "quoted", 2024-01-01]
    env: { V: 3.10, P: 00420, T: true }
    conf: { spark.x: 9007199254740993 }
    executors: 2
    driver: { labels: { v: 1.10 }, memory: 1024 }
    volumes: [{ name: a, path: /a, claim: c, readOnly: true }]
`);
  expect(parsed).toMatchObject({
    settings: {
      apps: {
        args: {
          args: ['1.10', '007', '0x1F', '1e3', '12345678901234567890', 'True', '.inf', 'quoted', '2024-01-01'],
          env: { V: '3.10', P: '00420', T: 'true' },
          conf: { 'spark.x': '9007199254740993' },
          executors: 2,
          driver: { labels: { v: '1.10' }, memory: 1024 },
          volumes: [{ readOnly: true }],
        },
      },
    },
  });
});

it('names all problems at once, each with its place and the nearest key', () => {
  const text = `version: 1
tarrget: local
uiPort: 80
memory: lots
apps:
  pi:
    path: pi.py
    lnag: python
  Bad_Name: { path: x }
  empty: {}
  list: { path: x, args: [ok, { a: 1 }] }
`;
  expect(problemsOf(text).toSorted()).toEqual(
    [
      '10:10 apps.empty.path | expected string, received undefined',
      '11:31 apps.list.args.1 | must be a plain value: text, a number, true or false',
      '2:1 tarrget | unknown key; did you mean target?',
      '3:9 uiPort | Too small: expected number to be >=1024',
      '4:9 memory | not a size; write 6g or 6144m',
      '8:5 apps.pi.lnag | unknown key; did you mean lang?',
      '9:3 apps.Bad_Name | not an application name: use lower-case letters, digits and dashes',
    ].toSorted(),
  );
});

it.each([
  ['', '1:1  | is empty; its first line must be `version: 1`'],
  ['# to be filled\n', '1:1  | is empty; its first line must be `version: 1`'],
  [
    'apiVersion: a/v1\nkind: SparkApplication\n',
    '1:1  | is a Kubernetes SparkApplication, not settings of spark-dev: give it another name (spark-dev overlay new --from FILE reads one), or put a spark-dev.yaml that begins with `version: 1` into your project',
  ],
  ['- a\n- b\n', '1:1  | must be a mapping that starts with `version: 1`'],
  ['target: local\n', '1:1 version | must be 1, the only version of this format'],
  ['version: 2\n', '1:10 version | must be 1, the only version of this format'],
  ['version: 1\ntarget: mars\n', '2:9 target | must be one of auto, cluster, local'],
  ['version: 1\nversion: 1\n', '2:1  | Map keys must be unique'],
  [
    'version: 1\ntarget: [local\n',
    '3:1  | Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['version: 1\nlang: !!js/function "() => 1"\n', '2:7  | Unresolved tag: tag:yaml.org,2002:js/function'],
  ['version: 1\n---\nversion: 1\n', '2:1  | holds several documents; keep one'],
  ['version: 1\n__proto__: { polluted: 1 }\n', '2:1 __proto__ | unknown key'],
])('refuses %j', (text, problem) => {
  expect(problemsOf(text)).toContain(problem);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('refuses a bomb of aliases before it goes off', () => {
  const levels = 'abcdefgh'.split('').map((name, index, all) => {
    const before =
      index === 0
        ? '["x","x","x","x","x","x","x","x","x"]'
        : `[${Array(9)
            .fill(`*${all[index - 1] ?? ''}`)
            .join(',')}]`;
    return `${name}: &${name} ${before}`;
  });
  const startedAt = performance.now();
  expect(problemsOf(`version: 1\n${levels.join('\n')}\n`)[0]).toContain('Excessive alias count');
  expect(performance.now() - startedAt).toBeLessThan(2000);
});
