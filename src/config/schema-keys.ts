import type { z } from 'zod';

/** The keys that the schema knows at a path of a value; below a record or a list any name is one of the user's own. */
export function keysAt(schema: z.core.$ZodType, path: readonly string[]): readonly string[] {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  const [name = '', ...rest] = path;
  switch (def.type) {
    case 'optional':
    case 'default':
      return keysAt(def.innerType, path);
    case 'object': {
      if (path.length === 0) return Object.keys(def.shape);
      const child = def.shape[name];
      return child === undefined ? [] : keysAt(child, rest);
    }
    case 'record':
      return path.length === 0 ? [] : keysAt(def.valueType, rest);
    case 'array':
      return path.length === 0 ? [] : keysAt(def.element, rest);
    default:
      return [];
  }
}
