import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
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

export function dockerEndpointArgv(): Argv {
  return ['docker', 'context', 'inspect', '--format={{.Endpoints.docker.Host}}'];
}

export function listNetworksArgv(): Argv {
  return ['docker', 'network', 'ls', '--quiet', '--no-trunc', '--filter=driver=bridge'];
}

export function inspectNetworksArgv(ids: readonly string[]): Argv {
  return ['docker', 'network', 'inspect', '--format={{range .IPAM.Config}}{{println .Subnet}}{{end}}', ...ids];
}

/** A Docker that is reached over the network has its networks on another machine. */
async function listDockerSubnets(host: Host, signal: AbortSignal): Promise<readonly string[]> {
  const ask = async (argv: Argv): Promise<readonly string[]> => {
    const { stdout } = await host.runner.run(argv, { signal, timeoutMs: answerWithinMs });
    return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  };
  try {
    const [endpoint = ''] = await ask(dockerEndpointArgv());
    if (!/^(unix|npipe):/.test(endpoint)) return [];
    const ids = await ask(listNetworksArgv());
    return ids.length === 0 ? [] : await ask(inspectNetworksArgv(ids));
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return [];
  }
}
