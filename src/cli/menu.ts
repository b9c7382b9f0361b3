import { quoteArgv } from '../errors/quote-argv.js';
import type { Ui } from '../ports/ui.js';
import type { CommandEntry } from './command-entry.js';
import { namesOf } from './named-words.js';

interface MenuEntry {
  /** Offered where there is a command of this name. */
  readonly command: string;
  readonly label: string;
  /** What the command cannot ask by itself, as words after its name. */
  readonly ask?: (ui: Ui) => Promise<readonly string[]>;
}

/** What people do every day, in the order of a day. */
const everyday: readonly MenuEntry[] = [
  { command: 'run', label: 'Run an application', ask: askRun },
  { command: 'doctor', label: 'Check this machine', ask: askDoctor },
  { command: 'init', label: 'Make the cluster, or bring it back' },
  { command: 'status', label: 'See what is there' },
  { command: 'cluster resize', label: 'Give the cluster more or less CPU and memory' },
  { command: 'images pull', label: 'Get the images before they are needed' },
  { command: 'images build', label: 'Build the Spark image' },
  { command: 'overlay list', label: 'See what is deployed, and whose files that is' },
  { command: 'dashboard', label: 'Look into the cluster in a browser' },
  { command: 'clean', label: 'Remove what runs left behind' },
  { command: 'down', label: 'Stop the cluster, keep its data' },
];

const allCommands = '--help';

/** Offers what there is, asks what it needs, and tells the call that does the same; answers its words. */
export async function askMenu(ui: Ui, entries: readonly CommandEntry[]): Promise<readonly string[]> {
  const names = entries.flatMap(namesOf);
  const offered = everyday.filter(({ command }) => names.includes(command));
  const choices = offered.map(({ command, label }) => ({ value: command, label, hint: command }));
  const chosen = await ui.select({
    message: 'What is to be done?',
    flag: 'a command',
    preferred: choices[0]?.value ?? allCommands,
    choices: [...choices, { value: allCommands, label: 'Something else', hint: 'all commands' }],
  });
  const entry = offered.find(({ command }) => command === chosen);
  const words = [...chosen.split(' '), ...((await entry?.ask?.(ui)) ?? [])];
  ui.say(`$ ${quoteArgv(['spark-dev', ...words])}`);
  return words;
}

async function askRun(ui: Ui): Promise<readonly string[]> {
  const app = await ui.input({
    message: 'Which application? A folder of examples/, or a name from spark-dev.yaml',
    flag: '<app>',
    preferred: 'sparkpi',
    check: (text) => (/^[^-\s]/.test(text) ? undefined : 'A name, as `sparkpi`'),
  });
  const target = await ui.select({
    message: 'Where?',
    flag: '--target',
    preferred: 'auto',
    choices: [
      { value: 'auto', label: 'On the cluster, or embedded where there is none' },
      { value: 'local', label: 'Embedded, without a cluster' },
    ],
  });
  return [app, ...(target === 'auto' ? [] : ['--target', target])];
}

async function askDoctor(ui: Ui): Promise<readonly string[]> {
  const how = await ui.select({
    message: 'And then?',
    flag: '--fix',
    preferred: 'look',
    choices: [
      { value: 'look', label: 'Only look' },
      { value: 'fix', label: 'Fix what can be fixed automatically', hint: 'asks before each' },
      { value: 'share', label: 'Markdown for an issue', hint: 'without your names, paths and secrets' },
    ],
  });
  return how === 'look' ? [] : [`--${how}`];
}
