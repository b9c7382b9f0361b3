import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createJob } from '../../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import { listenOnLoopback } from '../../../kube/port-forward/local-port.js';
import { runVariable } from '../../../runs/live-run.js';
import { localFolders } from './local-argv.js';
import { findLocalUi } from './local-ui.js';

it("takes no other run's UI for its own when Spark's log is silent", async () => {
  const host = createFakeHost();
  const folder = join(host.directories.state, 'runs', 'one');
  const folders = localFolders(folder, '/tables');
  mkdirSync(folders.events, { recursive: true });
  writeFileSync(join(folders.events, 'local-1795'), '');
  const other = createServer();
  await listenOnLoopback(other, 0);
  const { port } = other.address() as AddressInfo;
  const listen = `require('net').createServer().listen(${String(port + 1)}, '127.0.0.1', () => console.log('up'))`;
  const spark = spawn(process.execPath, ['-e', listen], { env: { ...process.env, [runVariable]: folder } });
  try {
    await once(spark.stdout, 'data');
    const found: string[] = [];
    const request = { uiPort: port, uiPortIsStrict: false, job: createJob(), folders };
    await findLocalUi(host, request, (url) => found.push(url)).wait(new AbortController().signal);
    expect(found).toEqual([`http://127.0.0.1:${String(port + 1)}`]);
  } finally {
    spark.kill();
    other.close();
  }
});
