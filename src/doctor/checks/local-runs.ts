import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isThere } from '../../files/paths.js';
import { findJava, managedJavaProgram } from '../../toolchain/spark/java.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import { ok, type Check } from '../check.js';
import { findPython } from '../../toolchain/spark/runtime.js';

const java: Check = {
  id: 'java',
  group: 'Local runs',
  title: 'Java',
  async run(host, { signal }) {
    const { version, java: range, jre } = sparkVersion;
    const found = await findJava(host, sparkVersion, signal);
    if (found !== undefined) return ok(`${String(found.major)} at ${found.program}`);
    const missing = `no Java ${String(range.from)} to ${String(range.to)}, as Spark ${version} needs, in JAVA_HOME or on the PATH`;
    const managed = managedJavaProgram(host, sparkVersion);
    if (await isThere(managed)) return ok(`${jre.version} from PyPI at ${managed}`);
    const { os, arch } = host.platform;
    if (jre.files[`${os}/${arch}`] === undefined) {
      const detail = `${missing}; PyPI has none for ${os}/${arch}`;
      return { status: 'fail', detail, fix: ['export JAVA_HOME=/path/to/a/java-17'] };
    }
    const auto = ['run', 'sparkpi', '--target', 'local'];
    const detail = `${missing}; the first run downloads one from PyPI`;
    return { status: 'warn', detail, fix: [`spark-dev ${auto.join(' ')}`], auto };
  },
};

const python: Check = {
  id: 'python',
  group: 'Local runs',
  title: 'Python',
  async run(host, { signal }) {
    try {
      return ok(await findPython(host, sparkVersion, signal));
    } catch (error) {
      if (!(error instanceof SparkDevError) || error.code !== 'PYTHON_MISSING') throw error;
      return { status: 'warn', detail: `${error.why ?? error.what} Only Python applications need it.`, fix: error.fix };
    }
  },
};

export const localRunChecks = [java, python];
