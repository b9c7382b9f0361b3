import type { ErrorCode } from '../../errors/codes.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { SourceTool } from '../source-tools.js';

const networkTrouble =
  /dial tcp|proxyconnect|no such host|i\/o timeout|TLS handshake|x509:|\b(40[0-9]|410|50[0-9]) \w|module lookup disabled/;

/** A full disk, a missing network and a compile error need different advice; go's output tells which it is. */
export function explainBuildFailure(error: unknown, tool: SourceTool, log: string): unknown {
  if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') return error;
  const why = error.why ?? '';
  const title = `${tool.name} ${tool.version}`;
  const explain = (code: ErrorCode, what: string, ...fix: readonly string[]): SparkDevError =>
    new SparkDevError(code, what, { why, log, fix, cause: error });
  if (/no space left on device|disk quota exceeded/.test(why)) {
    const fix = 'Free at least 10 GB, then run it again: compiled packages are kept';
    return explain('DISK_FULL', `The disk is full while building ${title}`, fix);
  }
  if (/SECURITY ERROR|checksum mismatch/.test(why)) {
    const what = `A module of ${title} does not match its pinned checksum`;
    return explain('CHECKSUM_MISMATCH', what, 'Contact the operator of the module proxy', 'go env GOPROXY');
  }
  if (networkTrouble.test(why)) {
    const fix = ['go env GOPROXY', 'export GOPROXY=https://your-proxy', 'spark-dev init --yes'];
    return explain('DOWNLOAD_FAILED', `The modules of ${title} could not be downloaded`, ...fix);
  }
  return explain('BUILD_FAILED', `${title} could not be built`, 'spark-dev init --yes', 'spark-dev doctor');
}
