import { SparkDevError } from '../../errors/spark-dev-error.js';
import { findPython } from '../../toolchain/spark/python.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import type { Check } from '../check.js';

export const python: Check = {
  id: 'python',
  group: 'Local runs',
  title: 'Python',
  async run(host, { signal }) {
    try {
      return { status: 'ok', detail: await findPython(host, sparkVersion, signal) };
    } catch (error) {
      if (!(error instanceof SparkDevError) || error.code !== 'PYTHON_MISSING') throw error;
      return { status: 'warn', detail: `${error.why ?? error.what} Only Python applications need it.`, fix: error.fix };
    }
  },
};
