import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { parseSettings } from './parse-settings.js';
import { addApp } from './ask-new-app.js';

const app = { path: 'jobs/etl.py', args: ['2026', '- x', '$(id)', 'a: b # c'] };

it('begins a file with its schema', () => {
  const text = addApp(undefined, 'etl', app);
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=https:\/\/\S+\/spark-dev\.schema\.json\nversion: 1\napps:\n {2}etl:\n/,
  );
  expect(parseSettings(text)).toMatchObject({ settings: { apps: { etl: app } } });
  expect(addApp('\n', 'etl', app)).toBe(text);
});

it('keeps what a person wrote', () => {
  const before = `# ours, since 2025
version: 1 # the only one

target: local   # until the cluster is there
apps:
  # nightly
  old: { path: jobs/old.py } # to be removed
`;
  const after = addApp(before, 'etl', app);
  for (const comment of [
    '# ours, since 2025',
    '# the only one',
    '# until the cluster is there',
    '# nightly',
    '# to be removed',
  ])
    expect(after).toContain(comment);
  expect(after).not.toContain('$schema');
  expect(parse(after)).toEqual({ version: 1, target: 'local', apps: { old: { path: 'jobs/old.py' }, etl: app } });
});

it.each(['version: 1\napps:\n', 'version: 1\napps: {}\n', 'version: 1\n', 'version: 1\napps: { etl: { path: x } }\n'])(
  'adds to %j',
  (before) => {
    expect(parseSettings(addApp(before, 'etl', app))).toMatchObject({ settings: { apps: { etl: app } } });
  },
);
