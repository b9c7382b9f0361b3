import { describe, expect, it } from 'vitest';
import { absentCases, verifyCases } from './cases.js';
import { chooseCases } from './choose-cases.js';

const known = { cases: verifyCases, absent: absentCases };
const request = { all: false, sparkVersion: '4.3.0' };
const idsOf = (more: object): readonly string[] =>
  chooseCases(known, { ...request, ...more }).cases.map(({ id }) => id);

describe('chooseCases', () => {
  it('takes what must pass; --all the optional ones too', () => {
    expect(idsOf({})).toContain('X1');
    expect(idsOf({})).not.toContain('B11');
    expect(idsOf({ all: true })).toContain('B11');
    expect(chooseCases(known, { ...request, all: true }).absent).toHaveLength(2);
  });

  it('takes those that are named, however they are written, optional or not', () => {
    expect(idsOf({ only: ' b2, B11,' })).toEqual(['B2', 'B11']);
    expect(chooseCases(known, { ...request, only: 'R1' })).toEqual({ cases: [], absent: [absentCases[0]] });
  });

  it('leaves out what came with a later Spark', () => {
    expect(idsOf({ sparkVersion: '3.5.9' })).not.toContain('P4');
    expect(idsOf({ sparkVersion: '3.5.9' })).toContain('B14');
  });

  it('names all that it does not know, with the nearest, and why one is not there', () => {
    const choose = (): unknown => chooseCases(known, { ...request, sparkVersion: '3.5.9', only: 'B22,nope,P4' });
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
