import type { FileEdit } from './plan-resize.js';

/** The lines that go and come, as a diff names them. */
export function showEdit({ path, before, after }: FileEdit): readonly string[] {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  return [
    `# ${path}`,
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}
