import { describe, expect, it } from 'vitest';
import { BrokenKubeconfig, findEntry, putEntry, readKubeconfig, removeEntry, type KubeconfigEntry } from './edit.js';

const entry: KubeconfigEntry = {
  name: 'spark-dev',
  cluster: { 'certificate-authority-data': 'Q0E=', server: 'https://127.0.0.1:32771' },
  user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' },
  context: { cluster: 'spark-dev', namespace: 'spark', user: 'spark-dev' },
};

const minikubeStyle = `apiVersion: v1
clusters:
- cluster:
    certificate-authority: /home/ada/.minikube/ca.crt
    extensions:
    - extension:
        last-update: Fri, 20 Nov 2026 09:00:00 UTC
        provider: minikube.sigs.k8s.io
      name: cluster_info
    server: https://192.168.49.2:8443
  name: minikube
contexts:
- context:
    cluster: minikube
    namespace: default
    user: minikube
  name: minikube
current-context: minikube
kind: Config
users:
- name: minikube
  user:
    client-certificate: /home/ada/.minikube/profiles/minikube/client.crt
    client-key: /home/ada/.minikube/profiles/minikube/client.key
`;

const commented = `# written by hand, do not touch
apiVersion: v1   # v1 for ever
kind: Config

clusters:
    # the big one
    -   name: "prod"
        cluster: {server: 'https://prod.example.org', insecure-skip-tls-verify: true}   # TODO

    # and the small one
    -
        name: staging
        cluster:
            server: https://staging.example.org
            certificate-authority-data: >-
                QUJD
                REVG

# who we are
users:
  - {name: ada, user: {token: "s3cr3t#not-a-comment"}}
contexts:
    - name: prod
      context: {cluster: prod, user: ada}
    # no more contexts
preferences: {}
current-context: prod # careful
`;

const execPlugin = `apiVersion: v1
kind: Config
preferences: {}
current-context: gke_a_b_c
contexts:
- name: gke_a_b_c
  context:
    cluster: gke_a_b_c
    user: gke_a_b_c
clusters:
- name: gke_a_b_c
  cluster:
    server: https://10.0.0.1
    certificate-authority-data: QUJD
users:
- name: gke_a_b_c
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: gke-gcloud-auth-plugin
      args:
      - --use_application_default_credentials
      env: null
      installHint: |
        Install the plugin:

          gcloud components install
      provideClusterInfo: true`;

const json = `{"apiVersion": "v1", "kind": "Config",
 "clusters": [{"name": "a", "cluster": {"server": "https://a"}}],
 "users": [],
 "current-context": "a",
 "contexts": [ {"name": "a", "context": {"cluster": "a", "user": ""}} ]
}
`;

const files: Readonly<Record<string, string>> = {
  'what minikube writes': minikubeStyle,
  'comments and odd indentation': commented,
  'an exec plugin, a block scalar and no newline at the end': execPlugin,
  JSON: json,
  'what kubectl leaves when the last context is deleted':
    'apiVersion: v1\nclusters: null\ncontexts: []\ncurrent-context: ""\nkind: Config\npreferences: {}\nusers:\n',
  'lists that are missing': 'apiVersion: v1\nkind: Config\n',
  'no newline at the end of nothing much': 'kind: Config',
  'an empty file': '',
  'blank lines alone': '\n\n',
  'null for a document': 'null\n',
  'a list that is null at the end': 'kind: Config\nusers: ~',
  'another document behind it': `${minikubeStyle}---\nkind: Other\n`,
  'a key twice, where the last counts': `current-context: other\nusers: []\n${minikubeStyle}`,
  'only a comment': '# nothing yet\n',
  'Windows line ends': minikubeStyle.replaceAll('\n', '\r\n'),
  'a byte order mark': `\uFEFF${minikubeStyle}`,
  'a document start and an end': `---\n${minikubeStyle}...\n`,
  'an empty flow map': '{}\n',
  'an anchor': minikubeStyle.replace('- name: minikube\n', '- &me\n  name: minikube\n'),
  'a comment behind the last entry': `${minikubeStyle}# the end\n`,
};

type Plain = Readonly<Record<string, readonly { readonly name: string }[] | null>>;

/** What is left of `after` when one run of lines or characters is taken out; the shortest proof that the rest is untouched. */
function isInsertedInto(before: string, after: string): boolean {
  let at = 0;
  for (const character of after) if (before[at] === character) at++;
  return at === before.length;
}

describe.each(Object.entries(files))('a kubeconfig with %s', (_name, before) => {
  const after = putEntry(before, entry);

  it('gains our entry', () => {
    expect(findEntry(after, 'spark-dev')).toEqual(entry);
  });

  it('keeps the meaning of everything else, current-context too', () => {
    const [plain, merged] = [before, after].map((text) => readKubeconfig(text).plain) as [Plain, Plain];
    for (const key of ['clusters', 'contexts', 'users']) {
      expect(merged[key]?.filter(({ name }) => name !== 'spark-dev')).toEqual(plain[key] ?? []);
    }
    expect(merged['current-context']).toEqual(plain['current-context']);
    expect(merged['kind']).toEqual(plain['kind']);
  });

  it('keeps every line that was there, in its order', () => {
    const kept = before.split(/\r?\n/).filter((line) => !/null|~|\[\]|^$|^users:$|^\{\}$|\[.*\]/.test(line));
    const lines = after.split(/\r?\n/);
    let at = 0;
    for (const line of kept) {
      at = lines.indexOf(line, at) + 1;
      expect(at, `this line is gone: ${line}`).toBeGreaterThan(0);
    }
    expect(isInsertedInto(before.replaceAll(/null|[~\][\r\n]/g, ''), after)).toBe(true);
  });

  it('is not written twice', () => {
    expect(putEntry(after, entry)).toBe(after);
  });

  it('renews an entry that has changed', () => {
    const moved = { ...entry, cluster: { ...entry.cluster, server: 'https://127.0.0.1:40000' } };
    const renewed = putEntry(after, moved);
    expect(findEntry(renewed, 'spark-dev')).toEqual(moved);
    expect(renewed.split('40000').length).toBe(2);
    expect(renewed).not.toContain('32771');
  });

  it('loses our entry again and nothing else', () => {
    const removed = removeEntry(after, 'spark-dev');
    expect(removed).not.toContain('spark-dev');
    expect(readKubeconfig(putEntry(removed, entry)).plain).toEqual(readKubeconfig(after).plain);
    expect(removeEntry(removed, 'spark-dev')).toBe(removed);
  });
});

it.each(Object.keys(files).filter((name) => name !== 'an empty flow map'))(
  'has the very same bytes after putting and removing: %s',
  (name) => {
    const before = files[name] ?? '';
    expect(removeEntry(putEntry(before, entry), 'spark-dev')).toBe(before);
  },
);

it('finds our entry in the middle and takes out its lines alone', () => {
  const between = commented.replace(
    '    # and the small one',
    '    - name: spark-dev\n      cluster:\n        server: https://old\n    # and the small one',
  );
  expect(removeEntry(between, 'spark-dev')).toBe(commented);
});

it.each([
  ['an unclosed quote', 'kind: Config\nclusters:\n- name: "a\n  cluster: {}\n', 5],
  ['bad indentation', 'clusters:\n- name: a\n cluster:\n  x: 1\n', 3],
  ['a list that is none', 'kind: Config\nclusters:\n  a: b\n', 3],
  ['a tab', 'clusters:\n\t- name: a\n', 2],
])('names the line of %s and changes nothing', (_name, text, line) => {
  let thrown: unknown;
  try {
    putEntry(text, entry);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(BrokenKubeconfig);
  expect(thrown).toMatchObject({ line, message: expect.stringMatching(/\(line \d+, column \d+\)$/) as string });
});
