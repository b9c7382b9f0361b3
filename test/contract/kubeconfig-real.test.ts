import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createFakeHost } from '../fakes/fake-host.js';
import { readContexts } from '../../src/kube/contexts/read-contexts.js';
import {
  findEntry,
  putCurrentContext,
  putEntry,
  removeEntry,
  BrokenKubeconfig,
} from '../../src/kube/kubeconfig/edit.js';
import { mapInputs, sampleInputs } from './inputs.js';

/** kubectl and spark-dev read the same KUBECONFIG, and kubectl reads what spark-dev wrote into it. */

const name = fc.constantFrom(
  'a',
  'b',
  'prod@größe',
  'arn:aws:eks:eu-west-1:1:cluster/x',
  'yes',
  '0123',
  '1:30',
  '2001-01-01',
  'a # b',
  "o'neil: x",
  '~',
  '1e3',
  '',
);
const maybe = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(null, 1, true, {}) });
const server = fc.constantFrom('https://127.0.0.1:6443', 'https://[::1]:1', 'prod', '');
const cluster = fc.record(
  {
    server,
    'insecure-skip-tls-verify': fc.boolean(),
    'certificate-authority-data': fc.constantFrom('Q0E=', 'Q0E', '!!', 'Q0\nE='),
    unknown: fc.constant(1),
  },
  { requiredKeys: ['server'] },
);
const listOf = (kind: string, value: fc.Arbitrary<unknown>) =>
  fc.array(fc.record({ name, [kind]: value }), { maxLength: 3 });
const config = fc.record(
  {
    apiVersion: fc.constantFrom('v1', 'v1', 'v1', 'v1', '', 'v2'),
    kind: fc.constantFrom('Config', 'Config', 'Config', 'Config', 'Foo'),
    preferences: fc.constantFrom({}, { colors: true }),
    clusters: maybe(listOf('cluster', cluster)),
    users: maybe(
      listOf('user', fc.constantFrom({}, { token: 't' }, { token: 'yes' }, { exec: { command: 'x', args: ['1'] } })),
    ),
    contexts: maybe(
      listOf(
        'context',
        fc.record({ cluster: name, user: name, namespace: name }, { requiredKeys: ['cluster', 'user'] }),
      ),
    ),
    'current-context': maybe(name),
  },
  { requiredKeys: ['contexts', 'clusters'] },
);
const written = fc
  .tuple(config, fc.constantFrom('1.1', '1.1', '1.1', '1.2'), fc.constantFrom('block', 'flow', 'json'))
  .map(([value, version, style]) => {
    if (style === 'json') return JSON.stringify(value, undefined, '\t');
    return stringify(value, {
      version: version as '1.1',
      ...(style === 'flow' ? { collectionStyle: 'flow' as const } : {}),
    });
  });
const around = fc.constantFrom(
  ...Array.from({ length: 8 }, () => (text: string) => text),
  (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`,
  (text: string) => `# by hand\n---\n${text}`,
  (text: string) => `${text}\n---\ncurrent-context: second\n`,
  (text: string) => (text.startsWith('{') ? text : `current-context: twice\nx: &y {server: https://merged}\n${text}`),
  (text: string) => text.trimEnd(),
  (text: string) => (/^\uFEFF?\{/.test(text) ? text : `\t${text}`),
  (text: string) => text.replaceAll(/^ {4}server:/gm, '    server: x\n    server:'),
);
const file = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(written, around).map(([text, change]) => change(text)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '',
        '\n\n',
        'null\n',
        '~',
        '# nothing\n',
        '{}',
        '[]',
        'text',
        '- a\n',
        'a: [',
        'contexts:\n- null\n',
        'contexts:\n- name: a\n',
        'contexts: null\n',
      ],
      ...[
        'x: &a {cluster: c, user: u}\ncontexts:\n- name: m\n  context:\n    <<: *a\n    user: z\n',
        'current-context: y\n',
        'current-context: a\ncurrent-context: b\n',
      ],
    ),
  },
);
const input = fc.record({
  files: fc.array(file, { minLength: 1, maxLength: 3 }),
  extra: fc.constantFrom('', '', 'missing', 'folder'),
  isUtf16: fc.constantFrom(false, false, false, false, true),
});

interface View {
  readonly clusters:
    | readonly {
        readonly name: string;
        readonly cluster: { readonly server?: string; readonly 'certificate-authority-data'?: string };
      }[]
    | null;
  readonly contexts:
    | readonly {
        readonly name: string;
        readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
      }[]
    | null;
  readonly 'current-context': string;
}

/** Undefined where kubectl refuses it. */
async function askKubectl(list: string): Promise<View | undefined> {
  const out = await new Promise<string>((done) => {
    execFile(
      'kubectl',
      ['config', 'view', '--raw', '-o', 'json'],
      { env: { ...process.env, KUBECONFIG: list } },
      (error, stdout) => {
        done(error === null ? stdout : '');
      },
    );
  });
  return out === '' ? undefined : (JSON.parse(out) as View);
}

function describeView({ clusters, contexts, 'current-context': current }: View) {
  const shown = (contexts ?? []).map(({ name: itself, context }) => {
    const found = clusters?.find((one) => one.name === context.cluster)?.cluster;
    return [
      itself,
      context.cluster,
      context.user,
      context.namespace ?? '',
      found?.server ?? '',
      found?.['certificate-authority-data'] ?? '',
    ];
  });
  return { current, contexts: shown.sort() };
}

async function askOurs(list: string) {
  const host = createFakeHost({ env: { KUBECONFIG: list } });
  const { contexts, current = '', passedOver } = await readContexts(host);
  const shown = contexts.map((one) => [
    one.name,
    one.cluster,
    one.user,
    one.namespace ?? '',
    one.server,
    one.certificateAuthorityData?.replaceAll(/\s/g, '') ?? '',
  ]);
  return { passedOver, view: { current, contexts: shown.sort() } };
}

function layDown({
  files,
  extra,
  isUtf16,
}: {
  readonly files: readonly string[];
  readonly extra: string;
  readonly isUtf16: boolean;
}) {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-kube-'));
  const paths = files.map((text, index) => {
    const path = join(root, String(index));
    writeFileSync(path, isUtf16 && index === 0 ? Buffer.from(`\uFEFF${text.replace('\uFEFF', '')}`, 'utf16le') : text);
    return path;
  });
  if (extra === 'folder') mkdirSync(join(root, extra));
  return { root, list: [...paths, ...(extra === '' ? [] : [join(root, extra)])].join(':') };
}

it('reads each KUBECONFIG as kubectl reads it', async () => {
  const differing = await mapInputs(sampleInputs(input), async (one) => {
    const { list } = layDown(one);
    const [kubectls, ours] = [await askKubectl(list), await askOurs(list)];
    // kubectl stops at the first file that it cannot read; we name the file and use the others
    const same =
      kubectls === undefined
        ? ours.passedOver.length > 0
        : ours.passedOver.length === 0 && JSON.stringify(describeView(kubectls)) === JSON.stringify(ours.view);
    return same ? [] : [{ ...one, kubectls: kubectls && describeView(kubectls), ours }];
  });
  expect(differing.flat()).toEqual([]);
}, 120_000);

const entry = {
  name: 'spark-dev',
  cluster: { server: 'https://127.0.0.1:1' },
  user: { 'client-key-data': 'S0U=' },
  context: { cluster: 'spark-dev', user: 'spark-dev', namespace: 'spark' },
};

it('writes what kubectl reads, and gives every byte back', async () => {
  const differing = await mapInputs(sampleInputs(file).slice(0, 100), async (before) => {
    const [after, switched] = edit(before);
    // kubectl reads half of them no more than before
    if (after === undefined || switched === undefined) return [];
    // an empty list stays in a flow map: nothing there could mark that it was missing
    const isBack = removeEntry(after, 'spark-dev') === before || isFlow(before);
    const { list } = layDown({ files: [switched], extra: '', isUtf16: false });
    const [kubectls, ours] = [await askKubectl(list), await askOurs(list)];
    const isSeen =
      kubectls === undefined
        ? ours.passedOver.length > 0
        : kubectls['current-context'] === 'yes' && kubectls.contexts?.some((one) => one.name === 'spark-dev') === true;
    return isBack && isSeen && findEntry(after, 'spark-dev') !== undefined ? [] : [{ before, after, isBack, isSeen }];
  });
  expect(differing.flat()).toEqual([]);
}, 120_000);

/** Empty for a file that is refused, and stays as it is. */
function edit(before: string): readonly [after?: string, switched?: string] {
  try {
    const after = putEntry(before, entry);
    return [after, putCurrentContext(after, 'yes')];
  } catch (error) {
    if (error instanceof BrokenKubeconfig) return [];
    throw error;
  }
}

function isFlow(text: string): boolean {
  return /^\uFEFF?(# by hand\n---\n)?\s*\{/.test(text);
}
