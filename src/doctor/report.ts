import { count } from '../text/words.js';
import type { CheckResult } from './run-checks.js';
import { basename } from 'node:path';
import { stripControls } from '../errors/strip-controls.js';
import type { Host } from '../ports/host.js';
import { maskText } from '../secrets/mask.js';
import { showGigabytes } from '../text/sizes.js';

export const marks: Readonly<Record<CheckResult['status'], string>> = {
  ok: '✓',
  warn: '!',
  fail: '✗',
  skip: '-',
  crash: '?',
};

/** Grouped, each with its fix; the last line is the summary. */
export function reportChecks(results: readonly CheckResult[]): readonly string[] {
  const groups = [...new Set(results.map((result) => result.group))];
  const width = Math.max(...results.map((result) => result.title.length));
  return [
    ...groups.flatMap((group) => [
      group,
      ...results.filter((result) => result.group === group).flatMap((result) => reportCheck(result, width)),
      '',
    ]),
    countsLine(results),
  ];
}

export function countChecks(results: readonly CheckResult[]): Readonly<Record<CheckResult['status'], number>> {
  const count = (status: CheckResult['status']): number => results.filter((result) => result.status === status).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), skip: count('skip'), crash: count('crash') };
}

function reportCheck({ status, title, detail, fix }: CheckResult, width: number): readonly string[] {
  return [
    `  ${marks[status]} ${title.padEnd(width)}  ${detail.replaceAll('\n', ' ')}`,
    ...fix.map((command, index) => `      ${index === 0 ? 'fix:' : '  or'} ${command}`),
  ];
}

export function countsLine(results: readonly CheckResult[]): string {
  const { ok, warn, fail, skip, crash } = countChecks(results);
  const parts = [
    `${String(ok)} ok`,
    ...(warn === 0 ? [] : [count(warn, 'warning')]),
    ...(skip === 0 ? [] : [`${String(skip)} skipped`]),
    `${String(fail)} failed`,
    ...(crash === 0 ? [] : [`${String(crash)} crashed`]),
  ];
  return parts.join(', ');
}

/** Variables named in a report because they change behaviour; their values are left out. */
const telling = /^(SPARK_DEV_.*|JAVA_HOME|DOCKER_.*|KUBECONFIG|(HTTPS?|NO)_PROXY|GOPROXY|PIP_.*|CI)$/i;

/** Markdown for an issue: the findings, without identifying the user or the machine. */
export function shareReport(host: Host, results: readonly CheckResult[], version: string): readonly string[] {
  const { os, arch, cpus, memoryMb } = host.platform;
  const set = Object.keys(host.env).filter((name) => telling.test(name) && host.env[name] !== '');
  const machine = `${os}/${arch}, ${String(cpus)} CPUs, ${showGigabytes(memoryMb)}`;
  return [
    '### spark-dev doctor',
    '',
    `spark-dev ${version}, Node ${process.versions.node}, ${machine}`,
    `Set: ${set.length === 0 ? 'none of its variables' : set.sort().join(', ')}`,
    '',
    '| | check | detail |',
    '|---|---|---|',
    ...results.map(
      ({ status, id, detail }) => `| ${marks[status]} ${status} | ${id} | ${cell(redact(detail, host))} |`,
    ),
    '',
    countsLine(results),
  ];
}

/** Home, working directory, user, host, and everything that is a secret or named like one. */
export function redact(text: string, { directories, env, platform }: Host): string {
  const users = [env['USER'], env['LOGNAME'], env['USERNAME'], env['SUDO_USER'], basename(directories.userHome)];
  const hosts = [platform.hostName, platform.hostName.split('.')[0], env['HOSTNAME'], env['COMPUTERNAME']];
  const shorten = (rest: string, path: string, short: string): string =>
    path.length > 1 ? rest.replaceAll(path, short) : rest;
  const withoutHome = shorten(maskText(text, env), directories.userHome, '~');
  const withoutPlaces = shorten(withoutHome, directories.working, '.');
  return hideNames(hideNames(withoutPlaces, users, '(user)'), hosts, '(host)');
}

/** Every account and container has these names; they identify nobody. */
const commonNames = ['root', 'localhost', 'home', ''];

function hideNames(text: string, names: readonly (string | undefined)[], stand: string): string {
  let hidden = text;
  for (const name of new Set(names)) {
    if (name === undefined || commonNames.includes(name)) continue;
    const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    hidden = hidden.replaceAll(new RegExp(`(?<![A-Za-z0-9])${pattern}(?![A-Za-z0-9])`, 'gi'), stand);
  }
  return hidden;
}

function cell(text: string): string {
  return stripControls(text.replaceAll('\n', ' ')).replaceAll('|', '\\|').replaceAll('`', "'");
}
