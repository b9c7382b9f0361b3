import { isMap, parseDocument } from 'yaml';

/** For editors; test/laws/settings-schema.test.ts keeps it fresh. */
const schemaLine = '# yaml-language-server: $schema=https://unpkg.com/spark-dev/schemas/spark-dev.schema.json';

/**
 * The text of a settings file with one application added or replaced; comments and everything else stay. A new file starts with a
 * schema reference for editors. The given text must have been parsed without problems.
 */
export function addApp(before: string | undefined, name: string, app: Readonly<Record<string, unknown>>): string {
  const isNew = before === undefined || before.trim() === '';
  const document = parseDocument(isNew ? 'version: 1\n' : before);
  // an `apps:` with nothing below it is not a mapping yet
  if (!isMap(document.get('apps'))) document.set('apps', document.createNode({}));
  const apps = document.get('apps');
  if (isMap(apps) && apps.items.length === 0) apps.flow = false;
  document.setIn(['apps', name], document.createNode(app));
  const text = document.toString({ lineWidth: 0 });
  return isNew ? `${schemaLine}\n${text}` : text;
}
