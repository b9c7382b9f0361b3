#!/usr/bin/env zx
// Records the properties that Spark knows, per version: the constants in the classes of the cached distributions.
// ConfigEntry's registry (reflection on ConfigEntry.knownConfigs) has 4 of 4.3.0's 1,652 and 12 of 3.5.9's 1,154 keys that are
// composed at run time and not here; `composed` has what matters of them.
//   npx zx test/record-spark-properties.mjs 4.3.0=FOLDER/OF/JARS 3.5.9=FOLDER/OF/JARS
import { fs, glob, path, tmpdir, $ } from 'zx';

/** Keys and beginnings of keys that Spark composes; a key that ends with a dot stands for all below it. */
const composed = `
  spark.kubernetes.authenticate. spark.driver.resource. spark.executor.resource. spark.task.resource. spark.metrics.conf.
  spark.rpc.io. spark.shuffle.io. spark.files.io. spark.driver.rpc. spark.executor.rpc. spark.driver.shuffle. spark.executor.shuffle.
  spark.sql.catalog. spark.submit.pyFiles spark.submit.deployMode
`;
/** Beginnings that only find keys, which are all listed. */
const isClosed = (key) => /^spark\.(sql\.(?!catalog\.)|history\.|port\.|streaming\.|yarn\.$)/.test(key);
/** In a class file, text is preceded by its length. */
const constant = /([\s\S]{2})(spark\.[A-Za-z][\w-]*(?:\.[\w-]+)*\.?)/g;

const versions = new Map();
for (const word of process.argv.slice(3)) {
  const [version, jars] = word.split('=');
  const keys = new Set(composed.trim().split(/\s+/));
  const folder = tmpdir();
  for (const jar of await glob(path.join(jars, 'spark-*.jar'))) await $`unzip -qo ${jar} *.class -d ${folder}`;
  for (const file of await glob(path.join(folder, '**/*.class'))) {
    const text = await fs.readFile(file, 'latin1');
    for (const [, length, key] of text.matchAll(constant)) {
      const isWhole = length.charCodeAt(0) * 256 + length.charCodeAt(1) === key.length;
      if (isWhole && !(key.endsWith('.') && isClosed(key))) keys.add(key);
    }
  }
  await fs.remove(folder);
  versions.set(version, keys);
}
const all = [...new Set([...versions.values()].flatMap((keys) => [...keys]))].sort();
const lines = all.map((key) => {
  const having = [...versions.keys()].filter((version) => versions.get(version).has(key));
  return having.length === versions.size ? key : `${key} ${having.join(' ')}`;
});
await fs.writeFile('toolchain/spark/properties.txt', `${lines.join('\n')}\n`);
