import type { VerifyCase } from '../case.js';

const suite = 'PythonTestsSuite';
const onExecutor = 'Python runtime version check for executor is: True';

/** Python's side of 4.3 asks the environment, not the property. */
const modeOfPython = (mode: string): Record<string, string> => ({
  'spark.kubernetes.driverEnv.SPARK_API_MODE': mode,
});

/** https://github.com/apache/spark, PythonTestsSuite of its Kubernetes integration tests. */
export const pythonCases: readonly VerifyCase[] = [
  {
    id: 'P1',
    suite,
    title: 'Run PySpark on simple pi.py example',
    need: 'must',
    application: 'python-pi',
    arguments: ['5'],
    logs: { driver: ['Pi is roughly 3'] },
    faultInjection: {
      by: 'a file that the image does not have',
      change: { resource: 'local:///opt/spark/verify/nowhere.py' },
      red: 'never said "Pi is roughly 3"',
    },
  },
  {
    id: 'P2',
    suite,
    title: 'Run PySpark to test a pyfiles example',
    need: 'must',
    application: 'python-files',
    arguments: ['python3'],
    pyFiles: ['local:///opt/spark/verify/modules/container_checks.py'],
    logs: {
      driver: ['Python runtime version check is: True', 'Python environment version check is: True', onExecutor],
    },
    faultInjection: {
      by: 'no --py-files',
      change: { pyFiles: [] },
      red: 'never said "Python runtime version check is: True"',
    },
  },
  {
    id: 'P4',
    suite,
    title: 'Run PySpark with Spark Connect',
    need: 'must',
    since: '4.0.0',
    remark: 'its image has the Python packages of Spark Connect too (pandas, pyarrow, grpcio and what they need)',
    application: 'python-connect',
    withConnect: true,
    // the API server as the driver reaches it, because a session of Connect starts its own server
    arguments: ['k8s://https://kubernetes.default.svc:443'],
    conf: { 'spark.api.mode': 'connect', ...modeOfPython('connect') },
    logs: { driver: ['The session is of pyspark.sql.connect.session', onExecutor] },
    faultInjection: {
      by: 'the classic API',
      change: { conf: { 'spark.api.mode': 'classic', ...modeOfPython('classic') } },
      red: 'never said "The session is of pyspark.sql.connect.session"',
    },
  },
];
