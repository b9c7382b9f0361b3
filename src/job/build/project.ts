import { access, constants, readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { quoteArgv } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isFile, isThere } from '../../files/paths.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { inStep } from '../../steps/apply.js';
import { downloadPath, downloadVerified, findDownload } from '../../toolchain/verified-download.js';
import type { SparkVersion } from '../../toolchain/spark/versions.js';
import type { JobMain } from '../job.js';
import { findLiteral } from '../literals.js';
import { placeInCentral, readMavenSettings } from '../packages/maven-settings.js';
import { classNameOf, findMainClass, findMainClasses, listOuter, readClassNames } from '../read-jar.js';
import { describeMissingMain } from '../validate-main-class.js';
import { foreignScala } from './jar-fit.js';

type Project = Extract<JobMain, { kind: 'project' }>;

/** Build file → the tool that builds it. */
export const buildFiles = { 'pom.xml': 'maven', 'build.sbt': 'sbt' } as const;

/** The nearest project around a folder. */
export async function findProject(folder: string): Promise<Pick<Project, 'tool' | 'folder'> | undefined> {
  for (const [file, tool] of Object.entries(buildFiles)) if (await isFile(join(folder, file))) return { tool, folder };
  return dirname(folder) === folder ? undefined : findProject(dirname(folder));
}

/** sbt's own launcher, which fetches the sbt that the project names. Its checksum is in programs of several public owners. */
const sbtLauncher = {
  name: 'sbt-launch-1.10.7.jar',
  sha256: '3cca02818047327a83efde776103a1ef92f76f72c062badbbb062499a3270c07',
  sizeMb: 4,
  advice: ['Behind a mirror: set it in ~/.m2/settings.xml', 'Or install sbt, so that it is on the PATH'],
};

/** The user's own tool where there is one; `java` runs sbt's launcher. */
export async function projectArgv(host: Host, { tool, folder }: Project, java: () => Promise<string>): Promise<Argv> {
  const wrapper = join(folder, tool === 'maven' ? 'mvnw' : 'sbt');
  const own = (await isProgram(wrapper)) ? wrapper : await host.runner.which(tool === 'maven' ? 'mvn' : 'sbt');
  if (tool === 'maven') {
    if (own === undefined)
      throw new SparkDevError('TOOL_MISSING', 'The project needs Maven', {
        why: `${folder} has a pom.xml and no mvnw, and there is no mvn on the PATH.`,
        fix: ['Install it, on Debian: apt-get install maven', 'Build the jar elsewhere: spark-dev run target/app.jar'],
      });
    return [own, '--batch-mode', '--no-transfer-progress', '-DskipTests', 'package'];
  }
  const goal = (await hasAssembly(folder)) ? 'assembly' : 'package';
  const settings = ['-Dsbt.supershell=false', '-Dsbt.color=false'];
  if (own !== undefined) return [own, ...settings, goal];
  // as sbt's script does
  const memory = ['-Xmx1g', '-Xss4m', ...(host.env['SBT_OPTS'] ?? '').split(/\s+/).filter((word) => word !== '')];
  return [await java(), ...memory, ...settings, '-jar', launcherPath(host), goal];
}

function launcherPath(host: Host): string {
  return downloadPath(host, sbtLauncher.name);
}

async function isProgram(path: string): Promise<boolean> {
  return (
    (await isFile(path)) &&
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
  );
}

/** The plugin that packs libraries too. */
async function hasAssembly(folder: string): Promise<boolean> {
  const plugins = join(folder, 'project');
  const files = (await readdir(plugins).catch(() => [])).filter((name) => name.endsWith('.sbt'));
  const texts = await Promise.all(files.map((name) => readFile(join(plugins, name), 'utf8')));
  return texts.some((text) => /^[^/\n]*"sbt-assembly"/m.test(text));
}

/** Refuses a project whose build file names a Scala that this Spark does not have, before the build proves it; throws USAGE. */
export async function requireScala({ tool, folder }: Project, spark: SparkVersion): Promise<void> {
  if (!(await isThere(join(folder, 'src', 'main', 'scala')))) return;
  const path = join(folder, tool === 'maven' ? 'pom.xml' : 'build.sbt');
  const text = await readFile(path, 'utf8');
  const written =
    tool === 'maven'
      ? /<scala\.(?:binary\.)?version>([^<]+)</.exec(text)?.[1]
      : findLiteral({ path, text }, String.raw`\bscalaVersion\s*:=`)?.value;
  const [scala = spark.scala] = /^2\.\d+/.exec(written ?? '') ?? [];
  if (scala !== spark.scala) throw foreignScala(`${relative(dirname(folder), path)} is`, scala, spark);
}

/** Builds it with the user's tool and settings; returns the jar. */
export async function buildProject(
  host: Host,
  project: Project,
  java: () => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  const { folder, mainClass } = project;
  const argv = await projectArgv(host, project, java);
  const printed: string[] = [];
  return inStep(host, `Build ${folder}`, async (step) => {
    if (argv.includes(launcherPath(host))) await ensureLauncher(host, signal);
    await host.runner
      .run(argv, {
        cwd: folder,
        signal,
        onLine: (line) => {
          printed.push(line);
          host.ui.detail(line);
          step.progress(line.slice(0, 80));
        },
      })
      .catch((error: unknown) => {
        throw explain(folder, argv, printed, error);
      });
    const jar = await findProjectJar(folder, mainClass);
    step.note(relative(folder, jar));
    return jar;
  });
}

async function ensureLauncher(host: Host, signal: AbortSignal): Promise<void> {
  if ((await findDownload(host, sbtLauncher)) !== undefined) return;
  const path = `org/scala-sbt/sbt-launch/1.10.7/${sbtLauncher.name}`;
  await downloadVerified(host, { ...sbtLauncher, ...placeInCentral(await readMavenSettings(host), path), signal });
}

const linesShown = 8;

function explain(folder: string, argv: Argv, printed: readonly string[], error: unknown): unknown {
  if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') return error;
  // Maven and sbt mark them alike; what follows its `-> [Help 1]` is about Maven itself
  const lines = printed.filter((line) => /^\[error\] *\S/i.test(line));
  const end = lines.findIndex((line) => line.includes('[Help 1]'));
  const why = lines.slice(0, end === -1 ? linesShown : Math.min(end + 1, linesShown)).join('\n');
  return new SparkDevError('BUILD_FAILED', `${folder} does not build`, {
    why: why === '' ? printed.slice(-linesShown).join('\n') : why,
    fix: [`See everything it prints: ${quoteArgv(['cd', folder])} && ${quoteArgv(argv)}`],
    cause: error,
  });
}

const noSource = /^(target|node_modules)$|^\.(?!mvn$|jvmopts$|sbtopts$)/;

/** Everything that a build reads. */
export async function listProjectFiles(folder: string): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !noSource.test(name));
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listProjectFiles(path) : [path];
  });
  return (await Promise.all(found)).flat().toSorted();
}

/** Path, size and time of each file; a change means another build. */
export async function listProjectState(folder: string): Promise<readonly string[]> {
  return Promise.all(
    (await listProjectFiles(folder)).map(async (path) => {
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
      return `${path} ${String(size)} ${String(mtimeMs)}`;
    }),
  );
}

const noProgram = /^original-|-(sources|javadoc|tests|test-sources|test-fixtures)\.jar$/;
const withLibraries = /assembly|with-dependencies|shaded|[-_](all|fat|uber)\b/;

/** The jar with the libraries before the plain one, and of several versions the newest; throws BUILD_FAILED where modules have one each. */
export async function findProjectJar(folder: string, mainClass: string | undefined): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const jars = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jar') && !noProgram.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /^(?!project\/)(.*\/)?target\/(scala-[^/]+\/|out\/.*)?[^/]+$/.test(relative(folder, path)));
  const looked = await Promise.all(
    jars.map(async (path) => {
      const classes = await readClassNames(path).catch(() => new Set<string>());
      const fits =
        mainClass === undefined ? (await findMainClasses(path, listOuter(classes))).length > 0 : classes.has(mainClass);
      return {
        path,
        classes,
        fits,
        module: relative(folder, path).split('target/')[0] ?? '',
        builtAt: (await stat(path)).mtimeMs,
      };
    }),
  );
  const fitting = looked.some(({ fits }) => fits) ? looked.filter(({ fits }) => fits) : looked;
  const full = fitting.filter(({ path }) => withLibraries.test(path.slice(path.lastIndexOf('/'))));
  const ranked = (full.length > 0 ? full : fitting).toSorted((one, other) => other.builtAt - one.builtAt);
  const [first] = ranked;
  if (first === undefined)
    throw new SparkDevError('BUILD_FAILED', `The build of ${folder} made no jar`, {
      why: 'There is none in its target folders.',
      fix: ['Run the module that has the program: spark-dev run MODULE_FOLDER'],
    });
  const modules = new Set(ranked.map(({ module }) => module));
  if (modules.size === 1) {
    const { path } = first;
    const named = mainClass ?? (await findMainClass(path));
    if (named !== undefined && first.classes.has(named)) return path;
    const own = await listOwnClasses(folder, first.classes);
    const asked = own.size > 0 ? own : first.classes;
    const [main = 'org.acme.Main', ...others] = await findMainClasses(path, listOuter(asked));
    if (mainClass === undefined && own.has(main) && others.length === 0) return path;
    throw new SparkDevError('USAGE', `Which class of ${basename(path)} is the program?`, {
      why: await describeMissingMain(path, mainClass, asked),
      fix: [`Name it: ${quoteArgv(['spark-dev', 'run', folder, '--class', main])}`],
    });
  }
  throw new SparkDevError('BUILD_FAILED', `The build of ${folder} made several jars`, {
    why: `Programs are in ${ranked.map(({ path }) => relative(folder, path)).join(', ')}.`,
    fix: [`Name one: ${quoteArgv(['spark-dev', 'run', first.path])}`],
  });
}

/** The program of a jar with libraries, which has their classes too: the only own class with a main method. */
export async function findOwnMain(folder: string, jar: string): Promise<string | undefined> {
  const own = await listOwnClasses(folder, await readClassNames(jar));
  const [only, ...others] = await findMainClasses(jar, listOuter(own));
  return others.length === 0 ? only : undefined;
}

/** Of the classes of a jar, those that the build compiled. */
async function listOwnClasses(folder: string, classes: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const compiled = entries.map(
    ({ parentPath, name }) => /\/target\/(?:.*\/)?classes\/(.*)$/.exec(join(parentPath, name))?.[1] ?? '',
  );
  const own = compiled.map(classNameOf).filter((name) => name !== undefined && classes.has(name));
  return new Set(own.filter((name) => name !== undefined));
}
