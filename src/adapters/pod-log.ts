import { request as requestTls, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import type { LogStream, PodContainer } from '../ports/kube.js';
import { messageIn, readRefusal } from './api-refusal.js';
import { askWithRetry } from './ask-api.js';
import { LineSplitter } from './line-splitter.js';
import { StampedLines } from './stamped-lines.js';

/** A server that is silent this long while the whole log is requested has failed; a followed log is requested again. */
const silenceMs = 30_000;
/** For an overloaded server. */
const patienceMs = 30_000;
const againAfterMs = 1000;

/**
 * One container's log by lines, in constant memory. Requested directly, because client-node's Log pipes the response into a
 * stream that never ends when the connection breaks (https://github.com/kubernetes-client/javascript/issues/1496).
 */
export async function streamPodLog(config: KubeConfig, container: PodContainer, how: LogStream): Promise<void> {
  const isStopped = (): boolean => how.signal?.aborted === true;
  try {
    await (how.follow ? follow(config, container, how) : readOnce(config, container, how));
  } catch (error) {
    if (!isStopped()) throw error;
  }
}

/**
 * A stream also ends when the log is rotated (https://github.com/kubernetes/kubernetes/issues/115701), and breaks with the
 * connection: the next one starts at the last line. A stream that brings nothing more was at the end.
 */
async function follow(config: KubeConfig, container: PodContainer, how: LogStream): Promise<void> {
  const lines = new StampedLines(how.onLine);
  let failingSince: number | undefined;
  for (;;) {
    const before = lines.told;
    lines.begin();
    try {
      await readOnce(config, container, { ...how, onLine: lines.add }, { timestamps: 'true', ...sinceOf(lines) });
      failingSince = undefined;
      if (lines.told === before || lines.since === undefined) return;
    } catch (error) {
      if (lines.told > before) failingSince = undefined;
      failingSince ??= Date.now();
      const isAnswer = readRefusal(error) !== undefined;
      // without timestamps it is unknown which lines are known
      const isLost = lines.told > 0 && lines.since === undefined;
      if (how.signal?.aborted === true || isAnswer || isLost) throw error;
      if (Date.now() - failingSince > patienceMs) throw error;
      await sleep(againAfterMs, undefined, how.signal === undefined ? {} : { signal: how.signal });
    }
  }
}

function sinceOf({ since }: StampedLines): Readonly<Record<string, string>> {
  return since === undefined ? {} : { sinceTime: since };
}

async function readOnce(
  config: KubeConfig,
  container: PodContainer,
  how: LogStream,
  query: Readonly<Record<string, string>> = {},
): Promise<void> {
  const lines = new LineSplitter(how.onLine);
  const answer = await askWithRetry(() => askForLog(config, container, how, query), patienceMs, how.signal);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    how.onOutput?.(chunk);
    lines.add(chunk);
    await how.drained?.();
  }
  lines.end();
}

async function askForLog(
  config: KubeConfig,
  container: PodContainer,
  how: LogStream,
  query: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const answer = await ask(config, container, how, query);
  if (answer.statusCode === 200) return answer;
  const { statusCode, headers } = answer;
  const what = `the log of ${container.pod} was refused (${String(statusCode)}): ${messageIn(await readText(answer))}`;
  throw Object.assign(new Error(what), { statusCode, headers });
}

async function ask(
  config: KubeConfig,
  container: PodContainer,
  how: LogStream,
  query: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { namespace, pod, container: name } = container;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const url = new URL(path, config.getCurrentCluster()?.server);
  url.search = new URLSearchParams({ container: name, follow: String(how.follow), ...query }).toString();
  return new Promise((resolve, reject) => {
    const request = requestTls(
      url,
      { ...options, ...(how.signal === undefined ? {} : { signal: how.signal }) },
      resolve,
    );
    request.setTimeout(silenceMs, () => {
      request.destroy(new Error(`the log of ${pod} stopped coming for ${String(silenceMs / 1000)} s`));
    });
    request.once('error', reject);
    request.end();
  });
}

async function readText(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
