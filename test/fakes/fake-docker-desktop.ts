import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createChildRunner } from '../../src/adapters/child-runner.js';
import type { Host, Platform } from '../../src/ports/host.js';
import { createFakeHost, createHastyClock, type FakeHost } from './fake-host.js';

/**
 * A program called `docker` that behaves as Docker Desktop's documentation and its users say, over real files and real
 * processes: it reads its settings when it starts, writes its own figures over the file when it stops, gives the machine a
 * little less memory than was set, takes absent keys for its defaults, and does not start with more memory than the host has.
 */
const program = `
const { existsSync, readFileSync, rmSync, writeFileSync, appendFileSync } = require('node:fs');
const [state, settings, behaviour] = [process.env.FAKE_STATE, process.env.FAKE_SETTINGS, process.env.FAKE_BEHAVIOUR ?? ''];
const argv = process.argv.slice(2);
appendFileSync(state + '.calls', argv.join(' ') + '\\n');
const words = argv.filter((word) => !word.startsWith('--')).join(' ');
const running = existsSync(state) ? JSON.parse(readFileSync(state, 'utf8')) : undefined;
const fail = (text) => { console.error(text); process.exit(1); };
if (words.startsWith('desktop version')) {
  if (behaviour.includes('old')) fail("docker: 'desktop' is not a docker command.");
  console.log('v0.2.0');
} else if (words.startsWith('desktop stop')) {
  if (running === undefined) fail('Docker Desktop is not running');
  if (existsSync(settings)) {
    const now = JSON.parse(readFileSync(settings, 'utf8'));
    writeFileSync(settings, JSON.stringify({ ...now, ...running.said }, undefined, 2));
  }
  rmSync(state);
} else if (words.startsWith('desktop start')) {
  const read = JSON.parse(readFileSync(settings, 'utf8'));
  const said = Object.fromEntries(Object.entries(read).filter(([key]) => /^(cpus|memorymib)$/i.test(key)));
  const of = (key) => Object.entries(read).find(([name]) => name.toLowerCase() === key)?.[1];
  const memoryMb = of('memorymib') ?? 8092;
  if (memoryMb > 12000) fail('the virtual machine did not start');
  if (behaviour.includes('deaf')) process.exit(0);
  const cpus = behaviour.includes('stubborn') ? 2 : (of('cpus') ?? 8);
  writeFileSync(state, JSON.stringify({ said, cpus, memoryMb }));
} else if (words.startsWith('context inspect')) {
  console.log('[]');
} else if (running === undefined) {
  fail('Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?');
} else if (argv.includes('info')) {
  const MemTotal = Math.floor(running.memoryMb * 0.975) * 1024 * 1024;
  console.log(JSON.stringify({ NCPU: running.cpus, MemTotal, OperatingSystem: 'Docker Desktop', ServerVersion: '28.5.1' }));
} else if (argv.includes('ps')) {
  console.log('postgres\\nredis');
} else {
  appendFileSync(state + '.refused', argv.join(' ') + '\\n');
  fail('not known: ' + argv.join(' '));
}
`;

export interface FakeDesktop {
  readonly host: Host & { readonly ui: FakeHost['ui'] };
  readonly settings: string;
  readonly calls: () => readonly string[];
}

export interface DesktopWorld {
  readonly settings: string;
  readonly fileName?: 'settings-store.json' | 'settings.json';
  readonly platform?: Partial<Platform>;
  /** `old` has no command line, `deaf` starts and never answers, `stubborn` keeps 2 CPUs. */
  readonly behaviour?: 'old' | 'deaf' | 'stubborn';
  readonly runs?: boolean;
}

const made: string[] = [];

/** For `afterAll`; a line that the program did not know is an error then, whatever came of its exit code. */
export function removeFakeDesktops(): void {
  const refused = made.map((root) => join(root, 'running.json.refused')).filter((path) => existsSync(path));
  const lines = refused.map((path) => readFileSync(path, 'utf8'));
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
  if (lines.length > 0) throw new Error(`The fake Docker Desktop does not know:\n${lines.join('')}`);
}

export function createFakeDesktop(world: DesktopWorld): FakeDesktop {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-desktop-'));
  made.push(root);
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'program.cjs'), program);
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\nexec '${process.execPath}' '${join(bin, 'program.cjs')}' "$@"\n`);
  chmodSync(join(bin, 'docker'), 0o755);
  const fake = createFakeHost({ platform: { memoryMb: 16_384, cpus: 8, ...world.platform } });
  const settings = join(fake.directories.userHome, '.docker', 'desktop', world.fileName ?? 'settings-store.json');
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, world.settings);
  const state = join(root, 'running.json');
  const env = {
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    FAKE_STATE: state,
    FAKE_SETTINGS: settings,
    FAKE_BEHAVIOUR: world.behaviour ?? '',
  };
  if (world.runs !== false) writeFileSync(state, JSON.stringify({ said: {}, cpus: 4, memoryMb: 8092 }));
  return {
    // each look at it is a process
    host: { ...fake, runner: createChildRunner({ env }), clock: createHastyClock(10) },
    settings,
    calls: () => (existsSync(`${state}.calls`) ? readFileSync(`${state}.calls`, 'utf8').trim().split('\n') : []),
  };
}
