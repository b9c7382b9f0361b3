import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { command } from '../../command.js';
import { fileSize, listFiles, readJson } from '../../files/paths.js';
import { showBytes, showSeconds } from '../../text/sizes.js';
import { listLines, showTable } from '../../text/words.js';

/** Of pods.json, as a person wants to see it. */
interface KeptPod {
  readonly name?: string;
  readonly role?: string;
  readonly images?: readonly { readonly image?: string; readonly imageID?: string }[];
  readonly status?: { readonly phase?: string };
}

export const runsShow = command({
  name: 'runs show',
  makesNoFolders: true,
  arguments: [{ name: '[run]', description: 'a run, or how its name begins (default: the newest run)' }],
  examples: ['spark-dev runs show', 'spark-dev runs show sparkpi --json'],
  async run(host, { args }) {
    const [{ findRun }, { describeRun }, { podsFile, commandsFile }] = await Promise.all([
      import('../../runs/find-run.js'),
      import('../../runs/stories.js'),
      import('../../runs/story.js'),
    ]);
    const run = await describeRun(host, await findRun(host, args[0]));
    const { folder, spec, end } = run;
    const pods = ((await readJson(join(folder, podsFile))) ?? []) as readonly KeptPod[];
    const commands = listLines(await readFile(join(folder, commandsFile), 'utf8').catch(() => ''));
    const paths = (await listFiles(folder)).map((path) => relative(folder, path));
    const files = await Promise.all(
      paths.map(async (path) => ({ path, bytes: (await fileSize(join(folder, path))) ?? 0 })),
    );
    const { outcome, ...shown } = { ...run, outcome: (await readJson(join(folder, 'run.json'))) ?? null };
    const facts = Object.entries({
      run: run.runId,
      state: end === undefined ? run.state : `${run.state} after ${showSeconds(end.tookMs)}`,
      error: end?.error && `${end.error.what ?? ''} [${end.error.code ?? ''}]`,
      app: spec?.app,
      where: spec && [spec.context ?? 'this machine', spec.namespace, spec.deployMode].filter(Boolean).join(', '),
      spark: spec?.sparkVersion,
      image: spec?.image,
      started: spec?.startedAt,
      folder,
    }).flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(8)} ${value}`]));
    const podRows = pods.map(({ name = '', role = '', status, images }) => [
      name,
      role,
      status?.phase ?? '',
      images?.[0]?.imageID ?? '',
    ]);
    const own = files.filter(({ path }) => !path.startsWith('image/'));
    return {
      data: {
        ...shown,
        outcome,
        pods: pods.map(({ name, role, images, status }) => ({ name, role, images, phase: status?.phase })),
        commands,
        files,
      },
      text: [
        ...facts,
        ...(podRows.length === 0 ? [] : ['', ...showTable(['POD', 'ROLE', 'PHASE', 'IMAGE'], podRows)]),
        ...(commands.length === 0 ? [] : ['', ...commands]),
        '',
        ...showTable(
          ['FILE', 'SIZE'],
          own.map(({ path, bytes }) => [path, showBytes(bytes)]),
        ),
      ],
    };
  },
});
