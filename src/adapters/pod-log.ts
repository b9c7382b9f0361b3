import { request as requestTls, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import type { LogStream, PodContainer } from '../ports/kube.js';
import { messageIn } from './api-refusal.js';
import { askPatiently } from './ask-api.js';
import { LineSplitter } from './line-splitter.js';

/** A server that sends nothing for so long while the whole log is asked for has gone. */
const silenceMs = 30_000;
/** For a server that is too busy. */
const patienceMs = 30_000;

/**
 * One container's log by lines, in constant memory. Asked for directly, because client-node's Log pipes the answer into a
 * stream that never ends when the connection breaks (https://github.com/kubernetes-client/javascript/issues/1496).
 */
export async function streamPodLog(config: KubeConfig, container: PodContainer, how: LogStream): Promise<void> {
  const lines = new LineSplitter(how.onLine);
  const isStopped = (): boolean => how.signal?.aborted === true;
  try {
    const answer = await askPatiently(() => askForLog(config, container, how), patienceMs, how.signal);
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      how.onOutput?.(chunk);
      lines.add(chunk);
      await how.drained?.();
    }
    lines.end();
  } catch (error) {
    if (!isStopped()) throw error;
  }
}

async function askForLog(config: KubeConfig, container: PodContainer, how: LogStream): Promise<IncomingMessage> {
  const answer = await ask(config, container, how);
  if (answer.statusCode === 200) return answer;
  const { statusCode, headers } = answer;
  const what = `the log of ${container.pod} was refused (${String(statusCode)}): ${messageIn(await readText(answer))}`;
  throw Object.assign(new Error(what), { statusCode, headers });
}

async function ask(config: KubeConfig, container: PodContainer, how: LogStream): Promise<IncomingMessage> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { namespace, pod, container: name } = container;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const url = new URL(path, config.getCurrentCluster()?.server);
  url.search = new URLSearchParams({ container: name, follow: String(how.follow) }).toString();
  return new Promise((resolve, reject) => {
    const request = requestTls(
      url,
      { ...options, ...(how.signal === undefined ? {} : { signal: how.signal }) },
      resolve,
    );
    if (!how.follow) {
      request.setTimeout(silenceMs, () => {
        request.destroy(new Error(`the log of ${pod} stopped coming for ${String(silenceMs / 1000)} s`));
      });
    }
    request.once('error', reject);
    request.end();
  });
}

async function readText(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
