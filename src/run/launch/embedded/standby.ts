import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bestEffort } from '../../../errors/disk-error.js';
import { fileLists } from '../../../job/job.js';
import { chooseLocalPort } from '../../../kube/port-forward/local-port.js';
import type { Host } from '../../../ports/host.js';
import { runVariable } from '../../../runs/live-run.js';
import { inRunFolder, type RunIdentity } from '../../../runs/run-folder.js';
import {
  fingerprintOf,
  forgetStandby,
  listStandbys,
  noteStandby,
  takeStandby,
  type Standby,
} from '../../../runs/standby.js';
import { isServed, isServedVersion } from '../hand-over.js';
import { layFiles } from './lay-files.js';
import { localArgv, localEnv, localFiles, type LocalSubmission } from './local-argv.js';

export function driverFolder({ directories }: Pick<Host, 'directories'>): string {
  return join(directories.package, 'images', 'spark', 'driver');
}

/** A driver on this machine without its program. */
export interface EmbeddedStandby {
  readonly run: RunIdentity;
  readonly submission: LocalSubmission;
  readonly fingerprint: string;
}

interface LocalFacts {
  readonly pid: number;
  readonly uiPort: number;
}
export type LocalStandby = Standby<LocalFacts>;

/** What changes from call to call, and that no program looks at. */
const passing = new Set(['_', 'SHLVL', 'OLDPWD', 'COLUMNS', 'LINES', 'TERM', 'WINDOWID', 'SSH_TTY']);

/** Undefined for a job that no other driver can serve: it brings files, which a driver copies when it starts. */
export function planStandby(
  host: Host,
  run: RunIdentity,
  given: LocalSubmission,
  python: string | undefined,
): EmbeddedStandby | undefined {
  const { job, main } = given;
  const isHere = isServed(main) && 'at' in main && main.at.where === 'here';
  const bringsFiles = fileLists.some((list) => job[list].length > 0);
  // a driver that writes the class archive does so when it ends
  const writesArchive = given.archiveOptions.some((option) => option.startsWith('-XX:ArchiveClassesAtExit='));
  // only there the kernel tells whose a process is, which must be known before it is ended
  const isLinux = host.platform.os === 'linux';
  const isNew = isServedVersion(given.runtime.distribution.version);
  if (!isLinux || !isNew || python === undefined || !isHere || bringsFiles || writesArchive) return undefined;
  const starter = [python, '-IS', join(driverFolder(host), 'driver.py'), '--standby', run.folder];
  const warm = join(driverFolder(host), 'warm.py');
  const submission: LocalSubmission = {
    ...given,
    python,
    starter,
    job: { ...job, arguments: [] },
    main: { kind: 'python', at: { where: 'here', path: warm }, ...('roots' in main ? { roots: main.roots } : {}) },
  };
  const seen = { ...submission, uiPort: given.uiPortIsStrict ? given.uiPort : 0 };
  const env = Object.entries({ ...host.env, ...localEnv(seen, host.env) }).filter(
    ([name]) => !passing.has(name) && !name.startsWith('SPARK_DEV_'),
  );
  const started = [localArgv(seen), localFiles(seen), env.sort(), host.directories.working];
  return { run, submission, fingerprint: fingerprintOf(started, run) };
}

/** A waiting driver for this job; ends those for another one, which only hold memory. */
export async function takeEmbedded(
  host: Host,
  { fingerprint }: Partial<Pick<EmbeddedStandby, 'fingerprint'>>,
): Promise<LocalStandby | undefined> {
  let taken: LocalStandby | undefined;
  for (const one of await listStandbys<LocalFacts>(host, 'local')) {
    if (!(await takeStandby(one)) || !(await isAlive(host, one))) continue;
    if (taken === undefined && one.fingerprint === fingerprint) taken = one;
    else {
      await host.runner.end(one.facts.pid);
      await forgetStandby(one);
    }
  }
  return taken;
}

/** Where the kernel does not tell whose a process is, it ends by itself. */
async function isAlive({ directories }: Host, { facts, folder }: LocalStandby): Promise<boolean> {
  const path = join(directories.system, 'proc', String(facts.pid), 'environ');
  const environment = await readFile(path, 'utf8').catch(() => '');
  return environment.split('\0').includes(`${runVariable}=${folder}`);
}

/**
 * Starts the driver that the next run takes; it needs nobody, and ends by itself, or with us if `isOwned`. `servedOn`: the UI port
 * of the one that has just served, which may hold it for a moment.
 */
export async function leaveStandby(
  host: Host,
  { run, submission, fingerprint }: EmbeddedStandby,
  { servedOn, isOwned }: { readonly servedOn: number | undefined; readonly isOwned: boolean },
): Promise<void> {
  const waiting = await listStandbys<LocalFacts>(host, 'local');
  if (waiting.some((one) => one.fingerprint === fingerprint && !one.isExpired)) return;
  await bestEffort(host, 'Could not start a driver for the next run', () =>
    inRunFolder(host, run.runId, async () => {
      const isTold = submission.uiPortIsStrict || servedOn === submission.uiPort;
      const { port } = isTold ? { port: submission.uiPort } : await chooseLocalPort(submission.uiPort, undefined);
      const ours = { ...submission, uiPort: port };
      await layFiles(ours);
      const env = {
        ...localEnv(ours, host.env),
        [runVariable]: run.folder,
        ...(isOwned ? {} : { SPARK_DEV_LIFELINE: undefined }),
        ...(servedOn === port ? { SPARK_DEV_AWAITED_PORT: String(port) } : {}),
      };
      const logFile = join(run.folder, 'standby.log');
      const pid = await host.runner.detach(localArgv(ours), { logFile, env, lifeline: isOwned });
      const facts: LocalFacts = { pid, uiPort: port };
      await noteStandby(host, run, { place: 'local', fingerprint, facts });
    }),
  );
}
