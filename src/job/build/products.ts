import { copyFile, readFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { isThere } from '../../files/paths.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { makeWhole, writeWhole } from '../../toolchain/half-made.js';
import { describeDistribution } from '../../toolchain/spark/distribution.js';
import { ensureJava, findJava, managedJavaProgram } from '../../toolchain/spark/java.js';
import type { SparkRuntime } from '../../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../../toolchain/spark/versions.js';
import type { Application } from '../application.js';
import { cachedPath, compileArgv, compileJar, jarPath } from '../compile.js';
import type { BuiltMain, SparkJob } from '../job.js';
import { modulePath, starterText } from '../python-modules.js';
import { findMainClass } from '../read-jar.js';
import { notebookProgram, readCells } from './notebook.js';
import { buildProject, findOwnMain, listProjectState, projectArgv, requireScala } from './project.js';
import { makeSqlJar, planSqlJar, sqlJarPath, sqlMainClass } from './sql.js';

/** A checked run, as far as the build needs it. */
export interface BuildRequest {
  readonly host: Host;
  readonly app: Application;
  readonly job: SparkJob;
  readonly signal: AbortSignal;
  /** Undefined: the newest. */
  readonly spark?: SparkVersion | undefined;
}

export type FindRuntime = () => Promise<SparkRuntime>;

/** Made in the cache, under a name that depends on everything that goes into it. */
interface Product {
  readonly path: string;
  readonly commands: () => Promise<readonly Argv[]>;
  readonly make: () => Promise<unknown>;
  /** A main class that only the build reveals is unknown before it. */
  readonly main: () => Promise<BuiltMain>;
}

/** An application that is submitted as it is, is its own result. */
export async function planProduct(request: BuildRequest, runtime: FindRuntime): Promise<Product | BuiltMain> {
  const { host, app, signal, spark = sparkVersion } = request;
  const distribution = describeDistribution(host.directories, spark);
  switch (app.kind) {
    case 'scala':
    case 'java': {
      const path = await jarPath(host, app, distribution);
      return {
        ...jarAt(path, app.mainClass),
        commands: async () => [await compileArgv(app, await runtime(), `${path}.part/classes`)],
        make: async () => compileJar(host, app, await runtime(), signal),
      };
    }
    case 'sql': {
      return {
        ...jarAt(await sqlJarPath(host, app.source, distribution), sqlMainClass),
        commands: async () => planSqlJar(host, await runtime()),
        make: async () => makeSqlJar(host, app.source, await runtime(), signal),
      };
    }
    case 'project': {
      if (request.job.image === undefined) await requireScala(app, spark);
      const inputs = [app.tool, app.mainClass ?? '', ...(await listProjectState(app.folder))];
      const jar = jarAt(cachedPath(host, `${app.name}.jar`, inputs), app.mainClass, app.folder);
      const planJava = async (): Promise<string> =>
        (await findJava(host, spark, signal))?.program ?? managedJavaProgram(host, spark);
      const java = async (): Promise<string> => (await ensureJava(host, spark, signal)).program;
      return {
        ...jar,
        commands: async () => [await projectArgv(host, app, planJava)],
        make: async () => {
          const built = await buildProject(host, app, java, signal);
          await makeWhole(jar.path, (part) => copyFile(built, part));
        },
      };
    }
    case 'python': {
      if (app.at.where === 'here' && app.at.path.endsWith('.ipynb')) return planNotebook(host, app.at.path);
      // a module needs a file that starts it
      return app.module === undefined ? app : programAt(host, app.name, starterText(app.module));
    }
    default:
      return app;
  }
}

function jarAt(path: string, named: string | undefined, project?: string): Pick<Product, 'path' | 'main'> {
  const main = async (): Promise<BuiltMain> => {
    const own = async (): Promise<string | undefined> =>
      project === undefined || !(await isThere(path)) ? undefined : findOwnMain(project, path);
    const mainClass = named ?? (await findMainClass(path)) ?? (await own());
    return { kind: 'jar', at: { where: 'here', path }, mainClass };
  };
  return { path, main };
}

async function planNotebook(host: Host, source: string): Promise<Product> {
  const runner = await readFile(join(host.directories.package, 'programs', 'notebook.py'), 'utf8');
  const name = basename(source);
  const program = notebookProgram(runner, name, readCells(name, await readFile(source, 'utf8')));
  return programAt(host, parse(name).name, program);
}

function programAt({ directories }: Host, name: string, text: string): Product {
  const path = modulePath(directories, `${name}.py`, text);
  return {
    path,
    commands: () => Promise.resolve([]),
    make: () => writeWhole(path, text),
    main: () => Promise.resolve({ kind: 'python', at: { where: 'here', path } }),
  };
}
