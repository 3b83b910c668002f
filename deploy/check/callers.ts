import { CONTRACTS, isAdministration } from '@astrolabe/contracts/callers';
import { allows } from './policies.ts';
import { named, nameOf, serving } from './resources.ts';
import type { Json } from './resources.ts';

const PORTS = ['grpc', 'admin'] as const;

/** The pods of a name; the operator's have no workload of their own. */
const podsOf = (name: string): Json => ({ 'app.kubernetes.io/name': name });

/**
 * The network lets exactly those call who may: each caller of a contract reaches its server at the
 * port of the contract, by its own policy and the server's, and whoever is no caller of any contract
 * there is let through by neither.
 */
export function callerProblems(resources: readonly Json[]): string[] {
  const names = [...serving(resources).map(nameOf), 'operator'];
  const listed = new Set(
    Object.entries(CONTRACTS).flatMap(([contract, { server, callers }]) => {
      const port = isAdministration(contract) ? 'admin' : 'grpc';
      return callers.map((caller) => `${caller} ${server} ${port}`);
    }),
  );
  const servers = new Set(Object.values(CONTRACTS).map(({ server }) => server));
  return [...servers].flatMap((server) => {
    if (!named(resources, 'Service', server)) return [`${server}: there is no such service`];
    return names.flatMap((caller) =>
      PORTS.flatMap((port) => {
        const may = listed.has(`${caller} ${server} ${port}`);
        const [from, to] = [podsOf(caller), podsOf(server)];
        const open = {
          [`the egress of ${caller}`]: allows(resources, 'egress', [from, to], port),
          [`the ingress of ${server}`]: allows(resources, 'ingress', [to, from], port),
        };
        return Object.entries(open)
          .filter(([, isOpen]) => isOpen !== may)
          .map(([policy, isOpen]) =>
            isOpen
              ? `${policy} opens ${port} of ${server} to ${caller}, which is no caller there`
              : `${policy} keeps ${caller} from ${port} of ${server}, which it may call`,
          );
      }),
    );
  });
}
