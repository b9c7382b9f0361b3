import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { createFakeCluster } from '../../../test/fakes/fake-kube.js';
import type { Kube } from '../../ports/kube.js';
import { keepLog } from './keep-log.js';

const container = { namespace: 'spark', pod: 'driver', container: 'driver' };
const { signal } = new AbortController();
const pieces = [Buffer.from('x'.repeat(300_000)), Buffer.from('\r1%\r2%\n'), Buffer.from([0xff, 0xc3, 0x28, 0x0a])];
const last = Buffer.from('Pi is roughly 3.14172\n');
const bytes = Buffer.concat([...pieces, last]);

/** A log in pieces, however its lines are cut. */
const kube: Kube = {
  ...createFakeCluster().kube,
  async streamLog(_container, { onOutput, drained }) {
    for (const piece of [...pieces, last]) {
      onOutput?.(piece);
      await drained?.();
    }
  },
};

it('keeps a log byte for byte, for its owner alone', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'spark-dev-log-')), 'driver.log');
  const log = await keepLog({ host: createFakeHost(), kube, signal }, container, path);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(log).toMatchObject({ path, pi: 3.14172 });
});

it.each(['/dev/full', '/no/such/folder/driver.log'])(
  'reads on where %s cannot be written, and says so once',
  async (path) => {
    const host = createFakeHost();
    const log = await keepLog({ host, kube, signal }, container, path);
    expect(log.pi).toBe(3.14172);
    expect(host.ui.lines).toEqual([expect.stringMatching(/^! The log \S+ is incomplete: E/)]);
  },
);

it('keeps what a framed program wrote, and hands on what was not shown', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'spark-dev-log-')), 'driver.log');
  const framed =
    '\u001d{"frames":1}\nINFO one\n\u001fa\n\u001cwarned\n\u001d/wA=\n\u001d{"ended":"java","exitCode":0,"bytes":4}\n';
  const pod: Kube = {
    ...createFakeCluster().kube,
    streamLog: (_container, { onOutput }) => {
      for (const byte of Buffer.from(framed)) onOutput?.(Buffer.of(byte));
      return Promise.resolve();
    },
  };
  const output: Uint8Array[] = [];
  const others: string[] = [];
  const other = (line: string): unknown => others.push(line);
  const sink = { output: (chunk: Uint8Array) => output.push(chunk), error: other, log: other };
  // the live log broke off after these
  const rest = { sink, shown: { bytes: 1, errors: 0, log: 1 } };
  const reading = { host: createFakeHost(), kube: pod, signal, rest };
  const { note } = await keepLog(reading, container, path);
  expect(Buffer.concat(output)).toEqual(Buffer.from([0x0a, 0xff, 0]));
  expect(others).toEqual(['warned']);
  expect(readFileSync(path).equals(Buffer.from('INFO one\na\nwarned\n\xff\0', 'latin1'))).toBe(true);
  expect(note).toMatchObject({ fromStart: true, bytes: 4 });
});
