import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShimAnswer, ShimCall, ShimRule } from './shims.js';
import { createWorld, type World } from './world.js';

/** A machine without a cluster, whose Java is a shim: a job takes a moment and does what the row says. */
export interface Laptop extends World {
  /** How often a job came to its end. */
  finished(): number;
  /** What the driver does in place of a good job. */
  driver(answer: ShimAnswer | ((call: ShimCall) => ShimAnswer | Promise<ShimAnswer>)): void;
}

export const uiLine = "26/11/21 11:21:46 INFO Utils: Successfully started service 'SparkUI' on port 4040.\n";
const isDriver = /org\.apache\.spark\.deploy\.SparkSubmit/;

/** What `java` says of itself. */
export function javaRules(major: number): readonly ShimRule[] {
  const settings = `    java.specification.version = ${String(major)}\n    java.vm.version = ${String(major)}.0.1\njava.base@${String(major)}\n`;
  return [{ program: 'java', args: /-XshowSettings/, answer: { stderr: settings } }];
}

export async function createLaptop(): Promise<Laptop> {
  const world = await createWorld();
  let finished = 0;
  const succeed = (): ShimAnswer => {
    finished++;
    return { stdout: 'Pi is roughly 3.14159\n', stderr: uiLine };
  };
  world.shims.install([...javaRules(17), { program: 'java', args: isDriver, answer: succeed }]);
  writeFileSync(join(world.project, 'job.py'), 'print("never run: Java is a shim")\n');
  return {
    ...world,
    finished: () => finished,
    driver: (answer) => {
      world.shims.inject({ program: 'java', args: isDriver, answer });
    },
  };
}

export const localRun = ['run', 'job.py', '--target', 'local'];
