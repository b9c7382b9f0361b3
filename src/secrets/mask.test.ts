import { expect, it } from 'vitest';
import { maskArgv, maskText, maskValue } from './mask.js';

it.each([
  ['http://ada:s3cret@proxy:3128/x', 'http://***@proxy:3128/x'],
  ['pull https://token@host and http://host/a@b', 'pull https://***@host and http://host/a@b'],
  ['Authorization: Bearer abcdefgh12345', 'Authorization: Bearer ***'],
  ['password=hunter2, user=ada', 'password=***, user=ada'],
  ["AWS_SECRET_ACCESS_KEY='a b' next", 'AWS_SECRET_ACCESS_KEY=*** next'],
  ['ghp_0123456789abcdef0123', '***'],
  ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.sig-na_ture', '***'],
  ['it said opensesame twice: opensesame', 'it said *** twice: ***'],
  ['memory=6g --cpus=4 image: spark:4', 'memory=6g --cpus=4 image: spark:4'],
  ['kubectl get secrets -n spark', 'kubectl get secrets -n spark'],
])('%j becomes %j', (text, expected) => {
  expect(maskText(text, { MY_TOKEN: 'opensesame', PASSWORD: 'get', HOME: 'twice' })).toBe(expected);
});

it('masks the value of a flag, in whatever form, and nothing else', () => {
  const argv = ['tool', '--token', 'abc', '--password=x y', '-v', '--secret', '--cpus', '4', 'spark.s3a.secret.key=K'];
  expect(maskArgv(argv)).toEqual([
    ...['tool', '--token', '***', '--password=***', '-v', '--secret', '--cpus', '4', 'spark.s3a.secret.key=***'],
  ]);
  expect(maskArgv(['docker', 'build', '--build-arg', 'HTTP_PROXY=http://a:b@c', '.'])).toEqual([
    ...['docker', 'build', '--build-arg', 'HTTP_PROXY=http://***@c', '.'],
  ]);
});

const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==';

it.each([
  // https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
  [
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${accountKey};EndpointSuffix=core.windows.net`,
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;EndpointSuffix=core.windows.net',
  ],
  [
    'BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=sv=2015-07-08&sig=iCvQmdZng',
    'BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=***&sig=***',
  ],
  // https://learn.microsoft.com/rest/api/storageservices/create-service-sas
  [
    'https://a.blob.core.windows.net/c/b?sp=r&st=2023-05-24T01:13:55Z&sv=2022-11-02&sr=b&sig=Z%2FRHIX5X',
    'https://a.blob.core.windows.net/c/b?sp=r&st=2023-05-24T01:13:55Z&sv=2022-11-02&sr=b&sig=***',
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  [
    'https://b.s3.amazonaws.com/o?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130721&X-Amz-Date=2&X-Amz-Signature=aeee',
    'https://b.s3.amazonaws.com/o?X-Amz-Credential=***&X-Amz-Date=2&X-Amz-Signature=***',
  ],
  // https://jdbc.postgresql.org/documentation/use/, https://learn.microsoft.com/sql/connect/jdbc/building-the-connection-url
  ['jdbc:postgresql://h/db?user=u&password=p&ssl=true', 'jdbc:postgresql://h/db?user=u&password=***&ssl=true'],
  ['jdbc:postgresql://h/db?password=p', 'jdbc:postgresql://h/db?password=***'],
  ['jdbc:mysql://u:p@ss@h:3306/db', 'jdbc:mysql://***@h:3306/db'],
  [
    'jdbc:sqlserver://h:1433;user=sa;password=p;encrypt=true',
    'jdbc:sqlserver://h:1433;user=sa;password=***;encrypt=true',
  ],
  ['Driver={x};UID=sa;PWD=p;', 'Driver={x};UID=sa;PWD=***;'],
  ['jdbc:oracle:thin:scott/tiger@//h:1521/s', 'jdbc:oracle:thin:***@//h:1521/s'],
  ['mongodb://u:p@h/db?x=y', 'mongodb://***@h/db?x=y'],
  ['s3a://KEY:SECRET@bucket/x', 's3a://***@bucket/x'],
  // https://kafka.apache.org/documentation/#security_sasl_plain_clientconfig
  [
    'o.a.k.PlainLoginModule required username="alice" password="alice-\\"secret";',
    'o.a.k.PlainLoginModule required username="alice" password=***;',
  ],
  // https://cloud.google.com/iam/docs/keys-create-delete
  [
    '{"type": "service_account", "private_key_id": "0a", "private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n", "client_id": "1"}',
    '{"type": "service_account", "private_key_id": "0a", "private_key": "***", "client_id": "1"}',
  ],
  [
    String.raw`json={\"private_key\": \"MIIE\", \"id\": \"1\"}`,
    String.raw`json={\"private_key\": \"***\", \"id\": \"1\"}`,
  ],
  ['x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y', 'x *** y'],
  // https://docs.databricks.com/dev-tools/auth/pat
  ['jdbc:spark://h:443;UID=token;PWD=dapi0123456789abcdef', 'jdbc:spark://h:443;UID=token;PWD=***'],
  ['it said dapi0123456789abcdef0', 'it said ***'],
  ['  password: my pass phrase\n  user: ada', '  password: ***\n  user: ada'],
  ['  - token: abc', '  - token: ***'],
  ['  token: "a b"', '  token: "***"'],
  ['spark.hadoop.fs.s3a.secret.key=a b c', 'spark.hadoop.fs.s3a.secret.key=***'],
  ['"-Ddb.password=a b\\"c"\n"-Dx=1"', '"-Ddb.password=***"\n"-Dx=1"'],
  ["run 'db.password=a b' now", "run 'db.password=***' now"],
  ['x=y?password=z', 'x=y?password=***'],
  // https://docs.docker.com/reference/cli/docker/login/ and https://docs.gitlab.com/ci/docker/using_docker_images/
  ['{"auths":{"h:5000":{"auth":"YWRhOnMzY3JldA=="}}}', '{"auths":{"h:5000":{"auth":"***"}}}'],
  [
    String.raw`{\"auths\":{\"h\":{\"auth\": \"YWRhOnMzY3JldA==\"}}}`,
    String.raw`{\"auths\":{\"h\":{\"auth\": \"***\"}}}`,
  ],
  // https://huggingface.co/docs/hub/security-tokens, https://docs.npmjs.com/about-access-tokens, OpenAI's and Anthropic's
  ['it said hf_abcdefghijklmnopqrstuvwxyzABCDEFGH', 'it said ***'],
  ['it said npm_0123456789abcdefghijABCDEFGHIJ012345', 'it said ***'],
  ['it said sk-proj-Abc_0123456789-defghij and more', 'it said *** and more'],
  // of Kubernetes
  [
    '{"name":"X_SECRET","value":"a \\"b"},{"name":"X","value":"c"}',
    '{"name":"X_SECRET","value":"***"},{"name":"X","value":"c"}',
  ],
  [
    String.raw`{\"name\": \"DB_PASSWORD\", \"value\": \"p q\"}`,
    String.raw`{\"name\": \"DB_PASSWORD\", \"value\": \"***\"}`,
  ],
  ['-Da=1 -Ddb.password=p,q', '-Da=1 -Ddb.password=***'],
  ['password="never closed', 'password=*** closed'],
  [
    '--conf spark.x=1 --conf spark.ssl.keyPassword=p --class A',
    '--conf spark.x=1 --conf spark.ssl.keyPassword=*** --class A',
  ],
])('%j becomes %j', (text, expected) => {
  expect(maskText(text)).toBe(expected);
});

it.each([
  'abfss://container@account.dfs.core.windows.net/path',
  'wasbs://container@account.blob.core.windows.net/',
  'git clone ssh://git@github.com/a/b',
  'registry/team/my-secret:1.0@sha256:0123456789abcdef',
  'Use basic authentication, or bearer authentication',
  'spark.authenticate=true password=false',
  'db-secret:password',
  'PWD=/home/ada',
  'kubectl create secret generic x',
  'spark.kubernetes.driver.secrets.db-password=/etc/db',
  '{"auth":"kerberos","x":{"auth":"ldap"}}',
  'npm_config_user_agent_and_more hf_hub_download_with_retries',
  'sk-classification-261130120000-beef task-ABCDEF0123456789012345',
])('%j stays', (text) => {
  expect(maskText(text)).toBe(text);
});

it('masks a word of a command to its end, and what it names within', () => {
  const argv = [
    '--conf',
    'spark.hadoop.fs.s3a.secret.key=a b;c',
    '--from-literal=password=x y',
    '-Dssl.keyPassword=a,b',
  ];
  expect(maskArgv(argv)).toEqual([
    ...['--conf', 'spark.hadoop.fs.s3a.secret.key=***', '--from-literal=password=***', '-Dssl.keyPassword=***'],
  ]);
  expect(
    maskArgv(['spark.driver.extraJavaOptions=-Da=1 -Ddb.password=p', 'spark.x.jaas=sasl.jaas.config=y "z"']),
  ).toEqual(['spark.driver.extraJavaOptions=-Da=1 -Ddb.password=***', 'spark.x.jaas=sasl.jaas.config=***']);
});

it('masks values by their keys, however deep', () => {
  const value = {
    conf: { 'fs.s3a.secret.key': 'K', 'spark.x': '1', n: 3 },
    commands: [['a', '--token', 't']],
    none: null,
    env: [
      { name: 'X_SECRET', value: 's' },
      { name: 'X', value: 'v' },
    ],
    auths: { 'h:5000': { auth: 'YWRhOnMzY3JldA==' }, other: { auth: 'basic' } },
  };
  expect(maskValue(value)).toEqual({
    conf: { 'fs.s3a.secret.key': '***', 'spark.x': '1', n: 3 },
    commands: [['a', '--token', '***']],
    none: null,
    env: [
      { name: 'X_SECRET', value: '***' },
      { name: 'X', value: 'v' },
    ],
    auths: { 'h:5000': { auth: '***' }, other: { auth: 'basic' } },
  });
});

/** Each made a pattern begin again within what it had read; with that this takes minutes, and the test's own limit ends it. */
const repeated = [
  ...['a', 'a.', 'a+', '-a', 'spark.a', 'eyJ-', 'eyJabcdefgh.', '; pwd', 'ghp_', 'x="', '"', '\\', 'a=', ': ', '-'],
  ...['https://', 'bearer ', 'jdbc:oracle:thin:a', 'jdbc:oracle:a:', '"auth":\\\'', 'sk-'],
  '"name":"a_secret","value":',
];

it.each(['secret="', 'secret=', '"secret":', '"auth":"', '"name":"a_secret","value":'])(
  'takes backslashes after %s as they come',
  (start) => {
    const line = start + '\\'.repeat(500_000);
    expect(maskText(line).length).toBeLessThanOrEqual(line.length);
  },
);

it.each(repeated)('takes a long line of %j as it comes', (piece) => {
  const line = piece.repeat(200_000 / piece.length);
  expect(maskText(line).length).toBeLessThanOrEqual(line.length);
});

it('masks the first of many quotes that are not closed', () => {
  expect(maskText('password="\\'.repeat(20_000))).toMatch(/^password=\*\*\*/);
});
