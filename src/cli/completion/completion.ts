import { SparkDevError } from '../../errors/spark-dev-error.js';
import { command, type CommandSpec } from '../../command.js';
import type { CommandEntry } from '../command-entry.js';
import { completeWords } from './complete-words.js';

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
