import { expect, it } from 'vitest';
import { providerNames } from '../config/provider-names.js';
import { knownProviders } from './providers.js';

it('has each provider that a flag can name, under that name', () => {
  expect(knownProviders.map(({ name }) => name)).toEqual(providerNames);
});

it.each(knownProviders.map((one) => [one.name, one] as const))(
  '%s says why for each thing that it lacks',
  (_name, one) => {
    const { cannot } = one;
    expect([cannot.grow === undefined, cannot.resize === undefined]).toEqual([
      one.grow !== undefined,
      one.resize !== undefined,
    ]);
    expect([cannot.stop === undefined, cannot.delete === undefined]).toEqual([
      one.down !== undefined,
      one.down !== undefined,
    ]);
  },
);
