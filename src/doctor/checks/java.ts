import { findJava, managedJavaProgram } from '../../toolchain/spark/java.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import type { Check } from '../check.js';
import { isThere } from '../../files/paths.js';

export const java: Check = {
  id: 'java',
  group: 'Local runs',
  title: 'Java',
  async run(host, { signal }) {
    const { version, java: range, jre } = sparkVersion;
    const found = await findJava(host, sparkVersion, signal);
    if (found !== undefined) return { status: 'ok', detail: `${String(found.major)} at ${found.program}` };
    const missing = `no Java ${String(range.from)} to ${String(range.to)}, as Spark ${version} needs, in JAVA_HOME or on the PATH`;
    const managed = managedJavaProgram(host, sparkVersion);
    if (await isThere(managed)) return { status: 'ok', detail: `${jre.version} from PyPI at ${managed}` };
    const { os, arch } = host.platform;
    return jre.files[`${os}/${arch}`] === undefined
      ? {
          status: 'fail',
          detail: `${missing}; PyPI has none for ${os}/${arch}`,
          fix: ['export JAVA_HOME=/path/to/a/java-17'],
        }
      : {
          status: 'warn',
          detail: `${missing}; the first run downloads one from PyPI`,
          fix: ['spark-dev run sparkpi --target local'],
          auto: ['run', 'sparkpi', '--target', 'local'],
        };
  },
};
