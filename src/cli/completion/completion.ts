import { SparkDevError } from '../../errors/spark-dev-error.js';
import { command, type CommandSpec } from '../../command.js';
import { type CommandEntry, familiesOf, findNamed, namesOf } from '../named-words.js';
import type { Host } from '../../ports/host.js';
import { createGlobalOptions, createOption, isRepeatable } from '../options.js';
import { listLiveValues } from './live-values.js';

/** Sends the whole line: bash would split words at `=` and `:`, as in the name of an EKS context. */
const bash = `# bash completion for spark-dev. Load it with:  source <(spark-dev completion bash)
_spark_dev() {
  local line=\${COMP_LINE:0:COMP_POINT} words current kept IFS
  IFS=$' \\t\\n' read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[\${#words[@]}-1]}
  kept=\${current%"\${current##*[=:]}"}
  IFS=$'\\n'
  COMPREPLY=($(SPARK_DEV_JSON= SPARK_DEV_OUTPUT= "\${words[0]}" completion --complete -- "\${words[@]:1}" 2> /dev/null))
  COMPREPLY=("\${COMPREPLY[@]#"$kept"}")
}
complete -o default -F _spark_dev spark-dev
`;

const zsh = `#compdef spark-dev
# zsh completion for spark-dev. Load it with:  source <(spark-dev completion zsh)
_spark-dev() {
  local -a answers
  answers=("\${(@f)$(SPARK_DEV_JSON= SPARK_DEV_OUTPUT= "\${words[1]}" completion --complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}")
  answers=(\${answers:#})
  if (( $#answers )); then compadd -- "\${answers[@]}"; else _files; fi
}
compdef _spark-dev spark-dev
# as a file in fpath it is loaded by the first Tab, which wants its answer too
[[ \${funcstack[1]} != _spark-dev ]] || _spark-dev
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh };

/** In cli because it answers from the list of all commands. */
export function describeCompletion(entries: () => readonly CommandEntry[]): CommandSpec {
  return command({
    name: 'completion',
    makesNoFolders: true,
    arguments: [{ name: '[shell]', description: 'bash or zsh' }],
    // no description: only the scripts call it
    options: [{ flags: '--complete', description: '' }],
    examples: [
      'spark-dev completion bash',
      'spark-dev completion bash > ~/.local/share/bash-completion/completions/spark-dev',
      'spark-dev completion zsh > "${fpath[1]}/_spark-dev"',
    ],
    async run(host, input) {
      if (input.options.complete) {
        const words = await completeWords(input.passthrough, entries(), host);
        return { data: { words }, text: words, exact: true };
      }
      const shell = input.args[0] ?? '';
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
      if (script === undefined)
        throw new SparkDevError('USAGE', 'Completion is available for bash and zsh', {
          fix: ['spark-dev completion bash', 'spark-dev completion zsh'],
        });
      return { data: { shell, script }, text: script.trimEnd().split('\n'), exact: true };
    },
  });
}

/** Candidates for the last word; none if the shell should complete files. */
export async function completeWords(
  words: readonly string[],
  entries: readonly CommandEntry[],
  host: Host,
): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  // the rest belongs to the application
  if (before.includes('--')) return [];
  const entry = findNamed(before, entries);
  const spec = await entry?.load();
  const options = [...(spec?.options ?? []).map(createOption), ...createGlobalOptions()];
  const valuesOf = async (flag: string): Promise<readonly string[] | undefined> => {
    const option = options.find(({ required, long, short }) => required && (long === flag || short === flag));
    return option === undefined ? undefined : (option.argChoices ?? listLiveValues(host, option.long ?? flag));
  };
  const assigned = /^(--[^=]+=)/.exec(current)?.[1];
  const values =
    assigned === undefined
      ? await valuesOf(before.at(-1) ?? '')
      : (await valuesOf(assigned.slice(0, -1)))?.map((value) => assigned + value);
  if (values !== undefined) return startingWith(current, values);
  if (current.startsWith('-')) {
    const fresh = options.filter(({ long, description }) => description !== '' && !before.includes(long ?? ''));
    const flags = [...fresh, ...options.filter(isRepeatable)].flatMap(({ long }) => long ?? []);
    return startingWith(current, [...flags, '--help', ...(entry === undefined ? ['--version'] : [])]);
  }
  const bare = before.filter((word, index) => {
    const above = before[index - 1] ?? '';
    return !word.startsWith('-') && !options.some((one) => one.required && (one.long === above || one.short === above));
  });
  const names = nextNames(bare[0] === 'help' ? bare.slice(1) : bare, entries);
  const answers = bare[0] === 'help' && bare.length === 1 ? [...names, ...(await listLiveValues(host, 'help'))] : names;
  if (answers.length > 0 || spec === undefined || entry === undefined) return startingWith(current, answers);
  const called = namesOf(entry).find((name) => `${bare.join(' ')} `.startsWith(`${name} `)) ?? spec.name;
  const given = bare.slice(called.split(' ').length);
  return startingWith(
    current,
    (await listArgument(host, spec, given)).filter((value) => !given.includes(value)),
  );
}

/** The first words of all names, or the second words of a family. */
function nextNames(bare: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const names = entries.flatMap(namesOf);
  if (bare.length === 0) return names.map((name) => name.split(' ')[0] ?? '');
  const [first = ''] = bare;
  if (bare.length > 1 || !familiesOf(entries).includes(first)) return [];
  return names.flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
}

function listArgument(host: Host, spec: CommandSpec, given: readonly string[]): Promise<readonly string[]> {
  const all = spec.arguments ?? [];
  const name = (all[given.length] ?? all.findLast((argument) => argument.name.includes('...')))?.name;
  return name === undefined ? Promise.resolve([]) : listLiveValues(host, `${spec.name} ${name}`, name);
}

function startingWith(current: string, words: readonly string[]): readonly string[] {
  return [...new Set(words)].filter((word) => word.startsWith(current)).toSorted();
}
