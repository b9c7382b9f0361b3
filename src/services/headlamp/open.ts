import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { k9sArgv, k9sEnv, k9sHome, k9sSettings, type DashboardRequest } from '../k9s/k9s.js';

/** Hands the terminal over until the person leaves. */
export async function openDashboard(
  host: Host,
  k9s: string,
  cluster: PreparedCluster,
  request: DashboardRequest,
): Promise<void> {
  const env = k9sEnv(host, cluster);
  await mkdir(k9sHome(host), { recursive: true });
  await mkdir(env['K9S_LOGS_DIR'] ?? k9sHome(host), { recursive: true });
  await writeFile(join(k9sHome(host), 'config.yaml'), k9sSettings, { flag: 'wx' }).catch(keepWhatIsThere);
  host.ui.close();
  const exitCode = await host.runner.attach(k9sArgv(k9s, cluster, request), { env });
  if (exitCode === 0) return;
  throw new SparkDevError('TOOL_FAILED', `k9s ended with exit code ${String(exitCode)}`, {
    fix: ['spark-dev status', 'Make the terminal larger and run it again'],
    log: join(env['K9S_LOGS_DIR'] ?? '', 'k9s.log'),
  });
}

function keepWhatIsThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
