import { Help, type Command, type HelpConfiguration, type Option } from 'commander';

export const mainExamples = `Examples:
  spark-dev run sparkpi        run SparkPi now; no cluster needed
  spark-dev init --yes         create a local Kubernetes cluster, which later runs use
  spark-dev run sparkpi        the same command, now on the cluster
  spark-dev doctor             check this machine, and show how to get what is missing
  spark-dev down               stop the cluster and keep its data
`;

/** Commands in groups, then the global flags once. Flags without a description are for programs. */
export const helpLayout: HelpConfiguration = {
  helpWidth: 100,
  commandUsage: (command) => new Help().commandUsage(command).replace('[options]', '[flags]'),
  visibleOptions: (command) => (command.parent === null ? [] : command.options.filter(isDescribed)),
  longestGlobalOptionTermLength: (command, helper) =>
    Math.max(...globalOptionsOf(command).map((option) => helper.optionTerm(option).length)),
  formatHelp(command, helper) {
    const own = Help.prototype.formatHelp.call(helper, command, helper);
    const width = helper.padWidth(command, helper);
    const flags = globalOptionsOf(command).map((option) =>
      helper.formatItem(helper.optionTerm(option), width, helper.optionDescription(option), helper),
    );
    return [own, ...helper.formatItemList('Global flags:', flags, helper)].join('\n');
  },
};

function globalOptionsOf(command: Command): Option[] {
  return command.parent === null ? new Help().visibleOptions(command) : globalOptionsOf(command.parent);
}

function isDescribed({ description }: Option): boolean {
  return description !== '';
}
