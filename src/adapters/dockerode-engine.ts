import { Agent } from 'node:https';
import type { DockerEndpoint, DockerEngine, RegistryLogin } from '../ports/docker.js';

/** dockerode is loaded on the first pull: it brings half of gRPC along. */
export async function connectDocker(endpoint: DockerEndpoint): Promise<DockerEngine> {
  const { default: Docker } = await import('dockerode');
  const docker = new Docker(optionsOf(endpoint));
  return {
    async pull(reference, { signal, login, onEvent }) {
      signal.throwIfAborted();
      // Without a platform, an engine uses its own.
      const stream = (await docker.pull(reference, {
        abortSignal: signal,
        ...(login === undefined ? {} : { authconfig: authOf(login) }),
      })) as AnswerStream;
      const stop = (): void => {
        stream.destroy();
      };
      signal.addEventListener('abort', stop);
      try {
        await new Promise<void>((resolve, reject) => {
          // dockerode takes a refusal in the middle of the stream for progress.
          let refusal: string | undefined;
          // An engine that dies closes the stream without an end.
          stream.once('close', () => {
            if (!stream.complete) reject(new Error('the Docker daemon broke the connection'));
          });
          const onEnd = (error: Error | null): void => {
            if (error === null && refusal === undefined) resolve();
            else reject(error ?? new Error(refusal));
          };
          docker.modem.followProgress(stream, onEnd, ({ error, id, status = '', progressDetail }: RawEvent) => {
            refusal ??= error;
            const layer = id !== undefined && /^[0-9a-f]{12}$/.test(id) ? id : undefined;
            const { current, total } = progressDetail ?? {};
            if (error === undefined) onEvent({ layer, status, current, total });
          });
        });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

/** An HTTP response; `complete` if it ended properly. */
type AnswerStream = NodeJS.ReadableStream & { readonly complete: boolean; destroy(): void };

interface RawEvent {
  readonly error?: string;
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

function authOf(login: RegistryLogin) {
  const { server: serveraddress } = login;
  return 'identityToken' in login
    ? { serveraddress, identitytoken: login.identityToken }
    : { serveraddress, username: login.username, password: login.password };
}

function optionsOf(endpoint: DockerEndpoint) {
  // All are set, because docker-modem takes missing ones from process.env.
  if (endpoint.kind === 'socket') return { socketPath: endpoint.path };
  const { host, port, pathPrefix, tls } = endpoint;
  // dockerode ignores its own pathPrefix, and puts a version in front of every path
  const daemon = { host, port, version: pathPrefix.slice(1) };
  if (tls === undefined) return { protocol: 'http' as const, ...daemon };
  const { rejectUnauthorized, ...pems } = tls;
  return { protocol: 'https' as const, ...daemon, ...pems, agent: new Agent({ rejectUnauthorized }) };
}
