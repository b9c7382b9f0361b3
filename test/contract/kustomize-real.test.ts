import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { findUnmatched } from '../../src/overlay/check-overlay.js';
import { createHost } from '../../src/host.js';
import { findTool } from '../../src/toolchain/find-tool.js';
import { acceptedCases } from './kustomize-accepted.js';
import type { KustomizeCase } from './kustomize-case.js';
import { refusedCases, silentCases } from './kustomize-refused.js';
import { pathOf, readObjects, readRecording, type Recording } from './kustomize-recording.js';

const host = createHost({ verbosity: 0, yes: true, input: false });
let kubectl: string;
let tool: string;

beforeAll(async () => {
  kubectl = (await findTool(host, 'kubectl')).found?.path ?? '';
  const { stdout } = await host.runner.run([kubectl, 'version', '--client', '--output=json']);
  const { clientVersion, kustomizeVersion } = JSON.parse(stdout) as {
    clientVersion: { gitVersion: string };
    kustomizeVersion: string;
  };
  tool = `kubectl ${clientVersion.gitVersion}, kustomize ${kustomizeVersion}`;
});

/** Runs the case in a folder of its own, whose name is left out of what is kept. */
async function record({ files }: KustomizeCase): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'spark-dev-kustomize-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { exitCode, stdout, stderr } = await host.runner.run([kubectl, 'kustomize', folder], { accept: [1] });
    const argv = ['kubectl', 'kustomize', 'FOLDER'];
    const said = stderr.replaceAll(folder, 'FOLDER').replaceAll(/0x[0-9a-f]+/g, '0x');
    return { tool, argv, files, exitCode, objects: readObjects(stdout), stderr: said };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Recorded again with `vitest -u`; otherwise the real kubectl must still do what it did. */
it.each([...acceptedCases, ...refusedCases, ...silentCases].map((one) => [one.name, one] as const))(
  'kubectl kustomize does with %s as recorded',
  async (_, one) => {
    const made = await record(one);
    // another version of kubectl may use other words
    const kept = existsSync(pathOf(one)) ? readRecording(one) : made;
    const counts = ({ files, exitCode, objects }: Recording): unknown => [files, exitCode, objects];
    const shown = isDeepStrictEqual(counts(made), counts(kept)) ? kept : made;
    await expect(`${JSON.stringify(shown, undefined, 2)}\n`).toMatchFileSnapshot(pathOf(one));
  },
);

const { signal } = new AbortController();

it.each(acceptedCases.map((one) => [one.name, one] as const))('each target of %s matches', async (_, { files }) => {
  expect(await findUnmatched(host, files, signal)).toEqual([]);
});

it.each(silentCases.map((one) => [one.name, one] as const))('%s is found', async (_, { files }) => {
  const problems = await findUnmatched(host, files, signal);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('matches nothing')]);
});
