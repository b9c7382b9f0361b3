import type { Java } from '../toolchain/spark/java.js';
import { isTrimmed } from './properties-file.js';

/** The packages of the JDK that Spark and its libraries reach into. */
const openedPackages = [
  'java.base/java.lang',
  'java.base/java.lang.invoke',
  'java.base/java.lang.reflect',
  'java.base/java.io',
  'java.base/java.net',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/jdk.internal.ref',
  'java.base/sun.nio.ch',
  'java.base/sun.nio.cs',
  'java.base/sun.security.action',
  'java.base/sun.util.calendar',
  'java.security.jgss/sun.security.krb5',
];

/** The options of spark-class for every JVM: org.apache.spark.launcher.JavaModuleOptions, without modules that this Java lacks. */
export function sparkJavaOptions(java: Pick<Java, 'hasVectorModule'>): readonly string[] {
  return [
    '-XX:+IgnoreUnrecognizedVMOptions',
    ...(java.hasVectorModule ? ['--add-modules=jdk.incubator.vector'] : []),
    ...openedPackages.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    '-Dio.netty.tryReflectionSetAccessible=true',
    '-Dio.netty.allocator.type=pooled',
    '-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE',
    '--sun-misc-unsafe-memory-access=allow',
    '--enable-native-access=ALL-UNNAMED',
  ];
}

/** A job's options for the driver's JVM: whatever starts that JVM must set them; Spark itself runs too late. */
export function driverJavaOptions(conf: Conf): readonly string[] {
  return ['spark.driver.defaultJavaOptions', 'spark.driver.extraJavaOptions'].flatMap((key) =>
    splitOptions(conf[key] ?? ''),
  );
}

type Conf = Readonly<Record<string, string>>;

/** Properties that spark-submit reads before it starts the driver's JVM. */
const readBefore = /^spark\.(app|archives|driver|files|jars|kubernetes|master|submit)\b/;

/**
 * Spark trims values in a properties file, the only source of a driver in a pod, but not values in JVM properties: moves them
 * there. Values that are not plain ASCII stay, because the image's entry point cannot read such options.
 */
export function keepBlanks(conf: Conf): Conf {
  const moved = Object.entries(conf).filter(
    ([key, value]) => isTrimmed(value) && /^spark\.[ -~]+$/.test(`${key}${value}`) && !readBefore.test(key),
  );
  if (moved.length === 0) return conf;
  const key = 'spark.driver.extraJavaOptions';
  const rest = Object.entries(conf).filter((pair) => !moved.some(([name]) => name === pair[0]));
  const options = moved.map(([name, value]) => quoteOption(`-D${name}=${value}`));
  return { ...Object.fromEntries(rest), [key]: [conf[key] ?? '', ...options].filter((one) => one !== '').join(' ') };
}

/** Quoted so that `splitOptions`, the image's entry point and Spark's launcher all read it alike; it never ends with a blank. */
function quoteOption(word: string): string {
  return word.replaceAll(/[\\"']/g, '\\$&').replaceAll(/ +/g, '"$&"');
}

/** Splits at blanks outside quotes, as the image's entry point does. */
function splitOptions(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'|\\(.)/g, '$1$2$3'));
}
