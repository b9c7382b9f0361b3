import type { Tree } from './cruise.js';

/** A tree that keeps every law: each seed is this tree with a few files more or changed. */
export const lawfulTree: Tree = {
  'src/main.ts': "await import('./cli/run.js'); await import('./host.js');",
  'src/host.ts': "import './adapters/http.js'; import type { Port } from './ports/port.js'; export type Host = Port;",
  'src/cli/run.ts': "await import('../commands/one.js'); await import('../commands/two.js');",
  'src/commands/one.ts':
    "import '../dev/loop.js'; import type { Port } from '../ports/port.js'; export type One = Port;",
  'src/commands/two.ts': "import '../doctor/checks.js';",
  'src/adapters/http.ts': "import { fetch } from 'undici'; import 'node:child_process'; export const get = fetch;",
  'src/doctor/checks.ts': "import '../clusters/plan.js';",
  'src/services/pod.ts': "import '../spark/outcome.js';",
  'src/dev/loop.ts': "import '../run/loop.js';",
  'src/run/loop.ts':
    "import '../services/pod.js'; import '../spark/outcome.js'; import '../overlay/write.js'; import '../journal/lock.js';",
  'src/overlay/write.ts': "import '../clusters/plan.js'; import './kustomize/render.js';",
  'src/overlay/kustomize/render.ts':
    "import { stringify } from 'yaml'; import { posix } from 'node:path'; export const all = [stringify, posix];",
  'src/spark/outcome.ts':
    "import '../clusters/plan.js'; import type { V1Pod } from '@kubernetes/client-node'; export type Pod = V1Pod;",
  'src/clusters/plan.ts': "import '../toolchain/find.js'; import '../images/recipe.js';",
  'src/clusters/plan.test.ts': "import './plan.js'; import '../../test/fakes/fake.js'; import '../run/loop.js';",
  'src/journal/lock.ts': "import '../config/load.js';",
  'src/toolchain/find.ts': "import '../config/load.js';",
  'src/images/recipe.ts': "import '../errors/error.js';",
  'src/config/load.ts': "import '../errors/error.js'; import { z } from 'zod'; export const schema = z.string();",
  'src/errors/error.ts': 'export const code = 1;',
  'src/ports/port.ts': "import type { code } from '../errors/error.js'; export type Port = typeof code;",
  'test/fakes/fake.ts': "import '../../src/ports/port.js';",
};

/** For each law what breaks it, and it alone. */
export const seeds: Readonly<Record<string, readonly Tree[]>> = {
  'level-config': [{ 'src/config/load.ts': "import '../images/recipe.js';" }],
  'level-toolchain': [
    {
      'src/toolchain/find.ts': "import '../overlay/write.js';",
      'src/overlay/write.ts': "import './kustomize/render.js';",
    },
    { 'src/journal/lock.ts': "await import('../clusters/plan.js');" },
  ],
  'level-images': [
    {
      'src/images/recipe.ts': "import type { Lock } from '../run/type.js'; export type A = Lock;",
      'src/run/type.ts': 'export type Lock = 1;',
    },
    { 'src/images/recipe.ts': "import '../errors/error.js'; import '../fit/grow.js';", 'src/fit/grow.ts': '' },
    {
      'src/images/recipe.ts': "import '../errors/error.js'; import './sets/make.js';",
      'src/images/sets/make.ts': '',
    },
  ],
  'level-fit': [
    {
      'src/clusters/resize.ts': "import '../fit/grow.js';",
      'src/fit/grow.ts': "import '../clusters/plan.js';",
      'src/clusters/plan.ts': "import '../toolchain/find.js'; import '../images/recipe.js';",
      'src/doctor/checks.ts': "import '../clusters/plan.js'; import '../clusters/resize.js';",
    },
  ],
  'level-clusters': [
    {
      'src/clusters/plan.ts':
        "import '../toolchain/find.js'; import '../images/recipe.js'; import '../namespaces/id.js';",
      'src/namespaces/id.ts': '',
    },
  ],
  'level-images-sets': [{ 'src/overlay/write.ts': "import '../spark/outcome.js'; import './kustomize/render.js';" }],
  'level-services': [{ 'src/services/pod.ts': "import '../doctor/checks.js'; import '../spark/outcome.js';" }],
  'level-job': [{ 'src/spark/outcome.ts': "import '../doctor/checks.js';" }],
  'level-run': [
    {
      'src/run/loop.ts':
        "import '../services/pod.js'; import '../spark/outcome.js'; import '../overlay/write.js'; import '../journal/lock.js'; import '../doctor/checks.js';",
    },
  ],
  'level-dev': [{ 'src/dev/loop.ts': "import '../run/loop.js'; import '../doctor/checks.js';" }],
  'no-cycles': [
    {
      'src/clusters/plan.ts': "import './size.js'; import '../toolchain/find.js'; import '../images/recipe.js';",
      'src/clusters/size.ts': "import './plan.js';",
    },
    {
      'src/config/load.ts': "import type { A } from './a.js'; export type B = A;",
      'src/config/a.ts': "import type { B } from './load.js'; export type A = B;",
    },
  ],
  'only-main-builds-the-world': [
    {
      'src/cli/run.ts':
        "import '../adapters/http.js'; await import('../commands/one.js'); await import('../commands/two.js');",
    },
    { 'src/spark/outcome.ts': "await import('../adapters/http.js'); import '../clusters/plan.js';" },
  ],
  'libraries-of-the-outside-stay-in-adapters': [
    {
      'src/spark/outcome.ts': "import { KubeConfig } from '@kubernetes/client-node'; export const config = KubeConfig;",
    },
    { 'src/config/load.ts': "export const load = await import('undici');" },
    {
      'src/commands/two.ts':
        "import inquirer from 'inquirer'; import '../doctor/checks.js'; export const ask = inquirer;",
    },
  ],
  'children-only-through-the-runner': [
    {
      'src/clusters/plan.ts':
        "import { spawn } from 'node:child_process'; import '../toolchain/find.js'; import '../images/recipe.js'; export const s = spawn;",
    },
    { 'src/config/load.ts': "import { spawn } from 'child_process'; export const s = spawn;" },
  ],
  'commands-stand-alone': [
    { 'src/commands/two.ts': "import './one.js'; import '../doctor/checks.js';" },
    {
      'src/commands/two.ts': "import './room/three.js'; import '../doctor/checks.js';",
      'src/commands/room/three.ts': '',
    },
  ],
  'slices-do-not-look-up': [
    {
      'src/doctor/checks.ts':
        "import type { Host } from '../host.js'; import '../clusters/plan.js'; export type H = Host;",
    },
    { 'src/doctor/checks.ts': "import '../clusters/plan.js'; import '../cli/text.js';", 'src/cli/text.ts': '' },
    { 'src/config/load.ts': "import '../commands/three.js';", 'src/commands/three.ts': '' },
  ],
  'commands-do-not-know-cli': [
    { 'src/commands/two.ts': "import '../doctor/checks.js'; import '../cli/text.js';", 'src/cli/text.ts': '' },
  ],
  'ports-and-errors-stand-on-nothing': [
    {
      'src/ports/port.ts': "import type { Pod } from '../spark/type.js'; export type Port = Pod;",
      'src/spark/type.ts': 'export type Pod = 1;',
    },
  ],
  'kustomize-stands-alone': [
    {
      'src/overlay/kustomize/render.ts':
        "import type { code } from '../../errors/error.js'; export type E = typeof code;",
    },
    { 'src/overlay/kustomize/render.ts': "import { z } from 'zod'; export const schema = z.string();" },
    { 'src/overlay/kustomize/render.ts': "import { readFileSync } from 'node:fs'; export const read = readFileSync;" },
  ],
  'src-never-imports-test': [
    { 'src/doctor/checks.ts': "import '../clusters/plan.js'; import '../../test/fakes/fake.js';" },
  ],
  'everything-is-reachable': [{ 'src/doctor/forgotten.ts': 'export const nobody = 1;' }],
};
