import { BlockList, isIP } from 'node:net';
import type { NetworkInterface, Host } from '../../ports/host.js';
import type { ReadContext } from './read-contexts.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { listLines } from '../../text/words.js';

/** What this machine knows about itself, to recognize its own addresses. */
export interface MachineAddresses {
  readonly interfaces: readonly NetworkInterface[];
  /** Subnets of this machine's Docker, including those without a running container. */
  readonly dockerSubnets: readonly string[];
  /** The content of /etc/hosts. */
  readonly hostsFile: string;
}

export interface EndpointLocation {
  readonly place: 'local' | 'remote' | 'unknown';
  readonly why: string;
}

/** Networks of programs on this machine for their own guests. Wireless and wired networks contain other machines too. */
const insideNames = /^(docker|br-|virbr|vmnet|vboxnet|bridge|podman|cni|lxdbr|lima|colima|vEthernet)/i;

/**
 * Where a server is, judged by its address alone: a context may be called docker-desktop and be production. Anything that is not
 * known to be this machine counts as remote.
 */
export function classifyEndpoint(server: string, machine: MachineAddresses): EndpointLocation {
  const host = readHost(server);
  if (host === undefined) return { place: 'unknown', why: 'its server has no address' };
  const address = isIP(host) === 0 ? lookUp(host, machine.hostsFile) : host;
  if (address === undefined) return { place: 'remote', why: `${host} is not a name of this machine` };
  if (isLoopback(address)) return { place: 'local', why: 'a local address, possibly a tunnel' };
  if (machine.interfaces.some(({ cidr }) => holds(cidr.replace(/\/.*/, cidr.includes(':') ? '/128' : '/32'), address)))
    return { place: 'local', why: 'an address of this machine' };
  const inside = machine.interfaces.find(({ name, cidr }) => insideNames.test(name) && holds(cidr, address));
  if (inside !== undefined) return { place: 'local', why: `in ${inside.name}, a network inside this machine` };
  const subnet = machine.dockerSubnets.find((cidr) => holds(cidr, address));
  if (subnet !== undefined) return { place: 'local', why: "in a network of this machine's Docker" };
  if (holds('169.254.0.0/16', address) || holds('fe80::/10', address))
    return { place: 'remote', why: 'another machine on the same link' };
  const lan = machine.interfaces.find(({ cidr }) => holds(cidr, address));
  if (lan !== undefined) return { place: 'remote', why: `another machine in the network of ${lan.name}` };
  return isPrivate(address)
    ? { place: 'remote', why: 'a private address, but not of a network inside this machine' }
    : { place: 'remote', why: 'not an address of this machine' };
}

/** An address that may be this machine's; only Docker can tell. */
export function needsDocker(server: string, machine: Omit<MachineAddresses, 'dockerSubnets'>): boolean {
  const host = readHost(server);
  return (
    host !== undefined &&
    isPrivate(host) &&
    classifyEndpoint(server, { ...machine, dockerSubnets: [] }).place === 'remote'
  );
}

function readHost(server: string): string | undefined {
  if (!URL.canParse(server)) return undefined;
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === '' ? undefined : host;
}

function lookUp(name: string, hostsFile: string): string | undefined {
  if (name === 'localhost' || name.endsWith('.localhost')) return '127.0.0.1';
  for (const line of hostsFile.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    if (names.includes(name) && isIP(address) !== 0) return address;
  }
  return undefined;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address === '::' || address === '0.0.0.0' || holds('127.0.0.0/8', address);
}

function isPrivate(address: string): boolean {
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].some((cidr) => holds(cidr, address));
}

/** Recognizes IPv4 written as IPv6, as BlockList does. */
function holds(cidr: string, address: string): boolean {
  const [net = '', length = ''] = cidr.split('/');
  if (isIP(address) === 0 || isIP(net) === 0) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(length), familyOf(net));
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

export type ContextMaker = 'minikube' | 'docker-desktop' | 'kind' | 'k3d' | 'other';

/** Who made it, judged by all its fields: a name proves nothing if the server is elsewhere. */
export function classifyMaker(context: ReadContext, isLocal: boolean): ContextMaker {
  const { name, cluster, user, extensionProviders, certificateAuthority = '' } = context;
  if (extensionProviders.includes('minikube.sigs.k8s.io') || /[/\\]\.minikube[/\\]/.test(certificateAuthority))
    return 'minikube';
  if (!isLocal) return 'other';
  if (/^docker-(for-)?desktop$/.test(cluster) && /^docker-(for-)?desktop$/.test(user)) return 'docker-desktop';
  if (name.startsWith('kind-') && cluster === name && user === name) return 'kind';
  if (name.startsWith('k3d-') && cluster === name && user === `admin@${name}`) return 'k3d';
  return 'other';
}

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
