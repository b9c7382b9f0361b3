import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { OptionValues } from '../../command.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { kubectl } from '../../kube/kubectl.js';
import { noPage } from '../headlamp/service.js';
import type { ShownStep } from '../../steps/apply.js';
import { terminalPage } from '../service.js';
import { startBuilds } from '../../toolchain/go/build-queue.js';
import { goBuildArgv, fetchModulesArgv } from '../../toolchain/go/argv.js';
import { ensureGo, requiredGoVersion } from '../../toolchain/go/toolchain.js';
import { sourceTool, compareVersions } from '../../toolchain/source-tools.js';
import { describeBuiltTool, findBuiltTool, moduleDirectory } from '../../toolchain/tool-directory.js';

const flags = [
  { flags: '--write', description: 'allow changes (default: read-only)' },
  { flags: '-A, --all-namespaces', description: 'show all namespaces' },
] as const;

const why = `${noPage} k9s shows the cluster in the terminal. It is built once from its Go module, which takes minutes.`;

export const k9sPage = terminalPage({
  name: 'k9s',
  summary: 'terminal UI for the cluster',
  flags,
  instead({ context, namespace }) {
    const words = `kubectl --context ${context} -n ${namespace}`;
    return [
      'Run the command in a terminal',
      `${words} get pods --watch`,
      `${words} describe pods`,
      `${words} logs --follow POD`,
      `${words} get events --sort-by=.lastTimestamp`,
    ];
  },
  async plan({ host, cluster, signal }, values) {
    const open = (path = 'k9s'): ShownStep => {
      return { title: 'Open k9s', why: 'requested', commands: [k9sArgv(path, cluster, values)] };
    };
    const found = await findK9s(host, signal);
    if (found !== undefined) return [open(found)];
    const { directory, binaries } = await describeBuiltTool(host, tool);
    const module = moduleDirectory(host, tool);
    const commands = [fetchModulesArgv('go', module), goBuildArgv('go', module, directory, tool)];
    return [{ title: 'Build k9s', why, commands }, open(binaries['k9s'])];
  },
  async attach({ host, cluster, signal }, values) {
    const path = (await findK9s(host, signal)) ?? (await makeK9s(host, signal));
    await openK9s(host, cluster, k9sArgv(path, cluster, values));
    return { opened: 'k9s', path, write: values.write === true, allNamespaces: values.allNamespaces === true };
  },
});

/** https://k9scli.io/topics/commands/ */
function k9sArgv(k9s: string, cluster: PreparedCluster, { write, allNamespaces }: OptionValues<typeof flags>): Argv {
  const where = allNamespaces === true ? ['--all-namespaces'] : [`--namespace=${cluster.namespace}`];
  const how = [write === true ? '--write' : '--readonly', '--command=pods', '--logoless', '--splashless'];
  return kubectl({ ...cluster, kubectl: k9s }).argv(...where, ...how);
}

async function makeK9s(host: Host, signal: AbortSignal): Promise<string> {
  host.ui.say(why);
  if (!(await host.ui.confirm('Build k9s?')))
    throw new SparkDevError('CANCELLED', 'Nothing was built', {
      fix: ['Install k9s: https://k9scli.io/topics/install/'],
    });
  const provideGo = async (stop: AbortSignal): Promise<{ readonly path: string }> =>
    ensureGo(host, await requiredGoVersion(host, [tool]), { signal: stop });
  const built = await startBuilds(host, [tool], provideGo, signal).get('k9s');
  return built?.binaries['k9s'] ?? 'k9s';
}

/** Otherwise k9s asks GitHub for a newer version at each start. */
const settings = 'k9s:\n  skipLatestRevCheck: true\n';

/** A separate settings folder leaves the user's k9s settings alone. */
async function openK9s(host: Host, cluster: PreparedCluster, argv: Argv): Promise<void> {
  const home = join(host.directories.data, 'k9s');
  const logs = join(host.directories.state, 'logs', 'k9s');
  await mkdir(home, { recursive: true });
  await mkdir(logs, { recursive: true });
  await writeFile(join(home, 'config.yaml'), settings, { flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  host.ui.close();
  const env = { ...cluster.childEnv, K9S_CONFIG_DIR: home, K9S_LOGS_DIR: logs };
  const exitCode = await host.runner.attach(argv, { env });
  if (exitCode === 0) return;
  throw new SparkDevError('TOOL_FAILED', `k9s ended with exit code ${String(exitCode)}`, {
    fix: ['spark-dev status', 'Make the terminal larger and run it again'],
    log: join(logs, 'k9s.log'),
  });
}

const tool = sourceTool('k9s');
/** The first version that keeps all its files in K9S_CONFIG_DIR. */
const oldest = 'v0.31.0';

/** Prefers a new enough one on PATH to the built one. */
async function findK9s(host: Host, signal: AbortSignal): Promise<string | undefined> {
  const onPath = await host.runner.which('k9s');
  if (onPath !== undefined && (await isNewEnough(host, onPath, signal))) return onPath;
  return (await findBuiltTool(host, tool))?.binaries['k9s'];
}

async function isNewEnough(host: Host, k9s: string, signal: AbortSignal): Promise<boolean> {
  const answer = await host.runner.run([k9s, 'version', '--short'], { accept: [1], timeoutMs: 10_000, signal });
  const version = /v\d+\.\d+\.\d+/.exec(answer.stdout)?.[0];
  return version !== undefined && compareVersions(version, oldest) >= 0;
}
