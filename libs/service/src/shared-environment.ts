/** `order-router` and HTTP_PORT: ORDER_ROUTER__HTTP_PORT, which in a shared environment is that service's alone. */
export const ownVariable = (service: string, variable: string): string =>
  `${service.toUpperCase().replaceAll('-', '_')}__${variable}`;

/**
 * The environment of one of the services that share a process: its own variables without their prefix,
 * and of all others those that it does not have of its own.
 */
export function ownEnvironment(
  service: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const prefix = ownVariable(service, '');
  const own = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
  );
  return { ...env, ...Object.fromEntries(own) };
}
