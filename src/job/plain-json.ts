/** Objects of unknown content: any field may have any type. */
export type Json = Readonly<Record<string, unknown>>;

export function without(from: Json, keys: readonly string[], tell: (key: string, value: unknown) => void): Json {
  for (const key of keys) if (from[key] !== undefined) tell(key, from[key]);
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
}

export function objectAt(from: Json, key: string): Json {
  const value = from[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function listAt(from: Json, key: string): readonly Json[] {
  return listOf(from[key]).filter((one): one is Json => typeof one === 'object' && one !== null);
}
