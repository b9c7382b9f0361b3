import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';

export type ReadText = { readonly text: string } | { readonly message: string; readonly line: number };

/** A text file written by people, or why it is none: nothing too large, binary or in another encoding is parsed. */
export async function readText(file: string, mostBytes: number): Promise<ReadText> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return { message: 'is not a file', line: 1 };
    if (found.size > mostBytes)
      return { message: `${String(found.size)} bytes is too large (${String(mostBytes)} at most)`, line: 1 };
    return decode(await readFile(file));
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), line: 1 };
  }
}

function decode(bytes: Buffer): ReadText {
  if (bytes.includes(0)) return { message: 'is not a text file', line: 1 };
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  // latin1 keeps one character per byte, and no byte of a longer character is a line feed
  const lines = bytes.toString('latin1').split('\n');
  const broken = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  return { message: 'is not UTF-8: save the file in that encoding', line: broken + 1 };
}
