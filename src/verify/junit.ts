import type { CaseResult, VerifyReport } from './report.js';

/** https://github.com/testmoapp/junitxml */
export function renderJunit(report: VerifyReport): string {
  const { cases, failed, unavailable, tookMs, sparkVersion } = report;
  const figures = `tests="${String(cases.length)}" failures="${String(failed)}" skipped="${String(unavailable)}" time="${seconds(tookMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${figures}>`,
    `  <testsuite name="${escapeXml(`Spark ${sparkVersion} on Kubernetes`)}" ${figures}>`,
    ...cases.map(renderCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase({ id, suite, title, status, why, tookMs }: CaseResult): string {
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(`${id} ${title}`)}" time="${seconds(tookMs)}"`;
  if (status === 'passed') return `${head}/>`;
  const kind = status === 'failed' ? 'failure' : 'skipped';
  return `${head}><${kind} message="${escapeXml(why[0] ?? '')}">${escapeXml(why.join('\n'))}</${kind}></testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** XML forbids control characters, and logs are full of them. */
function escapeXml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
  );
}
