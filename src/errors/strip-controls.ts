import { stripVTControlCharacters } from 'node:util';

/** Makes foreign output harmless for a terminal: escape sequences and control characters except the tab are dropped. */
export function stripControls(text: string): string {
  return Array.from(stripVTControlCharacters(text)).filter(isShown).join('');
}

function isShown(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return character === '\t' || (code >= 0x20 && !(code >= 0x7f && code <= 0x9f));
}
