export { askedMore, askedOf } from './asked.ts';
export type { DemoClerk, DemoKey, DemoOperator, DemoSeller, PushApplication } from './demo.ts';
export { demoSeller, loadSeller } from './demo-seller.ts';
export { loadUsers } from './demo-users.ts';
export { PortInUse, anyPorts, fixedPorts } from './ports.ts';
export type { SingleSignOn } from './single-sign-on.ts';
export { startSingleSignOn } from './single-sign-on.ts';
export type { Stack, StackOptions } from './stack.ts';
export { adminAddress, grpcAddress, httpUrl, prepareStack, startStack } from './stack.ts';
export type { AppName, AppPorts, StackKeys, StackSettings } from './topology.ts';
export {
  APP_NAMES,
  DEFAULT_PORTS,
  SERVICES_TOGETHER,
  environmentOf,
  operatorEnvironment,
} from './topology.ts';
