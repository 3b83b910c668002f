export type { DemoClerk, DemoKey, DemoOperator, DemoSeller, PushApplication } from './demo.ts';
export { DEMO_SELLER_ID, demoSeller, loadSeller } from './demo-seller.ts';
export { PortInUse, anyPorts, fixedPorts } from './ports.ts';
export type { Stack, StackOptions } from './stack.ts';
export { adminAddress, grpcAddress, httpUrl, prepareStack, startStack } from './stack.ts';
export type { AppName, AppPorts, StackKeys, StackSettings } from './topology.ts';
export { APP_NAMES, DEFAULT_PORTS, SERVICES_TOGETHER, environmentOf } from './topology.ts';
