import type { Check } from './check.js';
import { clusterChecks } from './checks/cluster.js';
import { dockerChecks } from './checks/docker.js';
import { localRunChecks } from './checks/local-runs.js';
import { machineChecks } from './checks/machine.js';
import { toolChecks } from './checks/tools.js';

/** In the order of the report. */
export const checks: readonly Check[] = [
  ...machineChecks,
  ...localRunChecks,
  ...dockerChecks,
  ...toolChecks,
  ...clusterChecks,
];
