import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findSettingsFile, loadSettings, settingsFileName } from '../../config/load-settings.js';
import { parseSettings } from '../../config/parse-settings.js';
import { placeApp } from '../../config/place-app.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { readAppOverlay, showFiles } from '../../overlay/app-overlay.js';
import { askNewApp, newAppOptions, addApp } from '../../config/ask-new-app.js';
import { command } from '../../command.js';
import { readForeignFile } from '../../job/foreign-conf.js';
import { requireSource } from '../../job/application.js';
import { configInvalid, type Problem, limitList } from '../../config/settings.js';
import { replaceFile } from '../../files/paths.js';

export const overlayNew = command({
  name: 'overlay new',
  arguments: [{ name: '[name]', description: 'lower-case letters, digits and dashes' }],
  options: newAppOptions,
  examples: [
    'spark-dev overlay new',
    'spark-dev overlay new etl --path jobs/etl.py -- 2026 --fast',
    'spark-dev overlay new --from etl-application.yaml',
    'spark-dev overlay new etl --path jobs --lang scala --class org.example.Etl --dry-run',
  ],
  async run(host, input) {
    // fails early if either settings file has problems
    await loadSettings(host, input.global);
    const { working } = host.directories;
    const file = (await findSettingsFile(host)) ?? join(working, settingsFileName);
    const from = input.options.from === undefined ? undefined : await readForeignFile(host, input.options.from);
    if (from !== undefined && from.leftOut.length > 0) host.ui.warn(`Left out: ${from.leftOut.join(', ')}`);
    const { name, app } = await askNewApp(host, input, dirname(file), from);
    const before = await readFile(file, 'utf8').catch(() => undefined);
    const after = addApp(before, name, app);
    const parsed = parseSettings(after);
    // line numbers mean nothing for a file that does not exist yet
    if ('problems' in parsed)
      throw before === undefined ? cannotBegin(parsed.problems) : configInvalid(file, parsed.problems);
    const made = parsed.settings.apps[name];
    if (made !== undefined) {
      const { path, lang, main } = placeApp(dirname(file), made);
      await requireSource(host.directories, path, lang, main);
    }
    const isThere = before !== undefined && hasApp(before, name);
    const overlay = await readAppOverlay(host.directories, dirname(file), name);
    const shown = [
      `The overlay of ${name} (spark-dev overlay eject ${name} copies it into your project):`,
      ...showFiles(overlay.files),
    ];
    if (input.global.dryRun)
      return { data: { action: 'would add', file, name, app, text: after }, text: [`# ${file}`, after.trimEnd()] };
    if (isThere && !(await host.ui.confirm(`${file} already has an application ${name}. Replace it?`)))
      throw new SparkDevError('CANCELLED', `${file} was not changed`);
    await replaceFile(file, after);
    return {
      data: { action: isThere ? 'replaced' : 'added', file, name, app, overlay },
      text: [...shown, `Saved ${name} in ${file}. Run it: spark-dev run ${name}`],
    };
  },
});

function cannotBegin(problems: readonly Problem[]): SparkDevError {
  return new SparkDevError('USAGE', 'The new entry would be invalid', {
    why: limitList(problems.map(({ path, message }) => `${path}: ${message}`)).join('\n'),
    fix: ['spark-dev overlay new etl --path jobs/etl.py'],
  });
}

function hasApp(text: string, name: string): boolean {
  const parsed = parseSettings(text);
  return 'settings' in parsed && Object.hasOwn(parsed.settings.apps, name);
}
