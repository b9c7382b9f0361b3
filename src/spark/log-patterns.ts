/** One record of Spark's log. */
export interface LogRecord {
  readonly level: string;
  /** The short name of the logging class. */
  readonly source: string;
  readonly message: string;
  /** The exception's own line, in the structured log; the plain log has it in the lines that follow. */
  readonly cause?: string | undefined;
}

/** `record` starts one, `more` continues it (a stack trace, a block of JSON), `talk` is from the JVM or Spark's start-up; `program` is the rest. */
export type LogLine =
  { readonly kind: 'record'; readonly record: LogRecord } | { readonly kind: 'more' | 'talk' | 'program' };

/** Spark's own pattern, `%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex` (log4j2-defaults.properties). */
const plainRecord = /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) ([^:]+): ?(.*)$/;

/**
 * Tells Spark's log from what a program writes to the same stream. Knows Spark's plain and its structured layout; lines of a
 * pattern that the user set count as the program's.
 */
export function createLogReader(): (line: string) => LogLine {
  let inRecord = false;
  let inBlock = false;
  let announcesMore = false;
  return (line) => {
    const record = parseRecord(line);
    const isFirstMore = announcesMore;
    announcesMore = record?.message.endsWith(':') === true;
    if (record !== undefined) {
      inRecord = true;
      inBlock = opensBlock(line);
      return { kind: 'record', record };
    }
    if (inRecord && (isFirstMore || inBlock || isMore(line))) {
      inBlock =
        opensBlock(line) || (inBlock && !/^(\}|,org\.apache\.spark\.sql\.execution\.SparkPlanInfo@)/.test(line));
      return { kind: 'more' };
    }
    if (startUpTalk.some((pattern) => pattern.test(line))) return { kind: 'talk' };
    inRecord = false;
    return { kind: 'program' };
  };
}

function parseRecord(line: string): LogRecord | undefined {
  const [, level, source, message] = plainRecord.exec(line) ?? [];
  if (level !== undefined && source !== undefined && message !== undefined) return { level, source, message };
  return line.startsWith('{"ts":"') ? parseStructured(line) : undefined;
}

/** Spark's SparkLayout.json, with spark.log.structuredLogging.enabled. */
function parseStructured(line: string): LogRecord | undefined {
  let value: Partial<Record<'level' | 'logger' | 'msg', unknown>> & { readonly exception?: { readonly msg?: unknown } };
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return undefined;
  }
  const { level, logger, msg, exception } = value;
  if (typeof level !== 'string' || typeof logger !== 'string' || typeof msg !== 'string') return undefined;
  const [message = '', ...rest] = msg.split('\n');
  const more = [...rest, ...(typeof exception?.msg === 'string' ? exception.msg.split('\n') : [])];
  return { level, source: logger, message, cause: more.findLast(isCause) };
}

/** The line of a stack trace that names the exception. */
export function isCause(line: string): boolean {
  return /^(Caused by: )?[\w.$]+(Exception|Error|Throwable)\b/.test(line);
}

function isMore(line: string): boolean {
  return (
    isCause(line) ||
    /^(\s|$|\{$|[+:]- |: |Suppressed: |\/\* \d+ \*\/|and corresponding Parquet message type:|message \w+ \{$)/.test(
      line,
    )
  );
}

/** A slow listener is logged with its event, which holds a stack trace and a whole plan. */
function opensBlock(line: string): boolean {
  return line.endsWith('{') || / AsyncEventQueue: Process of event SparkListenerSQLExecutionStart\(/.test(line);
}

/** A JVM's messages about its class archive. Recorded from Java 17 and 25. */
export const archiveTalk = [
  /^\[[\d.,]+m?s\]\[\w+ *\]\[(cds|aot)\b/,
  /^An error has occurred while \w+ the shared archive file\./,
  /^Unable to (use|create|map|read|write to) (the )?shared archive\b/,
];

/** What JVM and spark-submit print before there is a log. */
const startUpTalk = [
  ...archiveTalk,
  /^WARNING: Using incubator modules: jdk\.incubator\.vector$/,
  /^Using Spark's default log4j profile: /,
  /^Setting (default|Spark) log level to "/,
  /^To adjust logging level use sc\.setLogLevel/,
  /^Files (local|file):\/\/\S+ from \S+ to \S+$/,
];

/** Warnings of runs without a problem, as `Class: message`. Recorded: each comes with every run of its kind, and asks for nothing. */
const harmless = [
  /^NativeCodeLoader: Unable to load native-hadoop library /,
  /^SparkConf: Note that spark\.local\.dir will be overridden /,
  /^Utils: Service '\w+' could not bind on /,
  /^Utils: (Your hostname, .* resolves to a loopback address|Set SPARK_LOCAL_IP if you need )/,
  /^ExecutorPodsWatchSnapshotSource: Kubernetes client has been closed/,
  // spark-submit adds the application's own jar, and so does the property that names it
  /^SparkContext: The JAR \S+ at \S+ has been added already/,
  // every stream, and the end of every stream
  /^(ResolveWriteToStream|MicroBatchExecution): .*(\bAQE\b|spark\.sql\.adaptive\.enabled is not supported)/,
  /^ResolveWriteToStream: Temporary checkpoint location created /,
  /^StateStoreCoordinator: .*Snapshot Lag /,
  /^DAGScheduler: Failed to cancel job group /,
  // every session with Hive's catalog
  /^SessionState: METASTORE_FILTER_HOOK will be ignored/,
  /^HiveConf: HiveConf of name \S+ does not exist/,
  // in local mode; the TaskSetManager repeats it, as on a cluster
  /^Executor: Exception in task /,
  // a browser, or our own question for the stages, that did not wait for the UI's answer
  /^ServerRuntime\$Responder: Error while closing the output stream /,
  // the tasks next to the failed one
  /^TaskSetManager: Lost task .*: TaskKilled \(/,
];

/** Whether a person should see it without having asked for the log. */
export function matters({ level, source, message }: LogRecord): boolean {
  const said = `${source}: ${message}`;
  return ['WARN', 'ERROR', 'FATAL'].includes(level) && !harmless.some((pattern) => pattern.test(said));
}

/** A stage that runs: its tasks, and how many of them have finished; undefined once it is over. */
export interface StageNews {
  readonly stage: number;
  readonly tasks: { readonly done: number; readonly all: number } | undefined;
}

/** From Spark's INFO log: it costs the driver nothing, and is there without a UI. */
export function readStage({ source, message }: LogRecord): StageNews | undefined {
  if (source === 'TaskSetManager') {
    const finished = /^Finished task \d+\.\d+ in stage (\d+)\.\d+ .*\((\d+)\/(\d+)\)$/.exec(message);
    if (finished === null) return undefined;
    return { stage: Number(finished[1]), tasks: { done: Number(finished[2]), all: Number(finished[3]) } };
  }
  if (source !== 'TaskSchedulerImpl') return undefined;
  const added = /^Adding task set (\d+)\.\d+ with (\d+) tasks/.exec(message);
  if (added !== null) return { stage: Number(added[1]), tasks: { done: 0, all: Number(added[2]) } };
  const removed = /^Removed TaskSet (\d+)\.\d+/.exec(message);
  return removed === null ? undefined : { stage: Number(removed[1]), tasks: undefined };
}

/** The port that Spark took for its UI, or tries next because the one before is taken. */
export function findUiPort({
  source,
  message,
}: LogRecord): { readonly port: number; readonly isBound: boolean } | undefined {
  if (source !== 'Utils') return undefined;
  const [, bound, next] =
    /^Successfully started service 'SparkUI' on port (\d+)|^Service 'SparkUI' could not bind on port \d+\. Attempting port (\d+)/.exec(
      message,
    ) ?? [];
  const port = bound ?? next;
  return port === undefined ? undefined : { port: Number(port), isBound: bound !== undefined };
}
