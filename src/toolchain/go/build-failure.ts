import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { SourceTool } from '../source-tools.js';

/** A full disk, a missing network and a compile error need different advice; go's output tells which it is. */
export function explainBuildFailure(error: unknown, tool: SourceTool, log: string): unknown {
  if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') return error;
  const output = error.why ?? '';
  const shared = { why: output, log, cause: error };
  const title = `${tool.name} ${tool.version}`;
  if (/no space left on device|disk quota exceeded/.test(output)) {
    return new SparkDevError('DISK_FULL', `The disk is full while building ${title}`, {
      ...shared,
      fix: ['Free at least 10 GB, then run it again: compiled packages are kept'],
    });
  }
  if (/SECURITY ERROR|checksum mismatch/.test(output)) {
    return new SparkDevError('CHECKSUM_MISMATCH', `A module of ${title} does not match its pinned checksum`, {
      ...shared,
      fix: ['Contact the operator of the module proxy', 'go env GOPROXY'],
    });
  }
  if (
    /dial tcp|proxyconnect|no such host|i\/o timeout|TLS handshake|x509:|\b(40[0-9]|410|50[0-9]) \w|module lookup disabled/.test(
      output,
    )
  ) {
    return new SparkDevError('DOWNLOAD_FAILED', `The modules of ${title} could not be downloaded`, {
      ...shared,
      fix: ['go env GOPROXY', 'export GOPROXY=https://your-proxy', 'spark-dev init --yes'],
    });
  }
  return new SparkDevError('BUILD_FAILED', `${title} could not be built`, {
    ...shared,
    fix: ['spark-dev init --yes', 'spark-dev doctor'],
  });
}
