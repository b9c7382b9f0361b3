import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import type { OptionSpec } from '../../src/command.js';
import { commandEntries } from '../../src/cli/commands.js';
import { createGlobalOptions } from '../../src/cli/options.js';
import { repository } from './cruise.js';
import { exitCodeMeanings } from '../../src/errors/spark-dev-error.js';
import type { CommandEntry } from '../../src/cli/named-words.js';

const folder = join(repository, 'docs', 'reference');
const note = '<!-- Written by `npm run docs` from the commands in src/. Do not edit. -->';

function pageOf(name: string): string {
  return `${name.replace(' ', '-')}.md`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

/** A `<` in running text would start a tag. */
function escape(text: string): string {
  return text.replace(/[<*_]/g, '\\$&');
}

function describeFlag({ flags, description, choices, default: fallback, repeatable }: OptionSpec): string {
  const notes = [
    choices === undefined ? '' : `One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`,
    fallback === undefined ? '' : `Default: \`${fallback}\`.`,
    repeatable === true ? 'May be given more than once.' : '',
  ];
  return [`- \`${flags}\`: ${escape(description)}.`, ...notes.filter((text) => text !== '')].join(' ');
}

async function describeCommand({ name, alias, summary, load }: CommandEntry): Promise<string> {
  const { arguments: all = [], options = [], examples } = await load();
  const flags = options.filter(({ description }) => description !== '');
  const usage = ['spark-dev', name, ...(flags.length === 0 ? [] : ['[flags]']), ...all.map((one) => one.name)];
  const lines = [
    `# spark-dev ${name}`,
    '',
    note,
    '',
    `${escape(summary)}.${alias === undefined ? '' : ` Also called \`spark-dev ${alias}\`.`}`,
    '',
    '```text',
    usage.join(' '),
    '```',
    ...section(
      'Arguments',
      all.map((one) => `- \`${one.name}\`: ${escape(one.description)}.`),
    ),
    ...section('Flags', flags.map(describeFlag)),
    '',
    'The [global flags](README.md#global-flags) work here too.',
    ...section('Examples', ['```sh', ...examples, '```']),
  ];
  return lines.join('\n');
}

function describeAll(): string {
  const groups = [...new Set(commandEntries.map(({ group }) => group))];
  const commands = groups.flatMap((group) => [
    ...['', `### ${group}`, '', '| command | what it does |', '| --- | --- |'],
    ...commandEntries
      .filter((entry) => entry.group === group)
      .map(({ name, summary }) => `| [${name}](${pageOf(name)}) | ${escape(summary)} |`),
  ]);
  const flags = createGlobalOptions().map((option) =>
    describeFlag({
      flags: option.flags,
      description: option.description,
      ...(option.argChoices && { choices: option.argChoices }),
    }),
  );
  const codes = exitCodeMeanings.map(
    ({ exitCode, meaning, codes: names }) =>
      `| ${String(exitCode)} | ${meaning} | ${names.map((code) => `\`${code}\``).join(', ')} |`,
  );
  return [
    ...['# Command reference', '', note, '', 'All commands, the flags that they share, and the exit codes.'],
    ...section('Commands', commands.slice(1)),
    ...section('Global flags', [
      ...flags,
      '',
      'Each flag, global or not, has an environment variable: `--ui-port` is `SPARK_DEV_UI_PORT`. A flag wins over its variable.',
    ]),
    ...section('Exit codes', ['| exit | meaning | error codes |', '| --- | --- | --- |', ...codes]),
  ].join('\n');
}

const pages = new Map([
  ['README.md', () => Promise.resolve(describeAll())],
  ...commandEntries.map((entry) => [pageOf(entry.name), () => describeCommand(entry)] as const),
]);

it.each([...pages])('%s is up to date', async (page, describePage) => {
  const file = join(folder, page);
  const text = await format(await describePage(), { ...(await resolveConfig(file)), parser: 'markdown' });
  await expect(text, `${page} is stale: npm run docs`).toMatchFileSnapshot(file);
});

it('has no page of a command that is gone', () => {
  const gone = readdirSync(folder).filter((page) => !pages.has(page));
  expect(gone, `git rm ${gone.map((page) => join('docs/reference', page)).join(' ')}`).toEqual([]);
});
