import type { Host } from '../../ports/host.js';
import { startBuilds } from '../../toolchain/go/build-queue.js';
import { goBuildArgv, fetchModulesArgv } from '../../toolchain/go/argv.js';
import { ensureGo, requiredGoVersion } from '../../toolchain/go/toolchain.js';
import { compareVersions } from '../../toolchain/semantic-version.js';
import { sourceTool } from '../../toolchain/source-tools.js';
import { describeBuiltTool, findBuiltTool, moduleDirectory } from '../../toolchain/tool-directory.js';
import type { Argv } from '../../ports/runner.js';

const tool = sourceTool('k9s');
/** The first version that keeps all its files in K9S_CONFIG_DIR. */
const oldest = 'v0.31.0';

/** Prefers a new enough one on PATH to the built one. */
export async function findK9s(host: Host, signal: AbortSignal): Promise<string | undefined> {
  const onPath = await host.runner.which('k9s');
  if (onPath !== undefined && (await isNewEnough(host, onPath, signal))) return onPath;
  return (await findBuiltTool(host, tool))?.binaries['k9s'];
}

export async function planK9s(host: Host): Promise<{ readonly path: string; readonly commands: readonly Argv[] }> {
  const { directory, binaries } = await describeBuiltTool(host, tool);
  const module = moduleDirectory(host, tool);
  return {
    path: binaries['k9s'] ?? 'k9s',
    commands: [fetchModulesArgv('go', module), goBuildArgv('go', module, directory, tool)],
  };
}

export async function buildK9s(host: Host, signal: AbortSignal): Promise<string> {
  const provideGo = async (stop: AbortSignal): Promise<{ readonly path: string }> =>
    ensureGo(host, await requiredGoVersion(host, [tool]), { signal: stop });
  const built = await startBuilds(host, [tool], provideGo, signal).get('k9s');
  return built?.binaries['k9s'] ?? 'k9s';
}

async function isNewEnough(host: Host, k9s: string, signal: AbortSignal): Promise<boolean> {
  const answer = await host.runner.run([k9s, 'version', '--short'], { accept: [1], timeoutMs: 10_000, signal });
  const version = /v\d+\.\d+\.\d+/.exec(answer.stdout)?.[0];
  return version !== undefined && compareVersions(version, oldest) >= 0;
}
