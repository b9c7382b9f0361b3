import { explainInability, requireAbility } from '../clusters/capabilities.js';
import { resolveProvider } from '../clusters/providers.js';
import { command, type CommandResult, type OptionSpec } from '../command.js';
import { loadSettings } from '../config/load-settings.js';
import { lockFor, withLock } from '../journal/lock.js';

const options = [
  { flags: '--delete', description: 'delete the cluster and all its data' },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another command', default: '1800' },
] as const satisfies readonly OptionSpec[];

export const down = command({
  name: 'down',
  makesNoFolders: true,
  options,
  examples: ['spark-dev down', 'spark-dev down --delete --yes', 'spark-dev down --delete --dry-run'],
  async run(host, input) {
    const { global, signal } = input;
    const settings = await loadSettings(host, global);
    const provider = await resolveProvider(host, settings.provider, signal);
    const action = input.options.delete === true ? 'delete' : 'stop';
    requireAbility(provider, action);
    const act = async (): Promise<CommandResult> => {
      if (provider.down === undefined) throw explainInability(provider, action);
      return provider.down(host, { delete: action === 'delete', dryRun: global.dryRun, signal });
    };
    return global.dryRun ? act() : withLock(host, lockFor('spark-dev down', input), act);
  },
});
