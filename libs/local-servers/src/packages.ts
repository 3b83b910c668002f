import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, installFolder, withCacheLock } from './cache.ts';
import type { Progress } from './cache.ts';
import { need } from './prerequisites.ts';
import type { Program } from './prerequisites.ts';
import { runLogged } from './run-logged.ts';

const TIMEOUT_MS = 5 * 60_000;
const PIP = '-m pip install --quiet --disable-pip-version-check --no-input';
const NPM = 'install --ignore-scripts --no-audit --no-fund --loglevel error';

/** A part of the cache that a package manager fills. */
type Packages = {
  /** Names the folder, with everything that its content depends on. */
  folder: string;
  what: string;
  programs: readonly Program[];
  command: string;
  argsFor: (work: string) => readonly string[];
  /** What the command reads in the folder that it runs in. */
  files?: Readonly<Record<string, string>>;
};

async function ensurePackages(packages: Packages, log: Progress): Promise<string> {
  const target = join(cacheDir(), packages.folder);
  if (existsSync(target)) return target;
  need(...packages.programs);
  await withCacheLock(packages.folder, log, async (tell) => {
    if (!existsSync(target)) await installFolder(target, (work) => fill(work, packages, tell));
  });
  return target;
}

async function fill(work: string, packages: Packages, log: Progress): Promise<string> {
  for (const [name, content] of Object.entries(packages.files ?? {})) {
    writeFileSync(join(work, name), content);
  }
  await runLogged({
    what: packages.what,
    command: packages.command,
    args: packages.argsFor(work),
    cwd: work,
    env: {},
    logFile: join(cacheDir(), `${packages.folder}.log`),
    timeoutMs: TIMEOUT_MS,
    log,
  });
  return work;
}

const slug = (packages: Readonly<Record<string, string>>): string =>
  Object.entries(packages)
    .map(([name, version]) => `${name.replaceAll(/[^\w.]+/g, '-')}-${version}`)
    .join('-');

/** Packages of PyPI by name and version. Returns the folder to put on PYTHONPATH. */
export const ensurePythonPackages = (
  packages: Readonly<Record<string, string>>,
  log: Progress,
): Promise<string> =>
  ensurePackages(
    {
      folder: `python-${slug(packages)}`,
      what: `PyPI packages ${Object.keys(packages).join(', ')}`,
      programs: ['python3'],
      command: 'python3',
      argsFor: (work) => [
        ...PIP.split(' '),
        '--target',
        work,
        ...Object.entries(packages).map(([name, version]) => `${name}==${version}`),
      ],
    },
    log,
  );

/** Packages of npm by name and version, without their scripts. Returns the folder they resolve from. */
export const ensureNpmPackages = (
  packages: Readonly<Record<string, string>>,
  log: Progress,
): Promise<string> =>
  ensurePackages(
    {
      folder: `npm-${slug(packages)}`,
      what: `npm packages ${Object.keys(packages).join(', ')}`,
      programs: [],
      command: 'npm',
      argsFor: (work) => [...NPM.split(' '), '--prefix', work],
      files: { 'package.json': JSON.stringify({ private: true, dependencies: packages }) },
    },
    log,
  );

/** Artifacts of Maven as `group:artifact:version`, with what they need. Returns the paths of the jars. */
export async function ensureMavenJars(
  artifacts: readonly string[],
  log: Progress,
): Promise<readonly string[]> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
  const folder = await ensurePackages(
    {
      folder: `maven-${artifacts.map((one) => one.split(':').slice(1).join('-')).join('-')}`,
      what: `Maven artifacts ${artifacts.join(', ')}`,
      programs: ['java', 'mvn'],
      command: 'mvn',
      argsFor: (work) => ['-B', '-q', goal, '-DincludeScope=runtime', `-DoutputDirectory=${work}`],
      files: { 'pom.xml': pomOf(artifacts) },
    },
    log,
  );
  need('java');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .map((name) => join(folder, name));
}

function pomOf(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((one) => {
    const [group, artifact, version] = one.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>astrolabe</groupId><artifactId>jars</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}
