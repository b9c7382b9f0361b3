import { resolve } from 'node:path';
import type { AppSaid } from './settings.js';

/** Spark's placeholder for a job whose class is on the class path already. */
export const noResource = 'spark-internal';

/** Paths in a file or flag are relative to its folder; URLs and image paths stay as they are. */
export function placeApp<Said extends AppSaid>(folder: string, said: Said): Said {
  const place = (location: string): string => placePath(folder, location);
  const placed = {
    path: said.path === undefined ? undefined : place(said.path),
    files: said.files?.map(place),
    jars: said.jars?.map(place),
    pyFiles: said.pyFiles?.map(place),
    archives: said.archives?.map(place),
    driver: placeTemplate(folder, said.driver),
    executor: placeTemplate(folder, said.executor),
  };
  return { ...said, ...Object.fromEntries(Object.entries(placed).filter(([, value]) => value !== undefined)) };
}

function placeTemplate<Role extends { readonly podTemplate?: string | undefined }>(
  folder: string,
  role: Role | undefined,
): Role | undefined {
  return role?.podTemplate === undefined ? role : { ...role, podTemplate: resolve(folder, role.podTemplate) };
}

function placePath(folder: string, location: string): string {
  return location === noResource || /^[a-z][a-z0-9+.-]*:\//i.test(location) ? location : resolve(folder, location);
}
