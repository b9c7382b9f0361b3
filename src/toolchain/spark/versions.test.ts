import { expect, it } from 'vitest';
import { findSparkVersion, sparkVersion, sparkVersions } from './versions.js';

it('takes the newest where nobody names one', () => {
  expect(sparkVersions.map(({ version }) => version)).toEqual(['4.3.0', '3.5.9']);
  expect(sparkVersion.version).toBe('4.3.0');
});

it('refuses what it does not know, and names the nearest', () => {
  expect(findSparkVersion('3.5.9')).toMatchObject({ scala: '2.12', hadoop: '3.3.4' });
  expect(() => findSparkVersion('3.5.8')).toThrow(
    expect.objectContaining({ code: 'USAGE', fix: ['--spark-version 3.5.9'] }) as Error,
  );
});

it('pins each file by a whole sum and under its own name', () => {
  const files = sparkVersions.flatMap(({ archive, jre }) => [archive, ...Object.values(jre.files)]);
  expect(files.filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256))).toEqual([]);
  expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(files.length);
  for (const { version, archive, java, jre } of sparkVersions) {
    expect(archive.name).toContain(version);
    expect(Number.parseInt(jre.version)).toBeGreaterThanOrEqual(java.from);
    expect(Number.parseInt(jre.version)).toBeLessThanOrEqual(java.to);
  }
});
