import { expect, it } from 'vitest';
import { findOwnMaster } from './own-master.js';

it.each([
  ['py', 'x = 1\nspark = SparkSession.builder.master("local[2]").getOrCreate()\n', { value: 'local[2]', line: 2 }],
  ['py', "conf = SparkConf().setMaster(\n  'yarn')", { value: 'yarn', line: 1 }],
  ['py', 'builder.config("spark.master", "spark://x:7077")', { value: 'spark://x:7077', line: 1 }],
  ['py', '# .master("local")\n"""\n.master("local")\n"""\nprint("use .master(\'local\')")', undefined],
  ['py', 'sc = SparkContext(appName="a", master = "local[*]")', { value: 'local[*]', line: 1 }],
  ['py', 'sc = SparkContext(appName="local")', undefined],
  ['py', 'builder.master(os.environ["MASTER"])', undefined],
  ['py', 'n = 7 // 2; b.master("yarn")', { value: 'yarn', line: 1 }],
  ['scala', 'new SparkContext("local[2]", "a")', { value: 'local[2]', line: 1 }],
  ['scala', '/* .master("local") */ // .master("local")\nb.master("local[*]")', { value: 'local[*]', line: 2 }],
] as const)('%s: %j', (language, text, master) => {
  expect(findOwnMaster({ texts: [{ path: `etl.${language}`, text }], tooLarge: [] })).toEqual(master);
});
