import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { SparkDevError } from './errors/spark-dev-error.js';

type MutableEnv = Record<string, string | undefined>;

/** https://specifications.freedesktop.org/basedir-spec/latest/: an empty or relative path counts as unset. */
const absoluteFolders = [
  'HOME',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_STATE_HOME',
  'TMPDIR',
];

/** Called before anything reads them, for us and our children: `HOME=` would put every folder below the current one. */
export function resolveEnvironment(env: MutableEnv, readHome: () => string = () => userInfo().homedir): void {
  for (const name of absoluteFolders) if (!isAbsolute(env[name] ?? '')) Reflect.deleteProperty(env, name);
  env['HOME'] ??= findHome(env['SPARK_DEV_HOME'] ?? '', readHome);
}

/** A user without an entry in passwd has no home: for example in a container started with a bare uid. */
function findHome(own: string, readHome: () => string): string {
  const home = [tryRead(readHome), own].find((path) => isAbsolute(path));
  if (home !== undefined) return home;
  throw new SparkDevError('USAGE', 'This user has no home folder', {
    why: 'HOME is not set, and the system has no home folder for this user.',
    fix: ['HOME=/a/folder spark-dev …', 'SPARK_DEV_HOME=/a/folder spark-dev …'],
  });
}

function tryRead(readHome: () => string): string {
  try {
    return readHome();
  } catch {
    return '';
  }
}
