import { textsOf } from '../../shared/language.ts';
import type { Texts } from '../../shared/language.ts';

/** Texts of the onboarding page, Chinese and English side by side. */
const TEXTS = {
  sellers: ['卖家', 'Sellers'],
  keys: ['应用密钥', 'Application keys'],
  connections: ['系统连接', 'Connections'],
  kind: ['连接到', 'To'],
  kind1688: ['1688 企业采购', '1688 procurement'],
  kindTmall: ['天猫店铺', 'Tmall shop'],
  kindPos: ['门店系统', 'Store system'],
  kindDistribution: ['分销上游', 'Supplier'],
  kindTill: ['收银交易', 'Till trades'],
  address: ['地址（https）', 'Address (https)'],
  polls: ['无，由对方轮询', 'None: it polls'],
  ourKey: ['我方应用标识', 'Our application there'],
  sellerNick: ['卖家昵称', 'Nick of the seller'],
  theirSecret: ['对方给出的密钥', 'The secret, from the other side'],
  session: ['授权会话（session）', 'Session of the authorisation'],
  newSession: ['新的授权会话（留空则不变）', 'New session (empty: it stays)'],
  lookupPath: ['订单查询路径', 'Path of the list of orders'],
  lookupHint: ['以 / 开头；留空则无法查询', 'Begins with /; empty: orders cannot be looked up'],
  retryCodes: ['可重试的错误码（逗号分隔）', 'Codes after which a repeat helps (commas between)'],
  failCodes: ['不再重试的错误码', 'Codes after which it does not'],
  treatAsPaid: ['扫码付款即视为已付', 'What was scanned is paid once the trade is made'],
  connected: ['已连接', 'Connected'],
  notConnected: ['未连接', 'Not connected'],
  reason: ['原因', 'Reason'],
  noReason: ['未说明原因', 'Nobody has said why'],
  pauseWarning: [
    '停用期间不调用该系统；待发的调用会保留，启用后半分钟内继续。',
    'The system is not called meanwhile. What was to be called waits, and goes on within half a minute of being enabled.',
  ],
  rotateOursWarning: [
    '立即改用新密钥签名。请先确认对方可以同时换上新密钥。',
    'Calls are signed with the new secret at once. See that the other side changes it at the same time.',
  ],
  rotateTheirsWarning: [
    '立即改用新密钥，原密钥不再使用。',
    'The new secret is used at once, and the former one no more.',
  ],
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
  UNKNOWN_CONNECTION: ['该卖家没有连接', 'The seller has no connection'],
  INVALID_CONNECTION: [
    '连接信息有误：地址须为 https，编号不能含特殊字符',
    'Something of the connection is not right: the address is https, names have no special characters',
  ],
  CONNECTION_EXISTS: [
    '该卖家已有此连接，没有改变；可更换密钥',
    'The seller has this connection already: nothing was changed. Rotate its secret instead',
  ],
  UNKNOWN_KIND: ['没有这种连接', 'There is no such kind of connection'],
  MISSING_FIELD: ['缺少必填内容', 'Something that is required is missing'],
  TOO_LONG: ['内容过长', 'Something is too long'],
  TOO_MANY_CODES: ['错误码最多 50 个', 'At most 50 codes'],
  BAD_LOOKUP_PATH: ['订单查询路径须以 / 开头', 'The path of the list of orders begins with /'],
  BAD_URL: ['地址须为不带参数的 https 地址', 'The address is https, without a query'],
  INNER_ADDRESS: ['地址指向内部网络', 'The address leads inside our network'],
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
