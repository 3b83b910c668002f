import { textsOf } from '../../shared/language.ts';
import type { Texts } from '../../shared/language.ts';

/** Texts of the onboarding page, Chinese and English side by side. */
const TEXTS = {
  sellers: ['卖家', 'Sellers'],
  keys: ['应用密钥', 'Application keys'],
  connections: ['平台连接', 'Connections to platforms'],
  areas: ['服务区域', 'Areas'],
  clerks: ['店员', 'Clerks'],
  sellerId: ['卖家 ID', 'Seller ID'],
  nick: ['名称', 'Name'],
  allocator: ['由谁分单', 'Who allocates'],
  acceptor: ['在哪接单', 'Where stores accept'],
  shared: ['可售含非确定性库存', 'Sellable counts shared stock'],
  ASTROLABE: ['星盘', 'Astrolabe'],
  ISV: ['服务商', 'The ISV'],
  DIANZHANGGUI: ['店掌柜', 'The console'],
  POS: ['门店系统', 'The store system'],
  ALLOCATOR_ASTROLABE: ['星盘', 'Astrolabe'],
  ALLOCATOR_ISV: ['服务商', 'The ISV'],
  ACCEPTOR_DIANZHANGGUI: ['店掌柜', 'The console'],
  ACCEPTOR_POS: ['门店系统', 'The store system'],
  newSeller: ['新建卖家', 'New seller'],
  newKey: ['新建密钥', 'New key'],
  newConnection: ['新建连接', 'New connection'],
  newArea: ['新建或修改区域', 'New or changed area'],
  newClerk: ['新建店员', 'New clerk'],
  appKey: ['appKey', 'App key'],
  secret: ['密钥', 'Secret'],
  sellerIds: ['可代表的卖家（逗号分隔）', 'Sellers that it acts for (commas between)'],
  role: ['用途', 'For'],
  pos: ['门店系统', 'A store system'],
  erp: ['ERP', 'An ERP'],
  isv: ['服务商', 'An ISV'],
  tmall: ['天猫', 'Tmall'],
  rate: ['每秒请求上限（0 为默认）', 'Requests a second (0: as by default)'],
  state: ['状态', 'State'],
  formerUntil: ['原密钥有效至', 'Former secret good until'],
  rotate: ['更换密钥', 'Rotate'],
  overlap: [
    '原密钥继续有效（小时，最多 720）',
    'Former secret stays good for (hours, at most 720)',
  ],
  rotateWarning: [
    '请在原密钥失效前把新密钥交给调用方。',
    'Give the new secret to the caller before the former one ends.',
  ],
  disableKeyWarning: ['用它的调用在几秒内被拒绝。', 'Calls with it are refused within seconds.'],
  gatewayUrl: ['平台地址（https）', "The platform's address (https)"],
  memberId: ['会员 ID', 'Member ID'],
  refreshToken: ['refresh token', 'Refresh token'],
  accessEnds: ['访问令牌到期', 'Access token ends'],
  refreshEnds: ['刷新令牌到期', 'Refresh token ends'],
  refused: ['平台拒绝原因', 'Refused by the platform'],
  connectWarning: [
    '同一卖家已有的连接会被替换。',
    'A connection that the seller has already is replaced.',
  ],
  disableConnectionWarning: [
    '停用后不再接收该平台的消息，也不再调用它。',
    'Nothing is taken from the platform, and nobody calls it for the seller.',
  ],
  newSecret: ['平台给出的新密钥', 'The new secret, from the platform'],
  valid: ['有效', 'Good'],
  replaced: ['被替换', 'Replaced'],
  hours: ['小时', 'hours'],
  areaId: ['区域编号', 'Area'],
  areaName: ['区域名称', 'Name of the area'],
  places: ['发货地', 'Places'],
  placesHint: [
    '如 WAREHOUSE:WH-01, STORE:1342；留空为无人服务',
    'Such as WAREHOUSE:WH-01, STORE:1342; empty: nobody serves it',
  ],
  noPlaces: ['无人服务', 'Nobody serves it'],
  login: ['账号', 'Login'],
  password: ['密码', 'Password'],
  name: ['姓名', 'Name'],
  store: ['门店', 'Store'],
  CLERK: ['店员', 'Clerk'],
  MANAGER: ['店长', 'Manager'],
  newPassword: ['更换密码', 'New password'],
  passwordWarning: [
    '原密码的登录立即结束；停用的账号会重新启用。',
    'Sessions of the former one end at once; a disabled account works again.',
  ],
  disableClerkWarning: [
    '该账号的登录立即结束。更换密码可重新启用。',
    'Its sessions end at once. A new password enables it again.',
  ],
  nameRule: ['字母、数字和 . _ -，最多 64 位', 'Letters, digits and . _ -, at most 64'],
  SELLER_EXISTS: ['卖家已存在，没有改变', 'The seller is there already: nothing was changed'],
  APP_KEY_EXISTS: ['appKey 已存在，没有改变', 'The key is there already: nothing was changed'],
  UNKNOWN_APP_KEY: ['没有此 appKey', 'No such key'],
  UNKNOWN_SELLER: ['没有此卖家', 'No such seller'],
  NOT_CONNECTED: ['该卖家没有连接', 'The seller has no connection'],
  LOGIN_TAKEN: ['账号已被使用，没有改变', 'The login is taken: nothing was changed'],
  UNKNOWN_CLERK: ['该卖家没有此店员', 'The seller has no such clerk'],
  BAD_PLACE: ['发货地应写作 STORE:编号 或 WAREHOUSE:编号', 'Places are STORE:id or WAREHOUSE:id'],
  unknown: ['未知', 'Unknown'],
} as const satisfies Texts;

export type TextKey = keyof typeof TEXTS;

export const { isTextKey, useText } = textsOf(TEXTS);

/** Returns the words of a code; one that this version does not know is told as such, with the code. */
export function useCode(): (code: string | undefined) => string {
  const text = useText();
  return (code = '') => {
    if (code === '') return '—';
    return isTextKey(code) ? text(code) : `${text('unknown')} (${code})`;
  };
}

/** The page's own words for refusals. */
export function useRefusals(): (code: string) => string | undefined {
  const text = useText();
  return (code) => (isTextKey(code) ? text(code) : undefined);
}
