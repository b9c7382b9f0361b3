import { Agent as PlainAgent, request as requestPlain, type IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageIn, readRefusal } from './api-refusal.js';

/** An API server, and how a request proves who sends it. */
export interface ApiAccess {
  readonly server: string;
  /** Asked for each request, because a token expires. */
  readonly options: () => Promise<RequestOptions>;
}

/** For lists, which take less time than to open a connection. An idle one ends before a server would close it. */
export function shareConnections({ server, options }: ApiAccess): ApiAccess {
  const agent = new (isPlain(server) ? PlainAgent : Agent)({ keepAlive: true, maxSockets: 2, timeout: 1000 });
  return { server, options: async () => ({ agent, ...(await options()) }) };
}

function isPlain(server: string): boolean {
  return server.startsWith('http:');
}

/** Absent values are left out. */
export type ApiQuery = Readonly<Record<string, string | undefined>>;

interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** The answer has failed when nothing of it arrives for this long. */
  readonly silenceMs?: number;
}

/** A GET; rejects with `statusCode`, `headers` and `body` if the server refuses (readRefusal). */
export async function askApi(
  { server, options }: ApiAccess,
  what: string,
  path: string,
  query: ApiQuery = {},
  { signal, silenceMs }: AskOptions = {},
): Promise<IncomingMessage> {
  const own = await options();
  // behind a gateway the server has a path of its own
  const url = new URL(server.replace(/\/$/, '') + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  // the global agent gives up a connection after five seconds, and reuses one that the server has closed
  const agent = isPlain(server) ? new PlainAgent() : new Agent();
  const access = { agent, ...own, ...(signal === undefined ? {} : { signal }) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = (isPlain(server) ? requestPlain : request)(url, access, resolve);
    if (silenceMs !== undefined)
      asked.setTimeout(silenceMs, () => {
        asked.destroy(new Error(`${what} stopped coming for ${String(silenceMs / 1000)} s`));
      });
    asked.once('error', reject);
    asked.end();
  });
  const { statusCode, headers } = answer;
  if (statusCode === 200) return answer;
  const body = await text(answer);
  const refused = `${what} was refused (${String(statusCode)}): ${messageIn(body)}`;
  throw Object.assign(new Error(refused), { statusCode, headers, body });
}

/** As the API server answers a list; times are text. */
export interface ApiList<Item> {
  readonly items: readonly Item[];
  readonly metadata?: { readonly resourceVersion?: string };
}

export async function listApi<Item>(api: ApiAccess, path: string, query: ApiQuery): Promise<ApiList<Item>> {
  return JSON.parse(await text(await askApi(api, `the list ${path}`, path, query))) as ApiList<Item>;
}

/** Rejects if nothing came in time. */
export async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(timeoutMs / 1000)} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Retries as long as a busy server asks for it and the time allows, then rejects with the last answer. */
export async function askWithRetry<T>(ask: () => Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const pauseMs = readRefusal(error)?.pauseMs;
      if (pauseMs === undefined || Date.now() + pauseMs >= until) throw error;
      await sleep(Math.max(pauseMs, 50), undefined, signal === undefined ? {} : { signal });
    }
  }
}
