import { chmodSync, chownSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { removeFolder } from './folders.js';

const nobody = 65_534;

/** Nothing stops root. */
function becomeNobody(...owned: readonly string[]): void {
  if (process.geteuid?.() !== 0) return;
  for (const path of owned) chownSync(path, nobody, nobody);
  process.seteuid?.(nobody);
  onTestFinished(() => {
    process.seteuid?.(0);
  });
}

describe('removeFolder', () => {
  const prepare = (): readonly [home: string, target: string] => {
    const { working } = createFakeHost().directories;
    // the way there is not for everybody
    for (let path = working; path.includes('spark-dev-test'); path = dirname(path)) chmodSync(path, 0o755);
    const [home, target] = [join(working, 'home'), join(working, 'target')];
    for (const folder of [join(home, 'go', 'mod'), join(target, 'sub')]) mkdirSync(folder, { recursive: true });
    return [home, target];
  };

  it('opens folders that nobody may write, as Go leaves them', async () => {
    const [home] = prepare();
    const folders = [join(home, 'go', 'mod'), join(home, 'go')];
    for (const folder of folders) chmodSync(folder, 0o555);
    becomeNobody(home, ...folders);
    await removeFolder(join(home, 'go'));
    expect(existsSync(join(home, 'go'))).toBe(false);
  });

  it('changes nothing behind a link that it cannot remove', async () => {
    const [home, target] = prepare();
    symlinkSync(target, join(home, 'tools'));
    chmodSync(join(target, 'sub'), 0o555);
    chmodSync(home, 0o555);
    becomeNobody(home, target, join(target, 'sub'));
    await expect(removeFolder(join(home, 'tools'))).rejects.toMatchObject({ code: 'EACCES' });
    expect([target, join(target, 'sub')].map((path) => statSync(path).mode & 0o777)).toEqual([0o755, 0o555]);
  });
});
