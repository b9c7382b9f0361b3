import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './cruise.js';

type Files = ReadonlyMap<string, string>;

const bannedWords = /\b(?:anew|mend(?:s|ed|ing)?|shall|whoever|of ours|to be had|gives? way|comes? to an end)\b/i;

function findBannedWords(files: Files): readonly string[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const [word] = bannedWords.exec(line) ?? [];
      return word === undefined ? [] : [`${path}:${String(index + 1)} ${word}`];
    }),
  );
}

/** Every command file exports its `command`. */
function findSharedNames(files: Files): readonly string[] {
  const places = new Map<string, readonly string[]>();
  for (const [path, text] of files)
    for (const [, name = ''] of text.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm))
      if (name !== 'command') places.set(name, [...(places.get(name) ?? []), path]);
  return [...places]
    .filter(([, paths]) => new Set(paths).size > 1)
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}

const tracked = execFileSync('git', ['ls-files', 'src', 'test', 'bench', 'docs', '*.md', 'examples'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter(
    (path) =>
      /\.(?:ts|md|py|scala|yaml)$/.test(path) &&
      !/^docs\/(?:proofs|reference)\/|^test\/laws\/prose|\/fixtures\//.test(path),
  );
const all: Files = new Map(tracked.map((path) => [path, readFileSync(join(repository, path), 'utf8')]));
const sources: Files = new Map([...all].filter(([path]) => /^src\/.*(?<!\.test)\.ts$/.test(path)));

describe('plain English', () => {
  it('avoids the words that are always wrong', () => {
    expect(findBannedWords(all)).toEqual([]);
  });

  it.each([
    ['src/fit/a.ts', "export const what = 'The cluster was made anew';"],
    ['src/fit/a.ts', '/** Mends what it can. */'],
    ['src/main.ts', "throw new Error('X is not to be had');"],
    ['README.md', 'Whoever runs it'],
  ])('is refused in %s: %s', (path, text) => {
    expect(findBannedWords(new Map([[path, text]]))).toHaveLength(1);
  });

  it.each(['It recommends amended words'])('keeps: %s', (text) => {
    expect(findBannedWords(new Map([['src/fit/a.ts', text]]))).toEqual([]);
  });
});

describe('an exported name', () => {
  it('has one meaning', () => {
    expect(findSharedNames(sources)).toEqual([]);
  });

  it.each(['interface Place {}', 'const Place = 1;', 'async function Place() {}', "type Place = 'here';"])(
    'is refused where another file exports it too: %s',
    (declared) => {
      const seed = new Map([
        ['src/job/a.ts', `export ${declared}`],
        ['src/kube/b.ts', 'export interface Place {}'],
      ]);
      expect(findSharedNames(seed)).toEqual(['Place: src/job/a.ts, src/kube/b.ts']);
    },
  );
});
