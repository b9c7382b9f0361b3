/** The laws of the house (docs: CONTRIBUTING.md). Each is proven by a seeded violation in test/laws/. */
const levels = [
  ['config', 'files', 'text', 'time'],
  ['toolchain', 'journal', 'steps'],
  ['images', 'kube', 'runs'],
  ['fit'],
  ['clusters'],
  ['images/sets', 'overlay', 'namespaces'],
  ['job', 'spark'],
  ['services'],
  ['run'],
  ['dev'],
  ['verify', 'doctor', 'clean'],
];
const slices = levels.flat();
const notTests = { pathNot: '\\.test\\.ts$' };
// images/sets is a slice of its own: it decides for a cluster what images alone cannot know
const any = (names) => `^src/(${names.map((name) => (name === 'images' ? 'images/(?!sets/)' : `${name}/`)).join('|')})`;

const levelRules = levels.slice(0, -1).map((names, index) => ({
  name: `level-${names[0].replace('/', '-')}`,
  comment: `${names.join(', ')} lie below and must not know what is built on them.`,
  severity: 'error',
  from: { path: any(names), ...notTests },
  to: { path: any(levels.slice(index + 1).flat()) },
}));

module.exports = {
  forbidden: [
    ...levelRules,
    {
      name: 'no-cycles',
      comment: 'A cycle has no bottom to start reading from.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-main-builds-the-world',
      comment: 'Adapters are chosen in one place, host.ts, so that everything else runs on a fake host.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(adapters/|host\\.ts)', '\\.test\\.ts$'] },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'libraries-of-the-outside-stay-in-adapters',
      comment: 'Only adapters know client-node, execa, inquirer and undici; types cost nothing and may be used.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/adapters/', '\\.test\\.ts$'] },
      to: {
        path: 'node_modules/(@kubernetes/client-node|dockerode|chokidar|execa|inquirer|open|undici)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'children-only-through-the-runner',
      comment: 'A child started elsewhere is not logged, not faked and not stopped by Ctrl-C.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/adapters/', '\\.test\\.ts$'] },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'commands-stand-alone',
      comment: 'Two commands that share something share it through a slice.',
      severity: 'error',
      from: { path: '^src/commands/', ...notTests },
      to: { path: '^src/commands/' },
    },
    {
      name: 'slices-do-not-look-up',
      comment: 'Slices know neither commands nor cli; they are called.',
      severity: 'error',
      from: { path: any(slices), ...notTests },
      to: { path: '^src/(commands|cli|main\\.ts|host\\.ts)' },
    },
    {
      name: 'commands-do-not-know-cli',
      comment: 'A command answers with values; how they are shown is the business of cli.',
      severity: 'error',
      from: { path: '^src/commands/', ...notTests },
      to: { path: '^src/cli/' },
    },
    {
      name: 'ports-and-errors-stand-on-nothing',
      comment: 'Ports, errors and secrets are below everyone and import nothing else of this program.',
      severity: 'error',
      from: { path: '^src/(ports|errors|secrets)/', ...notTests },
      to: { path: '^src/', pathNot: '^src/(ports|errors|secrets)/' },
    },
    {
      name: 'kustomize-stands-alone',
      comment:
        'The typed kustomizations could be a package of their own: they import nothing of this program, and only yaml.',
      severity: 'error',
      from: { path: '^src/overlay/kustomize/', ...notTests },
      to: { pathNot: ['^src/overlay/kustomize/', 'node_modules/yaml/', '^(node:)?path$'] },
    },
    {
      name: 'src-never-imports-test',
      comment: 'What ships does not depend on what does not.',
      severity: 'error',
      from: { path: '^src/', ...notTests },
      to: { path: '^test/' },
    },
    {
      name: 'everything-is-reachable',
      comment: 'Nothing in src/ that main.ts does not lead to.',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: ['\\.test\\.ts$', '^src/ports/'], reachable: false },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
