import { ConfigError, loadConfig, ownVariable } from '@astrolabe/service';
import type { App } from './apps.ts';
import { allows, rulesOf } from './policies.ts';
import {
  imageEnv,
  kindOf,
  list,
  named,
  nameOf,
  object,
  ownEnv,
  podOf,
  serving,
  sharedEnv,
  strings,
  text,
} from './resources.ts';
import type { Env, Json } from './resources.ts';

/** Stands for a value that only the installation has; long enough for a key of 32 bytes in base64. */
const SECRET = 'x'.repeat(44);

/** What an app would say to its environment at the start, and variables that nothing reads. */
export function configProblems(app: App, own: Env, shared: Env): string[] {
  const all: Record<string, string> = { ...imageEnv() };
  for (const [name, value] of Object.entries({ ...shared, ...own })) all[name] = value ?? SECRET;
  const expanded = (name: string) =>
    Object.values(own).some((value) => value?.includes(`$(${name})`));
  const unread = Object.keys(own)
    .filter((name) => !(name in app.schema.properties) && !expanded(name))
    .map((name) => `${app.name}: nothing reads ${name}`);
  try {
    loadConfig(app.schema, all);
    return unread;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...error.problems.map((problem) => `${app.name}: ${problem}`), ...unread];
  }
}

/** The configuration of every app in the cluster, and the ports that its manifest names. */
export function clusterConfigProblems(apps: readonly App[], resources: readonly Json[]): string[] {
  return apps.flatMap((app) => {
    const workload = serving(resources).find((resource) => nameOf(resource) === app.name);
    if (!workload) return [];
    const [own, shared] = [ownEnv(workload), sharedEnv(workload, resources)];
    return [...configProblems(app, own, shared), ...portProblems(app, workload, own)];
  });
}

/** Every port that an app listens at is named in its pod, and no other. */
function portProblems(app: App, workload: Json, own: Env): string[] {
  const container = list(podOf(workload)?.spec['containers'])[0] ?? {};
  const open = new Map(
    list(container['ports']).map((port) => [String(port['name']), String(port['containerPort'])]),
  );
  const image = imageEnv();
  return ['grpc', 'admin', 'http', 'health'].flatMap((name) => {
    const variable = `${name.toUpperCase()}_PORT`;
    const listens = variable in app.schema.properties;
    const expected = listens ? (own[variable] ?? image[variable]) : undefined;
    const found = open.get(name);
    if (found === expected) return [];
    return [
      `${app.name}: port ${name} is ${found ?? 'not open'}, the app says ${expected ?? 'none'}`,
    ];
  });
}

/** The configuration of every app in the compose file. */
export function composeConfigProblems(apps: readonly App[], compose: Json): string[] {
  return apps.flatMap((app) => {
    const service = object(object(compose['services'])[app.name]);
    const env: Env = Object.fromEntries(
      Object.entries(object(service['environment'])).map(([name, value]) => {
        const written = String(value);
        // `${NAME:?…}` has to be set, `${NAME:-…}` may be.
        if (written.includes(':?')) return [name, null];
        return [name, written.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')];
      }),
    );
    // What the file merges into every service is shared, as the config map is.
    const common = object(compose['x-environment']);
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => !(name in common)));
    return configProblems(app, own, env);
  });
}

/** The same of the compose file for one process: all apps, each with what it reads and a port of its own. */
export function oneProcessProblems(apps: readonly App[], compose: Json): string[] {
  const service = object(object(compose['services'])['astrolabe']);
  const env: Env = Object.fromEntries(
    Object.entries(object(service['environment'])).map(([name, value]) => [
      name,
      String(value).includes(':?') ? null : String(value).replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  );
  const named = env['SERVICES']?.split(',') ?? [];
  const listed = new Set(named);
  const missing = apps.filter(({ name }) => !listed.has(name));
  const ports = Object.entries(env).filter(([name]) => name.endsWith('_PORT'));
  const shared = Map.groupBy(ports, ([, port]) => port);
  return [
    ...missing.map(({ name }) => `SERVICES: ${name} is missing`),
    ...named
      .filter((name) => apps.every((app) => app.name !== name))
      .map((name) => `SERVICES: ${name} is no app`),
    ...[...shared.values()]
      .filter((all) => all.length > 1)
      .map((all) => `one port for ${all.map(([name]) => name).join(', ')}`),
    ...apps.flatMap((app) => {
      const prefix = ownVariable(app.name, '');
      const own = Object.entries(env).flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
      );
      return configProblems(app, Object.fromEntries(own), env);
    }),
  ];
}

type Lists = {
  resources: readonly Json[];
  kustomization: Json;
  compose: Json;
  prometheus: Json;
};

/** Policies of what is no app: the job that creates topics, the closed default, the command line. */
const NO_APPS = new Set(['topics', 'default-deny', 'operator']);

/** Who runs is the same everywhere: in the cluster with all that a service needs, in compose, in Prometheus. */
export function listProblems(apps: readonly App[], lists: Lists): string[] {
  const { resources, kustomization, compose, prometheus } = lists;
  const of = (kind: string) => resources.filter((one) => kindOf(one) === kind).map(nameOf);
  const images = list(kustomization['images']).map(({ name }) => String(name).split('/')[1] ?? '');
  const built = Object.values(object(compose['services'])).map((service) =>
    text(object(object(object(service)['build'])['args'])['SERVICE']),
  );
  const targets = list(prometheus['scrape_configs']).flatMap((job) =>
    list(job['static_configs']).flatMap((config) => strings(config['targets'])),
  );
  const places: [string, string[]][] = [
    ['workloads', serving(resources).map(nameOf)],
    ['disruption budgets', of('PodDisruptionBudget')],
    ['network policies', of('NetworkPolicy').filter((name) => !NO_APPS.has(name))],
    ['images', images.filter((name) => name !== 'cli')],
    ['compose', built.filter((name) => name !== '' && name !== 'cli')],
    ['Prometheus', targets.map((target) => target.split(':')[0] ?? '')],
  ];
  const names = apps.map(({ name }) => name);
  const listening = apps.filter(listens).map(({ name }) => name);
  return [
    ...differences('services', listening, of('Service')),
    ...places.flatMap(([place, found]) => differences(place, names, found)),
  ];
}

/** An app that is called; one that only consumes has no port beside its health, and no service. */
const listens = ({ schema }: App): boolean =>
  ['GRPC_PORT', 'ADMIN_PORT', 'HTTP_PORT'].some((variable) => variable in schema.properties);

const differences = (place: string, names: readonly string[], found: readonly string[]) => [
  ...names.filter((name) => !found.includes(name)).map((name) => `${place}: ${name} is missing`),
  ...found
    .filter((name) => !names.includes(name))
    .map((name) => `${place}: there is no app ${name}`),
];

/** The service and port behind an address; `self` for the pod's own. */
function calleeOf(address: string, self: string): { name: string; port: number } {
  const [host = '', port = ''] = address.split(':');
  return { name: host.startsWith('$(') ? self : host, port: Number(port) };
}

/** Every `*_ADDRESS` is a service with that port, the caller may call it, and it may be called. */
export function addressProblems(resources: readonly Json[]): string[] {
  return serving(resources).flatMap((caller) =>
    Object.entries(ownEnv(caller))
      .filter(([variable]) => variable.endsWith('_ADDRESS'))
      .flatMap(([variable, address]) => {
        const from = nameOf(caller);
        const { name, port } = calleeOf(address ?? '', from);
        const told = (what: string) => `${from}: ${variable} ${address ?? ''}: ${what}`;
        const service = named(resources, 'Service', name);
        const opened = list(object(service?.['spec'])['ports']).find((one) => one['port'] === port);
        if (!opened) return [told('there is no such service and port')];
        const callee = serving(resources).find((one) => nameOf(one) === name);
        if (!callee) return [told('nothing runs there')];
        const target = String(opened['targetPort']);
        return [
          ...(allows(resources, 'egress', [labelsOf(caller), labelsOf(callee)], target)
            ? []
            : [told(`${from} may not call it (egress)`)]),
          ...(allows(resources, 'ingress', [labelsOf(callee), labelsOf(caller)], target)
            ? []
            : [told(`${name} may not be called by it (ingress)`)]),
        ];
      }),
  );
}

const labelsOf = (workload: Json): Json => podOf(workload)?.labels ?? {};

/** Where the stores are: the label of their namespaces, and the port. */
const STORES: readonly (readonly [string, string, number])[] = [
  ['MONGODB_URI', 'data', 27_017],
  ['KAFKA_BROKERS', 'data', 9_092],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'monitoring', 4_318],
];

/** A store that an app reads of may be reached, and no other one. */
export function storeProblems(apps: readonly App[], resources: readonly Json[]): string[] {
  return apps.flatMap((app) => {
    const open = rulesOf(resources, 'egress', { 'app.kubernetes.io/name': app.name }).flatMap(
      (rule) =>
        list(rule['to']).flatMap((peer) => {
          const role = object(object(peer['namespaceSelector'])['matchLabels'])[
            'astrolabe.dev/role'
          ];
          return list(rule['ports']).map(({ port }) => `${String(role)}:${String(port)}`);
        }),
    );
    return STORES.flatMap(([variable, role, port]) => {
      const needs = variable in app.schema.properties;
      if (needs === open.includes(`${role}:${port}`)) return [];
      return [`${app.name}: ${needs ? 'may not reach' : 'needs no'} ${variable} (${role}:${port})`];
    });
  });
}
