import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTS_SELLER } from '@astrolabe/kernel';
import { runLogged } from '@astrolabe/local-servers';
import {
  SERVICES_TOGETHER,
  demoSeller,
  fixedPorts,
  httpUrl,
  loadSeller,
  operatorEnvironment,
  startSingleSignOn,
  startStack,
} from '@astrolabe/local-stack';
import type { DemoSeller, SingleSignOn, Stack, StackKeys } from '@astrolabe/local-stack';
import { startInfrastructure } from './infrastructure.ts';
import type { Infrastructure } from './infrastructure.ts';
import { nextSteps } from './next-steps.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';
import { GOODS } from './tour/requests.ts';
import { connectSandbox } from './tour/sandbox.ts';
import { playTour } from './tour/tour.ts';
import { IDENTITY_PROVIDER_PORT } from './server-ports.ts';

export type Run = {
  options: Options;
  root: string;
  output: Output;
  /** Resolves with the signal's name when the user wants the end. */
  interrupted: Promise<string>;
};

/** The state of a run that outside clients and a later `--keep` read. */
type StateFile = {
  keys: StackKeys;
  seller: DemoSeller;
  addresses: Record<string, string>;
  /** Variables of the command line, which reads them here where its own environment names no system. */
  operator: Record<string, string>;
};

const STATE_FILE = 'devstack.json';
/** Under the name of a step. */
const INDENT = '          ';
const PAGES_TIMEOUT_MS = 15 * 60_000;
const KEPT =
  'The data is kept until the next plain npm start, which deletes it; npm start -- --keep goes on with it.';

const newKey = (): string => randomBytes(32).toString('base64');

const newKeys = () => ({
  rawBodyKey: newKey(),
  connectionKey: newKey(),
  pushKey: newKey(),
  identityRoot: newKey(),
});

/**
 * Starts everything, plays the demonstration order, tells the addresses and stays until the user
 * ends it or a process dies. Returns the exit code; every child has ended when it returns.
 */
export async function runDevstack({ options, root, output, interrupted }: Run): Promise<number> {
  const startedAt = performance.now();
  const stateDir = join(root, '.astrolabe');
  mkdirSync(join(stateDir, 'logs'), { recursive: true });
  const { promise: crash, resolve: crashed } = Promise.withResolvers<string>();

  output.heading('Starting Astrolabe');
  const ports = await fixedPorts(options.portOffset);
  const log = (line: string) => output.line(INDENT + line);
  const breakOff = new AbortController();
  void interrupted.then(() => breakOff.abort());
  const onCrash = (what: string, how: string, logFile: string) =>
    crashed(`${what} ${how}, which nobody asked for; its log: ${logFile}`);
  const infrastructure = await output.step('broker and database', () =>
    startInfrastructure(options, { stateDir, log, signal: breakOff.signal, onCrash }),
  );
  let stack: Stack | null = null;
  let signOn: SingleSignOn | null = null;
  let seller: DemoSeller | null = null;
  try {
    const previous = options.keep ? readState(stateDir) : null;
    await ensurePages({ root, app: 'console', stateDir, output });
    const keys = { ...newKeys(), ...previous?.keys };
    signOn = await output.step('identity provider', () =>
      startSignOn(options, ports, () => seller),
    );
    const { settings: console } = signOn;
    stack = await output.step('services, sandbox and console', () =>
      startStack({
        root,
        ports,
        together: options.oneProcess ? SERVICES_TOGETHER : [],
        logDir: join(stateDir, 'logs'),
        settings: settingsOf(options, infrastructure, { keys, root, console }),
        log,
        signal: breakOff.signal,
        onCrash,
      }),
    );
    const running = stack;
    const demo = previous?.seller ?? demoSeller(httpUrl(running, 'sandbox'));
    seller = demo;
    const sandbox = connectSandbox(httpUrl(running, 'sandbox'));
    await output.step('demonstration seller', async () => {
      await loadSeller(running, demo);
      await sandbox.configure(demo);
    });
    const addresses = addressesOf(running, infrastructure, signOn);
    writeState(stateDir, { keys, seller: demo, addresses, operator: operatorEnvironment(running) });
    output.line(`  ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);

    let passed = true;
    if (options.tour) {
      const ended = Promise.race([crash, interrupted]).then((what) => {
        throw new Error(`The tour was broken off: ${what}`);
      });
      passed = await Promise.race([
        playTour({ stack: running, seller: demo, sandbox, output }),
        ended,
      ]);
    }
    printAddresses(addresses, stateDir, output);
    if (options.once) return passed ? 0 : 1;
    printNextSteps(demo, addresses, output);
    const reason = await Promise.race([crash, interrupted.then(() => null)]);
    if (reason !== null) output.problem(`${reason}. Ending the other processes`);
    return reason === null ? 0 : 1;
  } finally {
    output.line('\nEnding all processes');
    await stack?.stop();
    await signOn?.stop();
    await infrastructure.stop();
    if (!options.once) output.line(KEPT);
  }
}

/** The provider by which the demonstration's operators may sign in; it knows them once they are there. */
const startSignOn = (
  { portOffset }: Options,
  ports: Awaited<ReturnType<typeof fixedPorts>>,
  seller: () => DemoSeller | null,
): Promise<SingleSignOn> =>
  startSingleSignOn({
    port: IDENTITY_PROVIDER_PORT + portOffset,
    consoleUrl: `http://127.0.0.1:${ports.console.http ?? 0}`,
    people: () => seller()?.operators ?? [],
  });

function settingsOf(
  options: Options,
  infrastructure: Infrastructure,
  { keys, root, console }: { keys: StackKeys; root: string; console: Record<string, string> },
) {
  // On somebody else's servers every run gets names of its own, so that nothing there is touched.
  const foreign = options.kafkaBrokers !== null || options.mongoUri !== null;
  const run = foreign && !options.keep ? `${Date.now().toString(36)}_` : '';
  return {
    kafkaBrokers: infrastructure.kafkaBrokers,
    mongoUri: infrastructure.mongoUri,
    databasePrefix: `astrolabe_${run}`,
    topicPrefix: run === '' ? '' : `${run.replace('_', '')}.`,
    ...(options.otlpEndpoint ? { otlpEndpoint: options.otlpEndpoint } : {}),
    traceSampleRatio: 1,
    logLevel: 'info',
    keys,
    webDist: join(root, 'apps/console/dist'),
    // Operators' pages open at the demonstration: their own build knows nothing of it.
    extra: {
      console: {
        ...console,
        START_SELLER: DOCUMENTS_SELLER.sellerId,
        START_ITEM: GOODS.itemId,
        START_SKU: GOODS.skuId,
      },
    },
  };
}

type Pages = { root: string; app: string; stateDir: string; output: Output };

/** Builds an app's pages when they are missing; a changed page is built by `npm run build`. */
async function ensurePages({ root, app, stateDir, output }: Pages): Promise<void> {
  const folder = join(root, 'apps', app);
  if (existsSync(join(folder, 'dist/index.html'))) return;
  await output.step(`pages of ${app}`, () =>
    runLogged({
      what: `building the pages of ${app}`,
      command: join(root, 'node_modules/.bin/vite'),
      args: ['build', 'src/web', '--config', 'vite.config.ts', '--logLevel', 'error'],
      cwd: folder,
      env: {},
      logFile: join(stateDir, 'logs', `${app}-pages.log`),
      timeoutMs: PAGES_TIMEOUT_MS,
      log: (line) => output.line(INDENT + line),
    }),
  );
}

function addressesOf(stack: Stack, infrastructure: Infrastructure, signOn: SingleSignOn) {
  const gateway = httpUrl(stack, 'gateway-ingress');
  return {
    console: httpUrl(stack, 'console'),
    identityProvider: signOn.issuer,
    qimen: `${gateway}/router/qimen/service`,
    top: `${gateway}/router/rest`,
    tmallPush: `${gateway}/tmall/push`,
    governmentMall: `${httpUrl(stack, 'govmall-adapter')}/api`,
    sandbox: httpUrl(stack, 'sandbox'),
    kafka: infrastructure.kafkaBrokers,
    mongodb: infrastructure.mongoUri,
    ...Object.fromEntries(
      Object.entries(stack.ports).flatMap(([app, { grpc, admin }]) =>
        Object.entries({ grpc, admin })
          .filter(([, port]) => port !== undefined)
          .map(([name, port]) => [`${name}:${app}`, `127.0.0.1:${port}`]),
      ),
    ),
  };
}

function printAddresses(addresses: Record<string, string>, stateDir: string, output: Output): void {
  output.heading('Addresses');
  for (const [name, address] of Object.entries(addresses)) {
    output.line(`  ${name.padEnd(24)} ${address}`);
  }
  output.line(`  keys and secrets         ${join(stateDir, STATE_FILE)}`);
  output.line(`  logs                     ${join(stateDir, 'logs')}`);
}

function printNextSteps(
  seller: DemoSeller,
  addresses: Parameters<typeof nextSteps>[1],
  output: Output,
): void {
  output.heading('What to do next');
  for (const line of nextSteps(seller, addresses)) output.line(`  ${line}`);
  output.line('\nCtrl-C ends everything.');
}

function readState(stateDir: string): StateFile | null {
  const file = join(stateDir, STATE_FILE);
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, 'utf8')) as StateFile;
}

function writeState(stateDir: string, state: StateFile): void {
  // The file holds secrets: only its owner may read it.
  writeFileSync(join(stateDir, STATE_FILE), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
