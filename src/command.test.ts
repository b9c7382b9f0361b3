import { expect, it } from 'vitest';
import { createFakeHost } from '../test/fakes/fake-host.js';
import { command } from './command.js';

const options = [
  { flags: '-A, --all-namespaces', description: '' },
  { flags: '--no-verify', description: '' },
  { flags: '--target <where>', description: '', choices: ['local', 'cluster'] },
  { flags: '--keep <number>', description: '', default: '10' },
  { flags: '--conf <key=value>', description: '', repeatable: true },
] as const;

it('gives run the values of its table, and no other name compiles', async () => {
  const spec = command({
    name: 'probe',
    options,
    examples: [],
    run(_host, input) {
      const { allNamespaces, verify, target, keep, conf } = input.options;
      const known = [
        allNamespaces satisfies boolean | undefined,
        verify satisfies boolean | undefined,
        target satisfies 'local' | 'cluster' | undefined,
        keep satisfies string | undefined,
        conf satisfies readonly string[] | undefined,
      ];
      // @ts-expect-error the table has --keep
      const mistyped: unknown = input.options.kept;
      return Promise.resolve({ data: { known, mistyped: mistyped ?? null }, text: [] });
    },
  });
  const { data } = await spec.run(createFakeHost(), {
    args: [],
    options: { allNamespaces: true, verify: false, target: 'local', keep: '3', conf: ['a=b'] },
    passthrough: [],
    global: { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined },
    signal: new AbortController().signal,
  });
  expect(data).toEqual({ known: [true, false, 'local', '3', ['a=b']], mistyped: null });
});
