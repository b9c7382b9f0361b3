import { basename } from 'node:path';
import { rankNearest } from '../config/suggest.js';
import type { JobProblem } from './conf-rules.js';
import { findMainClasses, readClassNames, readManifestClass } from './jar-classes.js';
import type { SparkJob } from './job.js';

const mostNamed = 3;

type ClassNames = ReadonlySet<string>;

/** Whether the class that Spark shall begin with is where it looks for it, as far as this machine knows. */
export async function validateMainClass(job: SparkJob): Promise<readonly JobProblem[]> {
  const { main } = job;
  if (main.kind !== 'jar' || main.at.where === 'remote') return [];
  const { at, mainClass } = main;
  const ofClass = (message: string): readonly JobProblem[] => [{ path: ['main'], message }];
  if (at.where === 'image')
    return mainClass === undefined
      ? ofClass(`Spark reads no main class off a jar in the image; name that of ${at.path}`)
      : [];
  const classes = await lookInto(at.path);
  if (classes === 'unread') return [];
  const jar = basename(at.path);
  if (classes === 'broken') return [{ path: ['path'], message: `${jar} is no jar, or only a part of one` }];
  if (mainClass === undefined)
    return ofClass(`${jar} names no main class${await advise(at.path, classes, basename(jar, '.jar'))}`);
  if (classes.has(mainClass) || isElsewhere(mainClass, classes, job) || (await isInJars(mainClass, job))) return [];
  return ofClass(`there is no class ${mainClass} in ${jar}${await advise(at.path, classes, mainClass)}`);
}

/** What a jar of this machine names itself; undefined where it does not, or is none. */
export async function findManifestClass(jar: string): Promise<string | undefined> {
  return readManifestClass(jar).catch(() => undefined);
}

/** A file that is not there, or that only we cannot read, is no reason to refuse the job here. */
async function lookInto(jar: string): Promise<ClassNames | 'unread' | 'broken'> {
  return readClassNames(jar).catch((error: unknown) =>
    error instanceof Error && error.message.startsWith('End of central directory') ? 'broken' : 'unread',
  );
}

/** Where the class may come from and nobody here can look. */
function isElsewhere(mainClass: string, classes: ClassNames, { image, conf }: SparkJob): boolean {
  const family = `${mainClass.split('.').slice(0, 3).join('.')}.`;
  return (
    image !== undefined ||
    Object.keys(conf).some((key) => /^spark\.(jars|driver\.extraClassPath)/.test(key)) ||
    // one of those that come with Spark
    (family.startsWith('org.apache.') && ![...classes].some((name) => name.startsWith(family)))
  );
}

/** Also where one of them cannot be looked into. */
async function isInJars(mainClass: string, { jars }: SparkJob): Promise<boolean> {
  const here = jars.flatMap(({ at }) => (at.where === 'here' ? [at.path] : []));
  const read = await Promise.all(here.map(lookInto));
  return here.length < jars.length || read.some((classes) => typeof classes === 'string' || classes.has(mainClass));
}

/** The nearest classes that have a main: mostly the same word in another package is meant. */
async function advise(jar: string, classes: ClassNames, meant: string): Promise<string> {
  const simple = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const outer = [...classes].filter((name) => !name.includes('$'));
  const near = new Map(rankNearest(simple(meant), [...new Set(outer.map(simple))]).map((name, rank) => [name, rank]));
  const ranked = outer.sort((one, other) => (near.get(simple(one)) ?? 0) - (near.get(simple(other)) ?? 0));
  const mains = (await findMainClasses(jar, ranked)).slice(0, mostNamed);
  return mains.length === 0 ? '; no class in it has a main' : `; with a main it has ${mains.join(', ')}`;
}
