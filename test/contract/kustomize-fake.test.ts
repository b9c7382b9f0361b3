import { expect, it } from 'vitest';
import { acceptedCases } from './kustomize-accepted.js';
import { refusedCases, silentCases } from './kustomize-refused.js';
import { readRecording } from './kustomize-recording.js';
import { explainRefusal } from '../../src/overlay/check-overlay.js';

it.each([...acceptedCases, ...refusedCases, ...silentCases].map((one) => [one.name, one] as const))(
  '%s: gives the bytes that kubectl was recorded with',
  (_, one) => {
    expect(one.files).toEqual(readRecording(one).files);
  },
);

it.each(refusedCases.map((one) => [one.name, one] as const))(
  "%s: kubectl's recorded words become file, line and reason",
  (name, one) => {
    const { exitCode, stderr } = readRecording(one);
    expect(exitCode).not.toBe(0);
    const said = stderr.replaceAll('FOLDER/', '').replaceAll('FOLDER', '.');
    const { file, line, message } = explainRefusal(said, one.files);
    expect(`${file}${line === undefined ? '' : `:${String(line)}`} ${message}`).toBe(refusals[name]);
  },
);

const refusals: Readonly<Record<string, string>> = {
  'absolute-file': "kustomization.yaml:4 /etc/hostname: security; file '/etc/hostname' is not in or below '.'",
  'missing-file': 'kustomization.yaml:4 nowhere.yaml: no such file or directory',
  'file-outside-its-folder': "one/kustomization.yaml:4 ../a.yaml: security; file 'a.yaml' is not in or below 'one'",
  'two-kustomizations': 'kustomization.yaml Found multiple kustomization files under: .',
  circle: "one/kustomization.yaml:4 ../: cycle detected: candidate root '.' contains visited root 'one'",
  'same-object-twice': 'b.yaml may not add resource with an already registered id: ConfigMap.v1/a',
  'object-without-kind': 'a.yaml missing kind',
  'broken-yaml': 'a.yaml:2 did not find expected node content',
  'unknown-field': 'kustomization.yaml invalid Kustomization: json: unknown field "namePrefx"',
  'merge-without-object': 'kustomization.yaml no resource matches strategic merge patch "ConfigMap.v1/nobody"',
  'operation-unknown': 'kustomization.yaml unable to parse SM or JSON patch from [patch: "[{op: drop, path: /spec}]"]',
  'older-patch-missing': 'kustomization.yaml:2 gone.yaml: no such file or directory',
  'patches-as-strings':
    'kustomization.yaml:2 invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.patches of type types.Patch',
  'patch-and-path':
    "kustomization.yaml patch and path can't be set at the same time\npatch: '[]'\npath: patch.yaml\ntarget:\n  kind: Service",
  'generator-makes-one-that-is-there': 'kustomization.yaml ConfigMap a exists; behavior must be merge or replace',
  'replacement-without-source': 'kustomization.yaml nothing selected by Secret',
};
