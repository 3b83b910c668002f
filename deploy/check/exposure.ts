import { addressList, addressMatcher } from '@astrolabe/http';
import type { App } from './apps.ts';
import { allows } from './policies.ts';
import {
  kindOf,
  list,
  nameOf,
  object,
  ownEnv,
  podOf,
  serving,
  sharedEnv,
  strings,
  text,
} from './resources.ts';
import type { Json } from './resources.ts';

/** How an app may know a caller from outside. */
const CALLERS = new Set(['signature', 'token', 'session']);

/** The services that ingresses name. */
const publishedNames = (resources: readonly Json[]): string[] =>
  resources
    .filter((one) => kindOf(one) === 'Ingress')
    .flatMap((one) => {
      const spec = object(one['spec']);
      const paths = list(spec['rules']).flatMap((rule) => list(object(rule['http'])['paths']));
      const backends = [...paths.map(({ backend }) => backend), spec['defaultBackend']];
      return backends.map((backend) => text(object(object(backend)['service'])['name']));
    });

/** No ingress, and no network policy, lets the outside reach an app that does not know its callers. */
export function exposureProblems(apps: readonly App[], resources: readonly Json[]): string[] {
  const closed = new Set(
    apps.filter(({ callers }) => !CALLERS.has(callers)).map(({ name }) => name),
  );
  const published = publishedNames(resources);
  const reachable = resources
    .filter((one) => kindOf(one) === 'NetworkPolicy')
    .filter((one) =>
      list(object(one['spec'])['ingress']).some(
        (rule) =>
          // A rule without `from` lets everybody in.
          !rule['from'] ||
          list(rule['from']).some((peer) => {
            const labels = object(object(peer['namespaceSelector'])['matchLabels']);
            return labels['astrolabe.dev/role'] === 'ingress' || peer['ipBlock'] !== undefined;
          }),
      ),
    )
    .map(nameOf);
  const types = resources
    .filter((one) => kindOf(one) === 'Service')
    .filter(
      (one) =>
        ![undefined, 'ClusterIP'].includes(object(one['spec'])['type'] as undefined | string),
    );
  return [
    ...[...new Set(published)]
      .filter((name) => closed.has(name))
      .map((name) => `an ingress names ${name}, which does not know its callers`),
    ...reachable
      .filter((name) => closed.has(name))
      .map((name) => `${name} may be reached from outside and does not know its callers`),
    ...types.map((one) => `service ${nameOf(one)} is reachable beside the ingress`),
  ];
}

/** Networks that clusters give their pods addresses of: RFC 1918, RFC 6598, RFC 4193. */
const POD_NETWORKS = ['10.0.0.1', '100.64.0.1', '172.16.0.1', '192.168.0.1', 'fd00::1'];
const OUTSIDE = ['203.0.113.1', '8.8.8.8', '2001:db8::1'];

/**
 * What fails, and how many connections there are, counts against who calls and not against the
 * ingress: an app that one names believes the ingress's X-Forwarded-For, wherever its pods are, and
 * nobody's outside. That holds while no other pod reaches the port.
 */
export function proxyProblems(apps: readonly App[], resources: readonly Json[]): string[] {
  const published = new Set(publishedNames(resources));
  return apps.flatMap(({ name, schema }) => {
    const workload = serving(resources).find((one) => nameOf(one) === name);
    if (!workload || !published.has(name)) return [];
    const env = { ...sharedEnv(workload, resources), ...ownEnv(workload) };
    if (!('TRUSTED_PROXIES' in schema.properties)) return [`${name}: knows no proxies`];
    const isTrusted = addressMatcher(addressList(env['TRUSTED_PROXIES'] ?? ''));
    const others = serving(resources)
      .map(nameOf)
      .filter((peer) => allows(resources, 'ingress', [podLabels(name), podLabels(peer)], 'http'));
    return [
      ...POD_NETWORKS.filter((address) => !isTrusted(address)).map(
        (address) => `${name}: an ingress at ${address} is charged for all its callers`,
      ),
      ...OUTSIDE.filter(isTrusted).map(
        (address) => `${name}: ${address} may say that it is anybody`,
      ),
      ...others.map((peer) => `${name}: ${peer} reaches http, and may say that it is anybody`),
    ];
  });
}

const podLabels = (name: string): Json => ({ 'app.kubernetes.io/name': name });

/** Compose publishes to the machine itself only. */
export function publishedProblems(compose: Json): string[] {
  return Object.entries(object(compose['services'])).flatMap(([name, service]) =>
    strings(object(service)['ports'])
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name}: ${port} is open to the network`),
  );
}

/**
 * What is never "outside": private, shared (RFC 6598), link-local, loopback, documentation, benchmarks,
 * multicast and reserved ranges, in IPv4 and IPv6, and the IPv6 ranges that carry IPv4 addresses. Not among
 * them: ::ffff:0:0/96, which Kubernetes reads as IPv4 and refuses here; such packets leave as IPv4.
 */
const INNER: Readonly<Record<string, readonly string[]>> = {
  '0.0.0.0/0': [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  '::/0': [
    '::/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '2001::/32',
    '2002::/16',
    'fc00::/7',
    'fe80::/10',
    'ff00::/8',
  ],
};

/** Whoever may call the outside may call it in both families, and no inner range by it. */
export function outsideProblems(resources: readonly Json[]): string[] {
  return resources
    .filter((one) => kindOf(one) === 'NetworkPolicy')
    .flatMap((policy) =>
      list(object(policy['spec'])['egress']).flatMap((rule) => {
        const blocks = list(rule['to']).flatMap((peer) =>
          peer['ipBlock'] ? [object(peer['ipBlock'])] : [],
        );
        if (blocks.length === 0) return [];
        return Object.entries(INNER).flatMap(([cidr, inner]) => {
          const block = blocks.find((one) => one['cidr'] === cidr);
          if (!block) return [`${nameOf(policy)}: ${cidr} has no rule`];
          const open = inner.filter((range) => !strings(block['except']).includes(range));
          return open.map((range) => `${nameOf(policy)}: ${range} is open`);
        });
      }),
    );
}

/** What a start needs beside waiting for its database, e.g. to read a snapshot and a journal. */
const START_SECONDS = 15;

/** A pod whose database is away waits for it, and is not killed while it may. */
export function startProblems(apps: readonly App[], resources: readonly Json[]): string[] {
  return apps.flatMap(({ name, schema }) => {
    const workload = serving(resources).find((one) => nameOf(one) === name);
    if (!workload || !('STARTUP_WAIT_MS' in schema.properties)) return [];
    const env = { ...sharedEnv(workload, resources), ...ownEnv(workload) };
    const fallback = object(schema.properties['STARTUP_WAIT_MS'])['default'];
    const needs = Number(env['STARTUP_WAIT_MS'] ?? fallback) / 1_000 + START_SECONDS;
    const container = list(podOf(workload)?.spec['containers'])[0] ?? {};
    const probe = object(container['startupProbe']);
    const given = Number(probe['periodSeconds'] ?? 10) * Number(probe['failureThreshold'] ?? 3);
    return given >= needs
      ? []
      : [`${name}: is killed ${given} s after its start, needs ${needs} s`];
  });
}

/** Beside the pause and the stop, for what the runtime does around them. */
const SPARE_SECONDS = 5;

/**
 * A pod stops in order: it is unready, pauses for at least one probe, closes, and is killed only later.
 * `defaults` are those of the apps' configuration.
 */
export function terminationProblems(
  apps: readonly App[],
  resources: readonly Json[],
  compose: Json,
): string[] {
  return apps.flatMap(({ name, schema }) => {
    const workload = serving(resources).find((one) => nameOf(one) === name);
    if (!workload) return [];
    const env = { ...sharedEnv(workload, resources), ...ownEnv(workload) };
    const seconds = (variable: string) =>
      Number(env[variable] ?? object(schema.properties[variable])['default']) / 1_000;
    const pause = seconds('SHUTDOWN_PAUSE_MS');
    const needs = pause + seconds('SHUTDOWN_DEADLINE_MS') + SPARE_SECONDS;
    const spec = podOf(workload)?.spec ?? {};
    const probe = object(object(list(spec['containers'])[0])['readinessProbe']);
    const grace = Number(spec['terminationGracePeriodSeconds'] ?? 30);
    const service = object(object(compose['services'])[name]);
    const composed = Number(/^(\d+)s$/.exec(String(service['stop_grace_period']))?.[1] ?? 10);
    const problems: string[] = [];
    if (!(grace >= needs))
      problems.push(`${name}: is killed after ${grace} s and needs ${needs} s`);
    if (!(pause >= Number(probe['periodSeconds'] ?? 10))) {
      problems.push(`${name}: pauses ${pause} s, shorter than one readiness probe`);
    }
    if (!(composed >= needs - pause)) {
      problems.push(`${name}: compose kills it after ${composed} s`);
    }
    return problems;
  });
}
