import { pythonFile, type VerifyCase } from '../case.js';

const mustPass = { suite: 'PythonTestsSuite', need: 'must' } as const;
const onExecutor = 'Python runtime version check for executor is: True';

/** In Spark 4.3, Python reads the environment variable, not the property. */
const modeOfPython = (mode: string): Record<string, string> => ({
  'spark.kubernetes.driverEnv.SPARK_API_MODE': mode,
});

/** https://github.com/apache/spark, PythonTestsSuite of its Kubernetes integration tests. */
export const pythonCases: readonly VerifyCase[] = [
  {
    ...mustPass,
    id: 'P1',
    title: 'Run PySpark on simple pi.py example',
    application: pythonFile('pi.py'),
    arguments: ['5'],
    logs: { driver: ['Pi is roughly 3'] },
    fault: 'a file that the image does not have',
    faultChange: { application: pythonFile('nowhere.py') },
    faultRed: 'did not log "Pi is roughly 3"',
  },
  {
    ...mustPass,
    id: 'P2',
    title: 'Run PySpark to test a pyfiles example',
    application: pythonFile('python_files.py'),
    arguments: ['python3'],
    pyFiles: ['local:///opt/spark/verify/modules/container_checks.py'],
    logs: {
      driver: ['Python runtime version check is: True', 'Python environment version check is: True', onExecutor],
    },
    fault: 'no --py-files',
    faultChange: { pyFiles: [] },
    faultRed: 'did not log "Python runtime version check is: True"',
  },
  {
    ...mustPass,
    id: 'P4',
    title: 'Run PySpark with Spark Connect',
    since: '4.0.0',
    remark: 'its image also has the Python packages of Spark Connect (pandas, pyarrow, grpcio and their dependencies)',
    application: pythonFile('connect.py'),
    withConnect: true,
    // the driver needs the API server's address, because a Connect session starts its own server
    arguments: ['k8s://https://kubernetes.default.svc:443'],
    conf: { 'spark.api.mode': 'connect', ...modeOfPython('connect') },
    logs: { driver: ['The session is of pyspark.sql.connect.session', onExecutor] },
    fault: 'the classic API',
    faultChange: { conf: { 'spark.api.mode': 'classic', ...modeOfPython('classic') } },
    faultRed: 'did not log "The session is of pyspark.sql.connect.session"',
  },
];
