import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StandIn {
  readonly home: string;
  /** Holds the application, `app.py`. */
  readonly working: string;
  readonly env: Readonly<Record<string, string>>;
  /** The one run's folder. */
  runFolder(): string;
}

/** What the words of an embedded run start: an application in the place of the JVM, written in JavaScript, over this machine's Spark. */
export const standInRun = ['run', 'app.py', '--target', 'local'];

export function layStandIn(application: string, state?: string): StandIn {
  const home = mkdtempSync(join(tmpdir(), 'spark-dev-stand-in-'));
  const java = join(home, 'jdk', 'bin', 'java');
  const program = join(home, 'application.cjs');
  mkdirSync(join(home, 'jdk', 'bin'), { recursive: true });
  writeFileSync(program, application);
  writeFileSync(join(home, 'app.py'), '');
  writeFileSync(
    java,
    `#!/bin/sh
case "$*" in *-XshowSettings*) printf '    java.specification.version = 17\\njava.base@17\\n'; exit 0 ;; esac
exec '${process.execPath}' '${program}'
`,
  );
  chmodSync(java, 0o755);
  const stateHome = state ?? join(home, 'state');
  return {
    home,
    working: home,
    env: { JAVA_HOME: join(home, 'jdk'), XDG_STATE_HOME: stateHome, XDG_DATA_HOME: join(home, 'data') },
    runFolder() {
      const runs = join(stateHome, 'spark-dev', 'runs');
      return join(runs, readdirSync(runs)[0] ?? '');
    },
  };
}
