import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { createFakeMachine } from '../../test/fakes/fake-machine.js';
import { chooseTarget } from './target.js';

const { signal } = new AbortController();

describe('chooseTarget', () => {
  it('is this machine where no cluster was made, and says how to get the other', async () => {
    const host = createFakeHost();
    expect(await chooseTarget(host, { name: 'auto', provider: undefined, signal })).toEqual({ kind: 'local' });
    expect(host.ui.lines).toEqual([
      'In local mode on this machine: there is no cluster yet (spark-dev init prepares one)',
    ]);
  });

  it('says that it ignores the current context of kubectl', async () => {
    const host = createFakeHost();
    mkdirSync(join(host.directories.userHome, '.kube'), { recursive: true });
    writeFileSync(join(host.directories.userHome, '.kube', 'config'), 'current-context: production\n');
    await chooseTarget(host, { name: 'auto', provider: undefined, signal });
    expect(host.ui.lines).toContain('kubectl\'s current context "production" is ignored');
  });

  it.each([
    ['a directory', (root: string) => root],
    ['a file below a file', (root: string) => join(root, 'file', 'config')],
    ['no YAML', (root: string) => join(root, 'file')],
  ])('is not kept from running embedded by a KUBECONFIG that names %s', async (_what, name) => {
    const root = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
    writeFileSync(join(root, 'file'), '{ broken');
    const host = createFakeHost({ env: { KUBECONFIG: name(root) } });
    expect(await chooseTarget(host, { name: 'auto', provider: undefined, signal })).toEqual({ kind: 'local' });
    expect(host.ui.lines).toHaveLength(1);
  });

  it('does not fall back when the cluster was asked for', async () => {
    const failure = chooseTarget(createFakeHost(), { name: 'cluster', provider: undefined, signal });
    await expect(failure).rejects.toMatchObject({
      code: 'CLUSTER_ABSENT',
      exitCode: 5,
      why: 'There is no cluster yet.',
    });
  });

  it('does not call a cluster absent that does not answer', async () => {
    const { host } = await createFakeMachine({ apiAnswers: false });
    const failure = chooseTarget(host, { name: 'cluster', provider: undefined, signal });
    await expect(failure).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE', why: 'The cluster does not answer.' });
  });
});
