import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureMavenJars, ensureNpmPackages, ensurePythonPackages } from '@astrolabe/local-servers';

/**
 * Public clients of TOP and Qimen as their registries have them, unmodified. They are given an address,
 * an application key and its secret, nothing else.
 */
const PYTHON = { 'taobao-openapi': '1.1.0', taobaopy: '6.0.1' };
const NPM = { 'node-taobao-topclient': '0.1.7', topsdk: '1.0.13', 'taobao-sdk': '2.0.5' };
/** It carries the official TOP and Qimen clients, `com.taobao.api` and `com.qimen.api`. */
const JAVA = ['com.aliyun:alibaba-dingtalk-service-sdk:2.0.0'];
/** A compiler that a machine without a JDK can run. */
const JAVA_COMPILER = ['org.eclipse.jdt:ecj:3.33.0'];

const DRIVERS = resolve(import.meta.dirname, '../clients');
const TIMEOUT_MS = 60_000;

export type Access = { url: string; appKey: string; secret: string };
export type ClientCall = {
  method: string;
  params: Record<string, unknown>;
  /** HTTP method, where the client offers a choice. */
  http?: 'GET';
};

/** What the drivers print, call by call; a client in Java tells success by itself. */
export type Outcome = {
  answer?: unknown;
  error?: { code?: unknown; subCode?: unknown; message?: unknown };
  success?: boolean;
  errorCode?: unknown;
  subCode?: unknown;
  code?: unknown;
  message?: unknown;
};

export type PythonClient = keyof typeof PYTHON;
export type NpmClient = keyof typeof NPM;
/** The official client by the format that it asks for, and the official client of Qimen. */
export type JavaClient = 'json' | 'xml' | 'simplify' | 'qimen';

export type PublicClients = {
  python(client: PythonClient, access: Access, calls: ClientCall[]): Promise<Outcome[]>;
  npm(client: NpmClient, access: Access, calls: ClientCall[]): Promise<Outcome[]>;
  java(client: JavaClient, access: Access, calls: ClientCall[]): Promise<Outcome[]>;
  remove(): void;
};

const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** Brings the clients into the cache and compiles the one in Java. */
export async function publicClients(): Promise<PublicClients> {
  const pythonPath = await ensurePythonPackages(PYTHON, log);
  const npmFolder = await ensureNpmPackages(NPM, log);
  const jars = await ensureMavenJars(JAVA, log);
  const classes = mkdtempSync(join(tmpdir(), 'astrolabe-java-client-'));
  const sources = readdirSync(join(DRIVERS, 'java')).map((name) => join(DRIVERS, 'java', name));
  await compileJava(sources, jars, classes);
  const classPath = [classes, ...jars].join(delimiter);
  return {
    python: (client, access, calls) =>
      drive(
        'python3',
        [join(DRIVERS, 'python.py')],
        // The clients write the machine's own time, and TOP's is China's.
        { PYTHONPATH: pythonPath, TZ: 'CST-8' },
        { client, ...access, calls },
      ),
    npm: (client, access, calls) =>
      drive(
        process.execPath,
        ['--no-deprecation', join(DRIVERS, 'node.mjs'), npmFolder],
        { TZ: 'Asia/Shanghai' },
        { client, ...access, calls },
      ),
    java: (client, access, calls) =>
      drive('java', ['-cp', classPath, 'OfficialClient'], {}, { client, ...access, calls }),
    remove: () => rmSync(classes, { recursive: true, force: true }),
  };
}

/** Compiles Java sources into a folder; needs no JDK. */
export async function compileJava(
  sources: readonly string[],
  jars: readonly string[],
  target: string,
): Promise<void> {
  const compiler = await ensureMavenJars(JAVA_COMPILER, log);
  await run('java', [
    '-cp',
    compiler.join(delimiter),
    'org.eclipse.jdt.internal.compiler.batch.Main',
    '-17',
    '-nowarn',
    '-encoding',
    'UTF-8',
    '-cp',
    jars.join(delimiter),
    '-d',
    target,
    ...sources,
  ]);
}

async function drive(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  input: object,
): Promise<Outcome[]> {
  return JSON.parse(await run(command, args, env, JSON.stringify(input))) as Outcome[];
}

/** Runs a program to its end; its standard output, or an error with what it said. */
export async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<string> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}${errors}`);
  return output;
}
