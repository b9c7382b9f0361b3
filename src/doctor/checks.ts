import type { Check } from './check.js';
import { capability } from './checks/capability.js';
import { cluster } from './checks/cluster.js';
import { disk } from './checks/disk.js';
import { engine } from './checks/engine.js';
import { go } from './checks/go.js';
import { java } from './checks/java.js';
import { node } from './checks/node.js';
import { port } from './checks/port.js';
import { python } from './checks/python.js';
import { sparkImage } from './checks/spark-image.js';
import { kubectlCheck, minikubeCheck, skaffoldCheck } from './checks/tools.js';

export const checks: readonly Check[] = [
  node,
  disk,
  port,
  java,
  python,
  engine,
  capability,
  go,
  minikubeCheck,
  skaffoldCheck,
  kubectlCheck,
  cluster,
  sparkImage,
];
