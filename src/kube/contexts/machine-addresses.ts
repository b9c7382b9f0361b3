import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { listLines } from '../../text/words.js';
import { needsDocker, type MachineAddresses } from './classify-endpoint.js';

const answerWithinMs = 3000;

/** Docker is asked only if nothing else explains the address of some server. */
export async function observeAddresses(
  host: Host,
  servers: readonly string[],
  signal: AbortSignal,
): Promise<MachineAddresses> {
  const { os, interfaces } = host.platform;
  const hostsPath = os === 'win32' ? 'Windows/System32/drivers/etc/hosts' : 'etc/hosts';
  const hostsFile = await readFile(join(host.directories.system, hostsPath), 'utf8').catch(() => '');
  const known = { interfaces, hostsFile };
  const asks = servers.some((server) => needsDocker(server, known));
  return { ...known, dockerSubnets: asks ? await listDockerSubnets(host, signal) : [] };
}

/** A Docker that is reached over the network has its networks on another machine. */
async function listDockerSubnets(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  const ask = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await host.runner.run(['docker', ...words], { signal, timeoutMs: answerWithinMs });
    return listLines(stdout).map((line) => line.trim());
  };
  try {
    const [endpoint = ''] = await ask('context', 'inspect', '--format={{.Endpoints.docker.Host}}');
    if (!/^(unix|npipe):/.test(endpoint)) return [];
    const ids = await ask('network', 'ls', '--quiet', '--no-trunc', '--filter=driver=bridge');
    if (ids.length === 0) return [];
    const subnets = '--format={{range .IPAM.Config}}{{println .Subnet}}{{end}}';
    return await ask('network', 'inspect', subnets, ...ids);
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return [];
  }
}
