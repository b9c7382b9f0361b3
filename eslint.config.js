import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const world = 'The world is the Host argument; process belongs to main.ts, host.ts, signals.ts and the adapters.';
const worldRules = [
  {
    selector:
      "MemberExpression[object.name='process'][property.name=/^(env|exit|exitCode|argv|stdout|stderr|stdin|cwd|chdir|on|once)$/]",
    message: world,
  },
  { selector: "VariableDeclarator[init.name='process']", message: world },
  { selector: "MemberExpression[object.name='globalThis'][property.name=/^(process|console)$/]", message: world },
];

const step = 'Steps are opened and closed in src/steps only: use inStep or applySteps.';
const stepRules = [
  { selector: "CallExpression[callee.property.name='step'][callee.object.name='ui']", message: step },
  { selector: "CallExpression[callee.property.name='step'][callee.object.property.name='ui']", message: step },
  { selector: "CallExpression[callee.property.name='fail']", message: step },
  {
    selector: 'SwitchCase[test=null] > ThrowStatement',
    message: 'An exhaustive switch needs no default that throws: it hides a case that is missing.',
  },
];

const kubeRules = [
  {
    selector: ':matches(TemplateElement[value.raw=/^--kubeconfig=/], Literal[value=/^--kubeconfig=/])',
    message: 'kubectl(cluster) of src/kube/kubectl.ts names the cluster in each call, so that none can reach another.',
  },
  {
    selector: ":matches(MemberExpression[property.name='watchPods'], Property[key.name='watchPods'])",
    message: 'openPods and withPods of src/kube/pods.ts watch pods and end the watch.',
  },
];

const conf =
  'Properties of Spark on Kubernetes are made in src/spark and judged in src/job, so that all launchers say the same.';
const confRules = [
  { selector: 'Literal[value=/spark\\.kubernetes\\./]', message: conf },
  { selector: 'TemplateElement[value.raw=/spark\\.kubernetes\\./]', message: conf },
];

const provider =
  'Ask what a provider can do (clusters/provider.ts), not which one it is: a new one then touches no other file.';
const providerNames = [
  'Literal[value=/^(minikube|docker-desktop|shared)$/]',
  'Identifier[name=/^(minikube|dockerDesktop|desktopName)$/]',
  'MemberExpression[object.name=/^(minikube|dockerDesktop)$|Capabilities$/]',
].join(',');
const providerRules = [
  { selector: `BinaryExpression[operator=/^[!=]==?$/] > :matches(${providerNames})`, message: provider },
  { selector: `SwitchCase > :matches(${providerNames}).test`, message: provider },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Kubernetes objects come as plain JSON, in tests as literals
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[property.name=/^(only|skip|skipIf|runIf|todo)$/][object.name=/^(it|test|describe)$/]',
          message: 'A test that does not run proves nothing and stays green: move it where it can run.',
        },
      ],
    },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { module: 'writable' } } },
  { files: ['.ci/*.mjs', 'test/*.mjs'], languageOptions: { globals: { console: 'readonly', process: 'readonly' } } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts', 'src/host.ts', 'src/cli/signals.ts', 'src/adapters/**', 'src/**/*.test.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        { paths: ['process', 'node:process'].map((name) => ({ name, message: world })) },
      ],
      'no-restricted-syntax': ['error', ...worldRules, ...kubeRules, ...stepRules, ...confRules, ...providerRules],
    },
  },
  {
    files: ['src/kube/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...worldRules, ...stepRules, ...confRules, ...providerRules] },
  },
  {
    // they open steps, or hand them through
    files: ['src/steps/**', 'src/cli/**'],
    ignores: ['src/cli/signals.ts', 'src/**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...worldRules, ...kubeRules, ...confRules, ...providerRules] },
  },
  {
    // below them, fit and the schema tell a person which property to write
    files: ['src/{spark,job,verify,fit}/**/*.ts', 'src/config/app-schema.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...worldRules, ...kubeRules, ...stepRules, ...providerRules] },
  },
  {
    // each knows itself
    files: ['src/clusters/{minikube,docker-desktop,shared}/**', 'src/clusters/providers.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...worldRules, ...kubeRules, ...stepRules, ...confRules] },
  },
);
