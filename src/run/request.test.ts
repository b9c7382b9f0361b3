import { describe, expect, it } from 'vitest';
import { noSettings } from '../config/settings.js';
import { requestFor } from './request.js';

const said = { namespace: 'team', sparkVersion: '3.5.9' };
const unsaid = { namespace: undefined, sparkVersion: undefined };
const settings = { ...noSettings, namespace: 'ours', sparkVersion: '4.3.0', uiPort: 4050 };

describe('what a call wishes for a job', () => {
  it('is what the application says, before what the settings say', () => {
    expect(requestFor(said, {}, settings)).toMatchObject({ namespace: 'team', spark: { version: '3.5.9' } });
    expect(requestFor(unsaid, {}, settings)).toMatchObject({ namespace: 'ours', spark: { version: '4.3.0' } });
  });

  it('is what a flag says before both, which the settings hold by then', () => {
    const flagged = { ...settings, namespace: 'flag' };
    expect(requestFor(said, { namespace: 'flag' }, flagged).namespace).toBe('flag');
  });

  it('insists on a port that a flag says, and on no other', () => {
    expect(requestFor(unsaid, {}, settings).uiPort).toEqual({ preferred: 4050 });
    expect(requestFor(unsaid, {}, { ...settings, uiPortIsStrict: true }).uiPort).toBe(4050);
    expect(requestFor(unsaid, {}, noSettings).uiPort).toBeUndefined();
  });

  it('is refused for a Spark that nobody knows', () => {
    expect(() => requestFor({ ...unsaid, sparkVersion: '9.9.9' }, {}, noSettings)).toThrow('9.9.9');
  });
});
