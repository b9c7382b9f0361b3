import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceTool } from '../../src/toolchain/source-tools.js';
import { toolDirectory } from '../../src/toolchain/tool-directory.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
const onPath = (version: string): readonly Scripted[] => [
  { argv: ['k9s'] },
  { argv: ['/usr/bin/k9s', 'version', '--short'], stdout: `Version              ${version}` },
  { argv: ['/usr/bin/k9s'] },
];

function createMachine(programs: readonly Scripted[] = [], confirms?: boolean): Promise<FakeMachine> {
  return createFakeMachine({ record }, { programs, ...(confirms === undefined ? {} : { confirms }) });
}

function dashboard({ host }: FakeMachine, ...words: string[]): Promise<Call> {
  return call(['dashboard', ...words], { host });
}

const attached = ({ host }: FakeMachine): readonly string[] =>
  host.runner.calls.map(({ argv }) => argv.join(' ')).filter((line) => /k9s --kubeconfig/.test(line));

describe('dashboard', () => {
  it('opens k9s on the pinned cluster and namespace, to look only, with a home of its own', async () => {
    const machine = await createMachine(onPath('v0.50.9'), true);
    expect((await dashboard(machine)).exitCode).toBe(0);
    const { data } = machine.host.directories;
    expect(attached(machine)).toEqual([
      `/usr/bin/k9s --kubeconfig=${data}/kubeconfig --context=spark-dev --namespace=spark --readonly --command=pods --logoless --splashless`,
    ]);
    expect(machine.host.runner.calls.at(-1)?.options.env).toMatchObject({ K9S_CONFIG_DIR: join(data, 'k9s') });
    expect(readFileSync(join(data, 'k9s', 'config.yaml'), 'utf8')).toContain('skipLatestRevCheck: true');
  });

  it('--write and --all-namespaces lift what holds it back', async () => {
    const machine = await createMachine(onPath('v0.50.9'), true);
    await dashboard(machine, '--write', '--all-namespaces');
    expect(attached(machine)[0]).toMatch(/--all-namespaces --write --command/);
  });

  it('keeps what the person changed in its settings', async () => {
    const machine = await createMachine(onPath('v0.50.9'), true);
    const settings = join(machine.host.directories.data, 'k9s', 'config.yaml');
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, 'k9s: { noIcons: true }\n');
    await dashboard(machine);
    expect(readFileSync(settings, 'utf8')).toBe('k9s: { noIcons: true }\n');
  });

  it('without a terminal names the kubectl commands, and starts nothing', async () => {
    const machine = await createMachine(onPath('v0.50.9'));
    const error = readError((await dashboard(machine, '--json')).stdout);
    expect(error.code).toBe('NON_INTERACTIVE');
    expect(error.fix).toContain('kubectl --context spark-dev -n spark get pods --watch');
    expect(attached(machine)).toEqual([]);
  });

  it('builds it where there is none or an old one, after saying why and asking', async () => {
    const machine = await createMachine([{ argv: ['/usr/bin/go', 'list'] }, ...onPath('v0.30.8')], false);
    expect((await dashboard(machine)).exitCode).toBe(3);
    expect(machine.host.ui.lines.join('\n')).toContain('No package registry has Headlamp');
    expect(attached(machine)).toEqual([]);
  });

  it('uses the one that was built', async () => {
    const machine = await createMachine([], true);
    const path = join(await toolDirectory(machine.host, sourceTool('k9s')), 'k9s');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '', { mode: 0o755 });
    await dashboard(machine);
    expect(attached(machine)[0]).toContain(path);
  });

  it('--dry-run shows how it would be built and opened, anywhere', async () => {
    const machine = await createMachine();
    const { stdout } = await dashboard(machine, '--dry-run');
    expect(stdout).toContain('# No package registry has Headlamp or the Kubernetes Dashboard');
    expect(stdout).toMatch(/^go build -C \S+toolchain\/k9s /m);
    expect(stdout).toMatch(/^\S+\/k9s --kubeconfig=\S+ --context=spark-dev --namespace=spark --readonly/m);
    expect(existsSync(join(machine.host.directories.data, 'k9s'))).toBe(false);
  });

  it('without a cluster says so', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    expect(readError((await dashboard(machine, '--json')).stdout)).toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });

  it('tells when it ended badly, and where its log is', async () => {
    const broken = [...onPath('v0.50.9').slice(0, 2), { argv: ['/usr/bin/k9s'], exitCode: 1 }];
    const end = await dashboard(await createMachine(broken, true));
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain(join('logs', 'k9s', 'k9s.log'));
  });

  it('says that Headlamp is in no package registry, and what there is instead', async () => {
    const machine = await createMachine([
      { argv: ['docker', 'image', 'inspect', '--format'], exitCode: 1 },
      { argv: ['/usr/bin/kubectl'], matches: (argv) => argv.includes('--output=name') },
    ]);
    const error = readError((await dashboard(machine, '--with', 'headlamp', '--json')).stdout);
    expect(error).toMatchObject({ code: 'IMAGE_MISSING' });
    expect(error.fix).toContain('spark-dev dashboard --with k9s');
  });
});
