import type { Host, HttpRequest } from '../../ports/host.js';
import { readPypiConfiguration } from '../pypi/configuration.js';
import { requestOf } from '../pypi/pypi.js';
import { sourceTool, type Source } from '../source-tools.js';
import { reasonOf } from '../verified-download.js';
import { pinOf } from './install.js';
import { checksumUrl, releases } from './pins.js';
import { readGoProxies } from '../go/download.js';

interface Probe {
  readonly url: string;
  readonly request?: Omit<HttpRequest, 'mostBytes'>;
  /** A registry answers 401 to anonymous requests; that also shows that it is available. */
  readonly mayRefuse?: true;
}

export interface ProbeAnswer {
  readonly url: string;
  /** Undefined if it answered as expected. */
  readonly trouble: string | undefined;
}

/** Nobody waits longer than this for a choice. */
const patienceMs = 3000;

/** Requests one small file from each server of the source, all at once. */
export async function probeSource(host: Host, source: Source, signal: AbortSignal): Promise<readonly ProbeAnswer[]> {
  const probes = source === 'upstream' ? listVendors(host) : await listRegistries(host);
  const stop = new AbortController();
  const timer = host.clock.sleep(patienceMs, AbortSignal.any([stop.signal, signal]));
  const timedOut = timer.then(
    () => `no answer within ${String(patienceMs / 1000)} s`,
    () => 'stopped',
  );
  try {
    const answers = await Promise.all(
      probes.map(async (probe) => ({
        url: probe.url,
        trouble: await Promise.race([ask(host, probe, AbortSignal.any([stop.signal, signal])), timedOut]),
      })),
    );
    signal.throwIfAborted();
    return answers;
  } finally {
    // also cancels a response in progress: only the head is needed
    stop.abort();
  }
}

async function ask(host: Host, probe: Probe, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status } = await host.http.get(probe.url, { ...probe.request, signal, mostBytes: 0 });
    const isThere = status === 200 || (status === 401 && probe.mayRefuse === true);
    return isThere ? undefined : `the server answered ${String(status)}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The programs, the images of the node and of Kubernetes, and Debian's. */
function listVendors(host: Host): readonly Probe[] {
  const files = Object.values(releases).map((release) => checksumUrl(pinOf(host, release)));
  const images = ['https://gcr.io/v2/', 'https://registry.k8s.io/v2/', 'https://registry-1.docker.io/v2/'];
  return [...files.map((url) => ({ url })), ...images.map((url) => ({ url, mayRefuse: true as const }))];
}

/** The servers that pip and go would use; Debian's archive is left to apt, which knows its mirrors. */
async function listRegistries(host: Host): Promise<readonly Probe[]> {
  const [configuration, proxies] = await Promise.all([readPypiConfiguration(host), readGoProxies(host)]);
  return [
    ...configuration.indexUrls
      .slice(0, 1)
      .map((url) => ({ url: `${url}/pyspark/`, request: requestOf(configuration, url) })),
    ...proxies.slice(0, 1).map(({ url, headers }) => ({
      url: `${url}/k8s.io/minikube/@v/${sourceTool('minikube').version}.info`,
      request: { headers },
    })),
  ];
}
