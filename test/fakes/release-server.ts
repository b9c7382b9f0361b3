import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path answers; `asked` counts. */
export type Served =
  | { readonly kind: 'content'; readonly bytes: Uint8Array | string }
  /** Promises the whole length and ends after so many bytes. */
  | { readonly kind: 'truncated'; readonly bytes: Uint8Array | string; readonly after: number }
  /** Sends so many bytes and then nothing more. */
  | { readonly kind: 'hangs'; readonly bytes: Uint8Array | string; readonly after: number }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'status'; readonly status: number };

export interface ReleaseServer {
  readonly url: string;
  readonly asked: readonly string[];
  /** Replaces what a path answers from now on; several in turn when given a list, the last one for ever. */
  serve(path: string, ...answers: readonly Served[]): void;
  close(): Promise<void>;
}

/** A vendor's download server on this machine. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const paths = new Map<string, Served[]>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    const answers = paths.get(path) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    send(response, answer ?? { kind: 'status', status: 404 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    serve: (path, ...answers) => void paths.set(path, [...answers]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: Served): void {
  switch (answer.kind) {
    case 'content':
      response.writeHead(200, { 'content-length': Buffer.byteLength(answer.bytes) }).end(answer.bytes);
      return;
    case 'truncated':
    case 'hangs':
      response.writeHead(200, { 'content-length': Buffer.byteLength(answer.bytes) });
      response.write(Buffer.from(answer.bytes).subarray(0, answer.after), () => {
        if (answer.kind === 'truncated') response.destroy();
      });
      return;
    case 'redirect':
      response.writeHead(302, { location: answer.to }).end();
      return;
    case 'status':
      response.writeHead(answer.status).end();
  }
}
