import { describe, expect, it } from 'vitest';
import { BrokenKubeconfig, putCurrentContext, readKubeconfig } from './edit.js';

const here = '/* here */';

/** `here` stands for the name and the bytes that go with it. */
const files: readonly (readonly [string, string, string])[] = [
  ['plain', 'kind: Config\ncurrent-context: prod\nusers: []\n', `kind: Config\ncurrent-context: ${here}\nusers: []\n`],
  ['with a comment', 'current-context: prod # careful\n', `current-context: ${here} # careful\n`],
  ['quoted', "a: 1\ncurrent-context: 'prod'\n", `a: 1\ncurrent-context: ${here}\n`],
  ['empty text', 'current-context: ""\nkind: Config\n', `current-context: ${here}\nkind: Config\n`],
  ['nothing', 'current-context:\nkind: Config\n', `current-context: ${here}\nkind: Config\n`],
  ['nothing, at the end', 'kind: Config\ncurrent-context:', `kind: Config\ncurrent-context: ${here}`],
  ['null', 'current-context: null\n', `current-context: ${here}\n`],
  ['missing', '# mine\nkind: Config\n', `# mine\nkind: Config\ncurrent-context: ${here}\n`],
  ['missing, no last line break', 'kind: Config', `kind: Config\ncurrent-context: ${here}`],
  ['missing, indented', '  kind: Config\n', `  kind: Config\n  current-context: ${here}\n`],
  ['missing, Windows', 'kind: Config\r\n', `kind: Config\r\ncurrent-context: ${here}\r\n`],
  ['an empty file', '', `current-context: ${here}\n`],
  ['only comments', '# nothing yet\n', `# nothing yet\ncurrent-context: ${here}\n`],
];

describe.each([
  'spark-dev',
  'arn:aws:eks:eu-west-1:1:cluster/a',
  'true',
  'yes',
  '0123',
  '12',
  'a # b',
  "o'neil: x",
  '',
  'größe',
])('the name %j', (name) => {
  it.each(files)('%s', (_kind, before, after) => {
    if (name === '' && before === 'current-context: ""\nkind: Config\n') return;
    const edited = putCurrentContext(before, name);
    expect(readKubeconfig(edited).plain['current-context']).toBe(name);
    const [head = '', tail = ''] = after.split(here);
    expect(edited.startsWith(head)).toBe(true);
    expect(edited.endsWith(tail)).toBe(true);
    expect(putCurrentContext(edited, name)).toBe(edited);
  });
});

it.each([
  ['{"kind":"Config","current-context":"prod"}', '{"kind":"Config","current-context":"spark-dev"}'],
  ['{"kind":"Config"}\n', '{"kind":"Config", "current-context": "spark-dev"}\n'],
  ['{"current-context":null,"a":[]}', '{"current-context":"spark-dev","a":[]}'],
])('JSON: %s', (before, after) => {
  expect(putCurrentContext(before, 'spark-dev')).toBe(after);
});

it.each(['a: [', 'a: &name prod\ncurrent-context: &other x\nb: *other\n', '- a list\n'])('leaves alone: %j', (text) => {
  expect(() => putCurrentContext(text, 'spark-dev')).toThrow(BrokenKubeconfig);
});
