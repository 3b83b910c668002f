import type { DemoClerk, DemoKey, DemoOperator, DemoSeller } from '@astrolabe/local-stack';
import { ITEM_STOCK_QUERY, stockQueryXml } from './tour/requests.ts';

/** The addresses that a newcomer opens or calls. */
export type Entrances = { qimen: string; console: string };

/**
 * A signed Qimen call as commands of a POSIX shell with curl: signs when it runs, so that it works at
 * any time. The signature is the TOP rule (docs 101617): MD5 over secret, sorted parameters, body, secret.
 */
export function stockCall(url: string, key: DemoKey, sellerId: string): string {
  const { appKey, secret } = key;
  const fixed = { app_key: appKey, customerId: sellerId, format: 'xml', method: ITEM_STOCK_QUERY };
  const signed = Object.entries({ ...fixed, sign_method: 'md5' })
    .map(([name, value]) => name + value)
    .join('');
  const query = new URLSearchParams({ ...fixed, sign_method: 'md5', v: '2.0' }).toString();
  return [
    // Shanghai has been eight hours ahead of UTC since 1991; not every machine has the zone's name.
    `T=$(TZ=UTC-8 date '+%Y-%m-%d %H:%M:%S')`,
    `B='${stockQueryXml(sellerId)}'`,
    `S=$(printf %s "${secret}${signed}timestamp\${T}v2.0\${B}${secret}" | md5sum | cut -c1-32 | tr a-f A-F)`,
    `curl -sS "${url}?${query}&timestamp=$(echo "$T" | tr ' ' +)&sign=$S" -H 'content-type: text/xml' -d "$B"`,
  ].join('; ');
}

/** What to do with a system that runs, as lines to print. */
export function nextSteps(
  seller: Pick<DemoSeller, 'sellerId' | 'keys' | 'clerks' | 'operators'>,
  entrances: Entrances,
): string[] {
  return [
    'Look at orders, stock and money, as an operator:',
    `    ${entrances.console}/#/sellers/${seller.sellerId}/orders`,
    ...seller.operators.map((operator) => `    ${operatorLogin(operator, seller.sellerId)}`),
    '    the same by 本机身份提供方 (single sign-on): its button on the sign-in page, the same login and password',
    'Work as a clerk of a store:',
    ...seller.clerks.slice(0, 1).map((clerk) => `    ${entrances.console}  ${clerkLogin(clerk)}`),
    'See what the platform knows, on the command line:',
    `    npx astrolabe order list --seller ${seller.sellerId}`,
    'Ask for stock as the ERP does, with a signed call (paste it into a shell):',
    `    ${stockCall(entrances.qimen, seller.keys.erp, seller.sellerId)}`,
  ];
}

const operatorLogin = ({ login, password, allSellers }: DemoOperator, sellerId: string): string =>
  `login ${login}, password ${password} (of ${allSellers ? 'every seller' : `seller ${sellerId}`})`;

const clerkLogin = ({ login, password, storeId, role }: DemoClerk): string =>
  `login ${login}, password ${password} (${role} of store ${storeId})`;
