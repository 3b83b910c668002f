import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export type Json = Record<string, unknown>;

export const ROOT = resolve(import.meta.dirname, '../..');

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : [];

/** A text that may be absent. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The text of a file of the repository. */
export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A YAML file with its merge keys resolved. */
export const yamlOf = (path: string): Json => object(parse(textOf(path), { merge: true }));

/** All resources of a text with several documents. */
export const resourcesIn = (text: string): Json[] =>
  parseAllDocuments(text).map((document) => object(document.toJS()));

/** The resources of the base as they stand in their files, without kustomize. */
export function baseResources(): Json[] {
  const folder = 'deploy/k8s/base';
  const named = strings(yamlOf(`${folder}/kustomization.yaml`)['resources']);
  return named.flatMap((file) => resourcesIn(textOf(`${folder}/${file}`)));
}

export const kindOf = (resource: Json): string => String(resource['kind']);
export const nameOf = (resource: Json): string => String(object(resource['metadata'])['name']);

export const named = (resources: readonly Json[], kind: string, name: string): Json | undefined =>
  resources.find((resource) => kindOf(resource) === kind && nameOf(resource) === name);

export type Pod = { name: string; labels: Json; spec: Json };

/** The pod template of a workload, or null for other kinds. */
export function podOf(resource: Json): Pod | null {
  const template = object(object(resource['spec'])['template']);
  if (!template['spec']) return null;
  return {
    name: `${kindOf(resource)}/${nameOf(resource)}`,
    labels: object(object(template['metadata'])['labels']),
    spec: object(template['spec']),
  };
}

/** Workloads that serve, one an app: what runs once (a Job) is none. */
export const serving = (resources: readonly Json[]): Json[] =>
  resources.filter((resource) => ['Deployment', 'StatefulSet'].includes(kindOf(resource)));

/** The variables that the image sets (deploy/Dockerfile). */
export function imageEnv(): Record<string, string> {
  const block = /^ENV ((?:.*\\\n)*.*)$/m.exec(textOf('deploy/Dockerfile'))?.[1] ?? '';
  const pairs = [...block.matchAll(/([A-Z_]+)=(\S+)/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** A container's environment; a value out of a secret or of the pod's own state is null. */
export type Env = Record<string, string | null>;

/** What a workload's only container finds in its environment, the image's and shared values apart. */
export function ownEnv(workload: Json): Env {
  const container = list(podOf(workload)?.spec['containers'])[0] ?? {};
  return Object.fromEntries(
    list(container['env']).map((entry) => [
      String(entry['name']),
      typeof entry['value'] === 'string' ? entry['value'] : null,
    ]),
  );
}

/** The values that a workload takes from config maps. */
export function sharedEnv(workload: Json, resources: readonly Json[]): Env {
  const container = list(podOf(workload)?.spec['containers'])[0] ?? {};
  const maps = list(container['envFrom']).map((from) =>
    named(resources, 'ConfigMap', String(object(from['configMapRef'])['name'])),
  );
  return Object.assign({}, ...maps.map((map) => object(map?.['data']))) as Env;
}
