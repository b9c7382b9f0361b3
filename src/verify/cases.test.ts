import { describe, expect, it } from 'vitest';
import { caseConf } from './case-conf.js';
import { caseFor, fillNames, injectCaseFault } from './case.js';
import { absentCases, chooseCases, verifyCases } from './cases.js';

const names = {
  runId: 'verify-1',
  namespace: 'verify-x',
  driver: 'verify-x-driver',
  home: undefined,
  image: 'i',
  storage: 'standard',
} as const;

/** Of ../shared's list, those that need no S3 store. */
const must = 'B1 B2 B3 B5 B6 B8 B9 B10 B14 C1 S1 P1 P2 P4 M1 T1 V1 V2 V3 V4 V6 PV1 X1 X4';
const optional = 'B11 B12 B13 T2 X2 X5 R1 Z1';

describe('the list of cases', () => {
  it('holds what must pass and what may', () => {
    const idsOf = (need: string): readonly string[] =>
      [...verifyCases, ...absentCases].flatMap((one) => (one.need === need ? [one.id] : [])).sort();
    expect(idsOf('must')).toEqual(must.split(' ').sort());
    expect(idsOf('optional')).toEqual(optional.split(' ').sort());
  });

  it.each(verifyCases.map((one) => [one.id, one] as const))('%s is changed by its sabotage', (_id, one) => {
    expect(JSON.stringify(injectCaseFault(one))).not.toBe(JSON.stringify(one));
    expect(one.faultRed.length).toBeGreaterThan(5);
  });

  it.each(verifyCases.map((one) => [one.id, one] as const))(
    '%s asks for something and for nothing unknown',
    (_id, one) => {
      expect(one.application.resource).toMatch(/^local:.*\.(jar|py)$|^spark-internal$/);
      expect(one.logs?.driver?.length).toBeGreaterThan(0);
      for (const value of Object.values(caseConf(one, names, 1024))) expect(value).not.toContain('undefined');
    },
  );

  it('leaves out of an older Spark what that had not, and keeps the rest', () => {
    const b8 = verifyCases.find(({ id }) => id === 'B8');
    if (b8 === undefined) throw new Error('there is no B8');
    const key = 'spark.kubernetes.driver.label.customAppIdLabelKey';
    expect(caseConf(caseFor(b8, '4.3.0'), names, 1024)[key]).toBe('{{APP_ID}}');
    const older = caseConf(caseFor(b8, '3.5.9'), names, 1024);
    expect(older).not.toHaveProperty([key]);
    expect(older['spark.kubernetes.driver.label.label1']).toBe('label1-value');
  });

  it('leaves the storage class to a cluster that has none of the usual name', () => {
    const v4 = verifyCases.find(({ id }) => id === 'V4');
    if (v4 === undefined) throw new Error('there is no V4');
    const key = 'spark.kubernetes.driver.volumes.persistentVolumeClaim.data.options.storageClass';
    expect(fillNames(caseConf(v4, names, 1024), names)[key]).toBe('standard');
    expect(caseConf(v4, { ...names, storage: 'default' }, 1024)).not.toHaveProperty([key]);
  });
});

const request = { all: false, sparkVersion: '4.3.0' };
const idsOf = (more: object): readonly string[] => chooseCases({ ...request, ...more }).cases.map(({ id }) => id);

describe('chooseCases', () => {
  it('takes what must pass; --all the optional ones too', () => {
    expect(idsOf({})).toContain('X1');
    expect(idsOf({})).not.toContain('B11');
    expect(idsOf({ all: true })).toContain('B11');
    expect(chooseCases({ ...request, all: true }).absent).toHaveLength(2);
  });

  it('takes those that are named, however they are written, optional or not', () => {
    expect(idsOf({ only: ' b2, B11,' })).toEqual(['B2', 'B11']);
    expect(chooseCases({ ...request, only: 'R1' })).toEqual({ cases: [], absent: [absentCases[0]] });
  });

  it('leaves out what came with a later Spark', () => {
    expect(idsOf({ sparkVersion: '3.5.9' })).not.toContain('P4');
    expect(idsOf({ sparkVersion: '3.5.9' })).toContain('B14');
  });

  it('names all that it does not know, with the nearest, and why one is not there', () => {
    const choose = (): unknown => chooseCases({ ...request, sparkVersion: '3.5.9', only: 'B22,nope,P4' });
    expect(choose).toThrow('Some of these cases do not exist');
    try {
      choose();
    } catch (error) {
      expect(error).toMatchObject({ code: 'USAGE', facts: { unknown: ['B22', 'NOPE', 'P4'] } });
      expect(error).toHaveProperty('why', expect.stringContaining('P4 needs Spark 4.0.0; this is 3.5.9'));
      expect(error).toHaveProperty('why', expect.stringContaining('did you mean B2?'));
    }
  });

  it('refuses a list of nothing', () => {
    expect(() => idsOf({ only: ' , ' })).toThrow('Some of these cases do not exist');
  });
});
