import { isMap, parseDocument } from 'yaml';

/** For editors; kept fresh by test/laws/settings-schema.test.ts. */
const schemaLine = '# yaml-language-server: $schema=https://unpkg.com/spark-dev/schemas/spark-dev.schema.json';

/**
 * The text of a settings file with one more application, or another one of that name; comments and all else stay. A file that
 * begins here also says to editors what it is. The text that is given must have been read without a problem.
 */
export function addApp(before: string | undefined, name: string, app: Readonly<Record<string, unknown>>): string {
  const isNew = before === undefined || before.trim() === '';
  const document = parseDocument(isNew ? 'version: 1\n' : before);
  // an `apps:` with nothing below it is no mapping yet
  if (!isMap(document.get('apps'))) document.set('apps', document.createNode({}));
  const apps = document.get('apps');
  if (isMap(apps) && apps.items.length === 0) apps.flow = false;
  document.setIn(['apps', name], document.createNode(app));
  const text = document.toString({ lineWidth: 0 });
  return isNew ? `${schemaLine}\n${text}` : text;
}
