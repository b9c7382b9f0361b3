import { expect, it } from 'vitest';
import { readOverlay } from '../../src/overlay/kustomize/find-problems.js';
import { acceptedCases } from './kustomize-accepted.js';
import type { KustomizeCase } from './kustomize-case.js';
import { refusedCases, silentCases } from './kustomize-refused.js';
import { readRecording } from './kustomize-recording.js';

const named = (cases: readonly KustomizeCase[]): (readonly [string, KustomizeCase])[] =>
  cases.map((one) => [one.name, one]);

it.each(named([...acceptedCases, ...refusedCases, ...silentCases]))(
  '%s: gives the bytes that kubectl was recorded with',
  (_, one) => {
    expect(one.files).toEqual(readRecording(one).files);
  },
);

it.each(named(acceptedCases))('%s: has no problem, and comes to the objects of kubectl', (_, one) => {
  const { exitCode, objects } = readRecording(one);
  expect(exitCode).toBe(0);
  const { problems, resources } = readOverlay(one.files);
  expect(problems).toEqual([]);
  if (one.renames === true) return;
  const ours = resources.map(({ kind, namespace, names }) => [kind, namespace, names[0]].join(' '));
  const theirs = objects.map(({ kind, metadata: { namespace = '', name } }) =>
    // the hash of what was generated
    [kind, namespace, name.replace(/-[a-z0-9]{10}$/, '')].join(' '),
  );
  expect(ours.toSorted()).toEqual(theirs.toSorted());
});

it.each(named(refusedCases))('%s: is refused by kubectl, and by us first', (name, one) => {
  expect(readRecording(one).exitCode).not.toBe(0);
  const { problems } = readOverlay(one.files);
  expect(problems.map(({ file, line, message }) => `${file}:${String(line)} ${message}`)).toEqual(refusals[name]);
});

it.each(named(silentCases))('%s: kubectl says nothing, and we do', (_, one) => {
  expect(readRecording(one).exitCode).toBe(0);
  expect(readOverlay(one.files).problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('matches nothing'),
  ]);
});

const refusals: Readonly<Record<string, readonly string[]>> = {
  'absolute-file': ['kustomization.yaml:4 /etc/hostname is absolute; kustomize takes only what lies in the overlay'],
  'missing-file': ['kustomization.yaml:4 there is no nowhere.yaml'],
  'file-outside-its-folder': ['one/kustomization.yaml:4 ../a.yaml is a file outside the folder of this kustomization'],
  'folder-without-kustomization': ['one/kustomization.yaml:1 there is no kustomization in this folder'],
  'two-kustomizations': ['kustomization.yml:1 there is kustomization.yaml beside it'],
  circle: ['one/kustomization.yaml:4 ../ leads back to itself'],
  'same-object-twice': ['kustomization.yaml:5 there is a ConfigMap a already'],
  'object-without-name': ['a.yaml:1 is a ConfigMap without metadata.name'],
  'object-without-kind': ['a.yaml:1 has no kind'],
  'broken-yaml': ['a.yaml:3 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  'unknown-field': ['kustomization.yaml:1 unknown field namePrefx'],
  'kustomization-as-component': ['one/kustomization.yaml:2 is a Kustomization where a Component belongs'],
  'component-as-resource': ['one/kustomization.yaml:2 is a Component where a Kustomization belongs'],
  'merge-without-object': ['kustomization.yaml:6 there is no ConfigMap nobody to patch'],
  'operations-without-target': ['kustomization.yaml:3 operations of RFC 6902 need a target'],
  'operation-unknown': ['kustomization.yaml:3 operation 1 is none of add, replace, test, remove, move, copy'],
  'patch-and-path': ['kustomization.yaml:3 a patch is either a text or the path of a file'],
  'patch-file-missing': ['kustomization.yaml:6 there is no nowhere.yaml'],
  'generator-without-name': ['kustomization.yaml:4 a ConfigMap must have a name'],
  'generator-file-missing': ['kustomization.yaml:4 there is no nowhere'],
  'generator-key-twice': ['kustomization.yaml:4 the key x is there twice'],
  'generator-literal-without-value': ['kustomization.yaml:1 the literal "alone" is not KEY=VALUE'],
  'generator-merges-nothing': ['kustomization.yaml:4 there is no ConfigMap a to merge'],
  'generator-makes-one-that-is-there': ['kustomization.yaml:6 there is a ConfigMap a already'],
  'replacement-without-source': ['kustomization.yaml:6 the source matches nothing: kind Secret'],
  'replacement-of-two-sources': ['kustomization.yaml:6 the source matches more than one: name nginx'],
};
