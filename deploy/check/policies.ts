import { kindOf, list, object, strings } from './resources.ts';
import type { Json } from './resources.ts';

export type Direction = 'ingress' | 'egress';

/** The rules of all policies that select a pod. */
export function rulesOf(resources: readonly Json[], direction: Direction, labels: Json): Json[] {
  return resources
    .filter((one) => kindOf(one) === 'NetworkPolicy')
    .map((one) => object(one['spec']))
    .filter((spec) => selects(object(spec['podSelector']), labels))
    .flatMap((spec) => list(spec[direction]));
}

/**
 * Whether the policies of the first pod let the second one through, both by their labels in our
 * namespace; `port` is the name of the callee's port. A rule without peers is for everybody, one
 * without ports for all of them.
 */
export function allows(
  resources: readonly Json[],
  direction: Direction,
  [pod, peer]: readonly [pod: Json, peer: Json],
  port: string,
): boolean {
  return rulesOf(resources, direction, pod).some((rule) => {
    const peers = rule[direction === 'ingress' ? 'from' : 'to'];
    const isPeer = peers === undefined || list(peers).some((one) => isOf(one, peer));
    const ports = rule['ports'];
    return isPeer && (ports === undefined || list(ports).some((one) => one['port'] === port));
  });
}

/** Whether a peer of a rule is a pod of our own namespace with these labels. */
function isOf(peer: Json, labels: Json): boolean {
  if (peer['ipBlock']) return false;
  const space = peer['namespaceSelector'];
  if (space !== undefined && !selects(object(space), OUR_NAMESPACE)) return false;
  return selects(object(peer['podSelector']), labels);
}

const OUR_NAMESPACE: Json = { 'kubernetes.io/metadata.name': 'astrolabe' };

/** A label selector of Kubernetes, with the operators that our manifests use. */
function selects(selector: Json, labels: Json): boolean {
  const exact = Object.entries(object(selector['matchLabels']));
  return (
    exact.every(([key, value]) => labels[key] === value) &&
    list(selector['matchExpressions']).every(({ key, operator, values }) => {
      if (operator !== 'In') throw new TypeError(`this check does not know ${String(operator)}`);
      return strings(values).includes(String(labels[String(key)]));
    })
  );
}
