import { textsOf } from '../../shared/language.ts';
import type { Texts } from '../../shared/language.ts';

/** Texts of the pages of government malls, Chinese and English side by side. */
const TEXTS = {
  orders: ['政采订单', 'Mall orders'],
  accounts: ['商城账号', 'Mall accounts'],
  order: ['政采订单信息', 'Mall order'],
  hold: ['占用明细', 'What it holds'],
  timeline: ['经过', 'What happened'],
  settings: ['预占规则', 'Rules of pre-orders'],
  number: ['订单号', 'Order'],
  mallNumber: ['商城单号', "The mall's number"],
  account: ['商城账号', 'Account'],
  purchaser: ['采购单位', 'Purchaser'],
  state: ['状态', 'State'],
  amount: ['金额（元）', 'Amount (yuan)'],
  preorderedAt: ['预占时间', 'Held since'],
  expiresAt: ['到期', 'Expires'],
  never: ['不到期', 'Never'],
  over: ['已结束', 'Over'],
  allStates: ['全部状态', 'All states'],
  line: ['行', 'Line'],
  goods: ['货品', 'Goods'],
  sku: ['商品编号', 'SKU'],
  quantity: ['数量', 'Quantity'],
  price: ['单价（元）', 'Price (yuan)'],
  shipped: ['已发', 'Shipped'],
  delivered: ['已收', 'Delivered'],
  returned: ['已退', 'Returned'],
  place: ['占用地', 'Held at'],
  why: ['原因', 'Why'],
  payment: ['支付方式', 'Payment'],
  notes: ['接收时的说明', 'Noted when it came'],
  trace: ['追踪号', 'Trace'],
  nothingHeld: ['没有占用', 'It holds nothing'],
  expire: ['立即到期', 'Expire now'],
  expireWarning: [
    '占用的库存会立即释放，商城之后不能再确认这张单。',
    'The stock that it holds is released at once, and the mall cannot confirm it any more.',
  ],
  heldPieces: ['占用件数', 'Pieces held'],
  holdMinutes: ['预占时长（分钟，0 为不到期）', 'Held for (minutes; 0: until the mall decides)'],
  alertMinutes: ['未决提醒（分钟，0 为 72 小时）', 'Told to people after (minutes; 0: 72 hours)'],
  mostPieces: [
    '每采购单位每货品最多占用（件，0 为不限）',
    'Most pieces held per purchaser and goods (0: no limit)',
  ],
  change: ['修改', 'Change'],
  settingsWarning: [
    '只影响之后的预下单；已有预占按原来的时长。',
    'It is for pre-orders to come; those that stand keep their time.',
  ],
  newAccount: ['新建账号', 'New account'],
  username: ['用户名', 'User name'],
  usernameRule: ['字母、数字和 . _ @ -，最多 64 位', 'Letters, digits and . _ @ -, at most 64'],
  password: ['密码', 'Password'],
  mallName: ['商城名称', 'Name of the mall'],
  agreementNo: ['协议编号', 'Agreement'],
  pools: ['可见商品池', 'Pools it is shown'],
  poolsHint: ['商品池编号，逗号分隔；留空为全部', 'Pool ids, with commas between; empty: all'],
  allPools: ['全部', 'All'],
  moneyAsText: ['金额写成文本', 'Amounts as texts'],
  rotate: ['更换密码', 'New password'],
  rotateWarning: [
    '原密码和用它取得的令牌立即失效，商城要用新密码重新取得令牌。',
    'The former password and its tokens end at once; the mall signs in with the new one.',
  ],
  disableWarning: [
    '停用后该商城不能取得令牌，已有令牌也不能使用。',
    'The mall gets no token any more, and those that it has do not work.',
  ],
  tokens: ['令牌', 'Tokens'],
  token: ['令牌标识', 'Token'],
  liveTokens: ['有效令牌', 'Live tokens'],
  revoke: ['吊销', 'Revoke'],
  revokeAll: ['全部吊销', 'Revoke all'],
  revokeWarning: [
    '使用它的调用立即被拒绝，商城要重新取得令牌。',
    'Calls with it are refused at once; the mall asks for another one.',
  ],
  valid: ['有效', 'Works'],
  revoked: ['失效', 'Ended'],
  by: ['操作者', 'By'],
  DRAFT: ['处理中', 'Being held'],
  REFUSED: ['未成立', 'Refused'],
  PRE_ORDERED: ['已预占，待确认', 'Held, to be confirmed'],
  CONFIRMED: ['已确认', 'Confirmed'],
  SHIPPED: ['已发货', 'Shipped'],
  COMPLETED: ['已完成', 'Completed'],
  REJECTED: ['已拒收', 'Not taken'],
  CANCELLED: ['已取消', 'Cancelled'],
  EXPIRED: ['已到期', 'Expired'],
  SUBMITTED: ['商城提交', 'Submitted by the mall'],
  OPEN_FOR_LONG: ['长时间未确认', 'Open for long'],
  DELIVERED: ['已送达', 'Delivered'],
  RETURN_ASKED: ['申请退换', 'Return asked for'],
  RETURN_DENIED: ['退换被拒', 'Return denied'],
  RETURNED: ['已退回', 'Returned'],
  HELD: ['占用中', 'Held'],
  ROUTED: ['已派', 'Routed'],
  SOLD: ['已售', 'Sold'],
  RELEASED: ['已释放', 'Released'],
  GIVEN_BACK: ['已归还', 'Given back'],
  STOCK_NOT_ENOUGH: ['库存不足', 'Not enough stock'],
  UNKNOWN_SKU: ['没有此商品', 'No such goods'],
  OFF_SHELF: ['商品已下架', 'Off the shelf'],
  PRICE_MISMATCH: ['单价与协议价不符', 'The price is not the agreed one'],
  TOTAL_MISMATCH: ['总额与明细不符', 'The total is not that of the lines'],
  AREA_NOT_SERVED: ['该地区没有发货地', 'No place serves the area'],
  HOLD_BUDGET: ['超过采购单位的占用上限', "Over the purchaser's budget of holds"],
  CREDIT_NOT_ENOUGH: ['账期额度不足', 'Not enough credit'],
  NOT_DECIDED: ['未能判定，已放弃', 'It could not be decided, and was given up'],
  INVALID: ['内容有误', 'It was not right'],
  ILLEGAL_STATE: [
    '订单已不在待确认状态，没有改变',
    'It is no open pre-order any more: nothing was changed',
  ],
  UNKNOWN_ORDER: ['没有此订单', 'No such order'],
  ACCOUNT_EXISTS: ['用户名已被使用', 'The user name is taken'],
  UNKNOWN_ACCOUNT: ['没有此账号', 'No such account'],
  MALL_PAYMENT_ON_DELIVERY: ['货到付款', 'On delivery'],
  MALL_PAYMENT_CENTRAL: ['集中支付', 'Central payment'],
  MALL_PAYMENT_ONLINE: ['在线支付', 'Online'],
  MALL_PAYMENT_CHEQUE: ['支票', 'Cheque'],
  MALL_PAYMENT_CREDIT: ['账期', 'On credit'],
  MALL_PAYMENT_BEFORE_DELIVERY: ['款到发货', 'Before delivery'],
  unknown: ['未知', 'Unknown'],
} as const satisfies Texts;

export const { isTextKey, useText } = textsOf(TEXTS);

/** Returns the words of a code; one that this version does not know is told as such, with the code. */
export function useCode(): (code: string | undefined) => string {
  const text = useText();
  return (code = '') => {
    if (code === '') return '—';
    return isTextKey(code) ? text(code) : `${text('unknown')} (${code})`;
  };
}

/** A page's own words for refusals. */
export function useRefusals(): (code: string) => string | undefined {
  const text = useText();
  return (code) => (isTextKey(code) ? text(code) : undefined);
}
