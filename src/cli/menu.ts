import { quoteArgv } from '../errors/quote-argv.js';
import type { Ui } from '../ports/ui.js';
import { namesOf, type CommandEntry } from './named-words.js';

interface MenuEntry {
  /** Offered if this command exists. */
  readonly command: string;
  readonly label: string;
  /** Arguments after its name, for what the command cannot ask itself. */
  readonly ask?: (ui: Ui) => Promise<readonly string[]>;
}

/** Daily tasks, in the order of a day. */
const everyday: readonly MenuEntry[] = [
  { command: 'run', label: 'Run an application', ask: askRun },
  { command: 'doctor', label: 'Check this machine', ask: askDoctor },
  { command: 'init', label: 'Create or repair the cluster' },
  { command: 'status', label: 'Show what is there' },
  { command: 'cluster resize', label: "Change the cluster's CPU and memory" },
  { command: 'images pull', label: 'Pull images ahead of time' },
  { command: 'images build', label: 'Build the Spark image' },
  { command: 'overlay list', label: 'Show what is deployed, and whose files it uses' },
  { command: 'dashboard', label: 'Browse the cluster' },
  { command: 'clean', label: 'Remove what runs left behind' },
  { command: 'down', label: 'Stop the cluster, keep its data' },
];

const allCommands = '--help';

/** Shows the menu, asks for what a command needs, and prints the equivalent command line; returns its words. */
export async function askMenu(ui: Ui, entries: readonly CommandEntry[]): Promise<readonly string[]> {
  const names = entries.flatMap(namesOf);
  const offered = everyday.filter(({ command }) => names.includes(command));
  const choices = offered.map(({ command, label }) => ({ value: command, label, hint: command }));
  const chosen = await ui.select({
    message: 'What do you want to do?',
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
    check: (text) => (/^[^-\s]/.test(text) ? undefined : 'Enter a name such as `sparkpi`'),
  });
  const target = await ui.select({
    message: 'Where?',
    flag: '--target',
    preferred: 'auto',
    choices: [
      { value: 'auto', label: 'On the cluster, or on this machine without one' },
      { value: 'local', label: 'On this machine, without a cluster' },
    ],
  });
  return [app, ...(target === 'auto' ? [] : ['--target', target])];
}

async function askDoctor(ui: Ui): Promise<readonly string[]> {
  const how = await ui.select({
    message: 'What next?',
    flag: '--fix',
    preferred: 'look',
    choices: [
      { value: 'look', label: 'Only check' },
      { value: 'fix', label: 'Apply automatic fixes', hint: 'asks before each' },
      { value: 'share', label: 'Markdown for an issue', hint: 'without your names, paths and secrets' },
    ],
  });
  return how === 'look' ? [] : [`--${how}`];
}
