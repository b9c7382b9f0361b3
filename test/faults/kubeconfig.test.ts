import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { createLaptop, localRun, type Laptop } from './laptop.js';
import { createMachine, type Machine } from './machine.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const init = ['init', '--yes', '--no-verify', '--source', 'registries'];

/** A kubeconfig beside the decoy's, so that the decoy's bytes can be compared at the end. */
function otherKubeconfig(
  world: Machine,
  text: string,
): { readonly path: string; readonly env: Record<string, string> } {
  const path = join(world.userHome, 'other.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  return { path, env: { KUBECONFIG: path } };
}

const onMachine: readonly FaultRow<Machine>[] = [
  {
    row: 18,
    fault: 'the kubeconfig is broken YAML',
    how: 'a list that is never closed',
    kind: 'shim',
    inject: async (world) => {
      const text = 'kind: Config\nusers: [\n';
      const { path, env } = otherKubeconfig(world, text);
      const { exitCode, stderr } = await world.run(init, { env });
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/other\.yaml was left unchanged: .*line \d+, column \d+/);
      expect(readFileSync(path, 'utf8')).toBe(text);
      return 'exit 0 with the private kubeconfig; the file is left, its line and column named';
    },
    again: init,
  },
  {
    row: 21,
    fault: 'another program writes the kubeconfig at the same time',
    how: 'a writer under kubectl’s lock adds 100 entries, meanwhile init merges its own, behind a symlink',
    kind: 'real',
    inject: async (world) => {
      const { path } = otherKubeconfig(world, 'apiVersion: v1\nkind: Config\ncontexts: []\n');
      const link = join(world.userHome, 'link.yaml');
      symlinkSync(path, link);
      let written = 0;
      const writer = setInterval(() => {
        try {
          writeFileSync(`${path}.lock`, '', { flag: 'wx' });
        } catch {
          return;
        }
        if (written < 100) writeFileSync(path, `${readFileSync(path, 'utf8')}# ${String(written++)}\n`);
        rmSync(`${path}.lock`);
      }, 20);
      const { exitCode } = await world.run(init, { env: { KUBECONFIG: link } });
      clearInterval(writer);
      const text = readFileSync(path, 'utf8');
      expect(exitCode).toBe(0);
      for (let line = 0; line < written; line++) expect(text).toContain(`# ${String(line)}\n`);
      expect(text).toContain('spark-dev');
      expect(readdirSync(world.userHome).filter((name) => name.startsWith('.other') || name.endsWith('.lock'))).toEqual(
        [],
      );
      expect(statSync(path).mode & 0o777).toBe(0o600);
      return `all ${String(written)} entries of the other writer and ours are there; the link is a link, the mode 0600`;
    },
    again: init,
  },
  {
    row: 21,
    fault: 'a lock of the kubeconfig that nobody gives back',
    how: 'a .lock file that stays',
    kind: 'real',
    inject: async (world) => {
      const { path, env } = otherKubeconfig(world, 'kind: Config\n');
      writeFileSync(`${path}.lock`, '');
      const { exitCode, stderr } = await world.run(init, { env });
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/other\.yaml was left unchanged/);
      expect(readFileSync(path, 'utf8')).toBe('kind: Config\n');
      return 'after two seconds the file is left as it is, with a warning; exit 0';
    },
    again: init,
  },
  {
    row: 22,
    fault: 'KUBECONFIG names a missing file, a folder and two files',
    how: 'in this order',
    kind: 'shim',
    inject: async (world) => {
      const { path } = otherKubeconfig(world, 'kind: Config\n');
      const [missing, folder, last] = ['missing.yaml', 'folder', 'last.yaml'].map((name) => join(world.userHome, name));
      mkdirSync(folder ?? '');
      writeFileSync(last ?? '', 'kind: Config\n');
      const { exitCode } = await world.run(init, { env: { KUBECONFIG: [missing, folder, path, last].join(':') } });
      expect(exitCode).toBe(0);
      expect(readFileSync(path, 'utf8')).toContain('spark-dev');
      expect(readFileSync(last ?? '', 'utf8')).toBe('kind: Config\n');
      expect(existsSync(missing ?? '')).toBe(false);
      expect(readdirSync(folder ?? '')).toEqual([]);
      return 'the first file that exists got the entry, nothing new was made';
    },
    again: init,
  },
  {
    row: 20,
    fault: 'the current context is production',
    how: 'the decoy is current-context; it is named, and everything is asked without naming it',
    kind: 'real',
    inject: async (world) => {
      for (const words of [
        ['status', '--context', 'prod'],
        ['down', '--delete', '--yes', '--context', 'prod'],
      ]) {
        const { exitCode, stderr } = await world.run(words);
        expect(exitCode, stderr).toBe(9);
      }
      // a run may go to a context that is named, where its server is on this machine; not without a registry
      expect((await world.run(['run', 'sparkpi', '--context', 'prod'])).exitCode).toBe(2);
      expect((await world.run(['status'])).exitCode).toBe(0);
      return 'exit 9 where it is named, passed over where it is not; the decoy was never asked';
    },
    again: ['status'],
  },
  {
    row: 5,
    fault: 'minikube start resets the cluster and loses what was in it',
    how: 'the start of a stopped cluster leaves one without objects (that it is a new one is not said yet)',
    kind: 'shim',
    inject: async (world) => {
      expect((await world.run(init)).exitCode).toBe(0);
      Object.assign(world.fake.state, {
        profile: 'stopped',
        objects: false,
        record: undefined,
        sparkImageInCluster: false,
      });
      const { exitCode } = await world.run(init);
      expect(exitCode).toBe(0);
      const starts = world.shims.find(/^minikube start/).map(({ args }) => args.join(' '));
      for (const line of starts) expect(line).not.toMatch(/--delete-on-failure|--force-systemd|--purge/);
      expect(world.fake.state.objects).toBe(true);
      return 'no flag that allows a reset; init finds the objects missing and makes them again';
    },
    again: init,
  },
];

const onLaptop: readonly FaultRow<Laptop>[] = [
  {
    row: 24,
    fault: 'the folders of spark-dev belong to root',
    how: 'the program runs as another user, over a home of root’s',
    kind: 'real',
    inject: async (world) => {
      expect((await world.run(localRun)).exitCode).toBe(0);
      chmodSync(join(world.home, 'state', 'runs'), 0o755);
      const { exitCode, stderr } = runAsNobody(world, localRun);
      world.note({ words: localRun, exitCode, stderr });
      expect(stderr).toContain(world.home);
      expect(stderr).toMatch(/sudo chown -R \S+ /);
      expect(exitCode).toBe(4);
      return 'exit 4, with the chown that helps';
    },
    again: localRun,
  },
  {
    row: 25,
    fault: 'the disk is full while state is written',
    how: 'the state lies on a tmpfs of 64 KB that a file fills',
    kind: 'real',
    inject: async (world) => {
      const state = join(world.home, 'state');
      mkdirSync(state, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state]);
      world.closers.push(() => execFileSync('umount', ['-l', state]));
      expect((await world.run(localRun)).exitCode).toBe(0);
      const before = world.finished();
      writeFileSync(join(state, 'old.json'), '{"old":true}');
      try {
        writeFileSync(join(state, 'filler'), Buffer.alloc(1 << 20));
      } catch {
        // full
      }
      const { exitCode, stderr } = await world.run(localRun);
      expect(readFileSync(join(state, 'old.json'), 'utf8')).toBe('{"old":true}');
      rmSync(join(state, 'filler'));
      expect(exitCode).toBe(world.finished() > before ? 0 : 6);
      expect(stderr).toContain(state);
      if (exitCode === 6) expect(stderr).toMatch(/\d+ bytes are free/);
      return world.finished() > before
        ? 'exit 0 with a warning: the job itself did not need the disk'
        : `exit 6 with the path: ${/error (.*)/.exec(stderr)?.[1] ?? ''}`;
    },
    again: localRun,
  },
];

injectRowsOn('kubeconfig and contexts', createMachine({ profile: 'running' }), onMachine);
injectRowsOn('host files', createLaptop, onLaptop);

/** The home stays root's; all else is readable by everybody. */
function runAsNobody(
  world: Laptop,
  words: readonly string[],
): { readonly exitCode: number | null; readonly stderr: string } {
  for (let folder = world.project; folder !== '/tmp' && folder !== '/'; folder = dirname(folder))
    chmodSync(folder, 0o755);
  chmodSync(join(world.shims.socket), 0o777);
  chownSync(world.project, 65534, 65534);
  const main = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
  const argv = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, main, ...words];
  try {
    execFileSync('setpriv', argv, {
      cwd: world.project,
      env: { ...process.env, ...world.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return { exitCode: 0, stderr: '' };
  } catch (error) {
    const { status, stderr } = error as { status: number | null; stderr: Buffer };
    return { exitCode: status, stderr: stderr.toString() };
  }
}
