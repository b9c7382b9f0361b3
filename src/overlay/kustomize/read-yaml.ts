import { isNode, LineCounter, parseAllDocuments, type Document } from 'yaml';

/** Something that kustomize would refuse, or would leave out without a word. */
export interface OverlayProblem {
  /** Below the overlay. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface ReadDocument {
  readonly value: unknown;
  /** Where the value at this path stands, or the nearest thing around it. */
  lineOf(path?: readonly (string | number)[]): number;
}

export interface ReadYaml {
  readonly documents: readonly ReadDocument[];
  readonly problems: readonly OverlayProblem[];
}

/** More references to anchors than this are an attack, not an overlay. */
const maxAliasCount = 100;

/** All documents that hold something; a file with a mistake has none. */
export function readYaml(file: string, text: string): ReadYaml {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const all: readonly Document[] = Array.isArray(parsed) ? parsed : [];
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const complain = (offset: number, message: string): OverlayProblem => ({ file, line: lineAt(offset), message });
  const problems = all.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ pos, message }) => complain(pos[0], message.split('\n')[0] ?? message)),
  );
  if (problems.length > 0) return { documents: [], problems };
  const documents: ReadDocument[] = [];
  for (const document of all) {
    const begins = document.contents?.range?.[0] ?? 0;
    try {
      const value: unknown = document.toJS({ maxAliasCount });
      if (value === null || value === undefined) continue;
      documents.push({ value, lineOf: (path = []) => lineAt(offsetOf(document, path) ?? begins) });
    } catch (error) {
      return { documents: [], problems: [complain(begins, error instanceof Error ? error.message : String(error))] };
    }
  }
  return { documents, problems: [] };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
