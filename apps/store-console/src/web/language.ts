import { createContext, useContext } from 'react';

export type Language = 'zh' | 'en';

/** Every text of the pages, Chinese and English side by side. */
const TEXTS = {
  brand: ['店掌柜', 'Store console'],
  login: ['登录', 'Sign in'],
  account: ['账号', 'Account'],
  password: ['密码', 'Password'],
  logout: ['退出', 'Sign out'],
  store: ['门店', 'Store'],
  new: ['新订单', 'New'],
  pack: ['待发货', 'To ship'],
  refunds: ['退款', 'Refunds'],
  done: ['已完成', 'Done'],
  today: ['今日', 'Today'],
  accept: ['接单', 'Accept'],
  refuse: ['拒单', 'Refuse'],
  ship: ['发货', 'Ship'],
  handOver: ['自提核销', 'Hand over'],
  pickupCode: ['取货码（12 位）', 'Pick-up code (12 digits)'],
  findCode: ['查询', 'Look up'],
  layOut: ['请逐件核对后交给买家', 'Check each item, then hand it to the buyer'],
  agreeCancel: ['同意退款', 'Agree to refund'],
  denyCancel: ['拒绝退款', 'Deny refund'],
  matched: ['我知道了', 'Understood'],
  cancel: ['取消', 'Cancel'],
  pickup: ['到店自提', 'Pick-up'],
  delivery: ['门店发货', 'Ship from store'],
  remaining: ['剩余', 'Left'],
  overdue: ['已超时', 'Overdue by'],
  reason: ['拒单原因', 'Reason'],
  outOfStock: ['门店缺货', 'Out of stock'],
  damaged: ['商品破损', 'Damaged'],
  closing: ['门店打烊', 'Store is closing'],
  other: ['其他原因', 'Another reason'],
  shelf: [
    '货架实际件数（选填，填写后会修改库存）',
    'Pieces on the shelf (optional; corrects the stock)',
  ],
  shipTo: ['收件人', 'Ship to'],
  reveal: ['显示完整信息', 'Show in full'],
  noReceiver: ['未取得收件信息，请在天猫查看', 'Not known here. Look at Tmall'],
  carrier: ['快递公司', 'Carrier'],
  mailNo: ['快递单号', 'Mail number'],
  scanHint: ['可直接用扫码枪扫描', 'A barcode scanner may fill this in'],
  pickList: ['拣货单', 'Pick list'],
  print: ['打印', 'Print'],
  goods: ['商品编码', 'Goods'],
  item: ['商品', 'Item'],
  gift: ['赠品', 'Gift'],
  batch: ['批次', 'Batch'],
  pieces: ['件', 'pcs'],
  quantity: ['数量', 'Quantity'],
  order: ['订单号', 'Order'],
  back: ['返回', 'Back'],
  none: ['暂无订单', 'No orders'],
  noneNew: ['暂无新订单，有新订单时会响铃提醒', 'No new orders. A sound tells when one comes'],
  more: ['加载更多', 'More'],
  retry: ['重试', 'Try again'],
  failed: ['读取失败，请重试', 'Could not read. Try again'],
  old: ['以下不是最新数据，请重试', 'Not up to date. Try again'],
  offline: ['网络已断开，恢复后会自动继续', 'Offline. Goes on by itself once the network is back'],
  newOrder: ['有新订单', 'A new order'],
  sound: ['提示音', 'Sound'],
  acceptedCount: ['已接单', 'Accepted'],
  refusedCount: ['已拒单', 'Refused'],
  shippedCount: ['已发货', 'Shipped'],
  collectedCount: ['已自提', 'Collected'],
  lateCount: ['超时应答', 'Answered late'],
  meanMinutes: ['平均接单分钟', 'Mean minutes to accept'],
  journal: ['操作记录', 'Who did what'],
  okAccept: ['已接单', 'Accepted'],
  okRefuse: ['已拒单', 'Refused'],
  okShip: ['已发货', 'Shipped'],
  okHandOver: ['已交给买家', 'Handed over'],
  okOther: ['已处理', 'Done'],
  countRefused: ['库存未能修改，请稍后在库存中更正', 'The stock could not be corrected'],
  takenBy: ['已由同事处理：', 'A colleague was faster: '],
  WRONG: ['账号或密码不正确', 'Wrong account or password'],
  TOO_MANY_TRIES: ['尝试次数过多，请五分钟后再试', 'Too many tries. Wait five minutes'],
  NOT_HERE: ['该订单不在本店', 'The order is not at this store'],
  MOVED: ['订单已重新派单，请刷新', 'The order was sent anew. Look again'],
  REFUND_WITHDRAWN: [
    '买家已撤销退款，订单继续',
    'The buyer withdrew the refund: the order goes on',
  ],
  ILLEGAL_TRANSITION: ['当前状态不能执行此操作', 'Not possible in the present state'],
  TRADE_CLOSED: ['交易已关闭', 'The trade was closed'],
  OUT_OF_SCOPE: ['商家未使用店掌柜接单', 'This seller does not accept in the store console'],
  TMALL_NOT_CONNECTED: [
    '店铺尚未连接天猫，请先在天猫发货',
    'The shop is not connected to Tmall. Ship there first',
  ],
  TMALL_REFUSED: ['天猫未接受发货：', 'Tmall refused: '],
  TMALL_UNREACHABLE: ['天猫暂无应答：', 'No answer from Tmall: '],
  BUSY: ['系统繁忙，请稍后再试', 'Busy. Try again in a moment'],
  SERVICE_UNAVAILABLE: ['系统繁忙，请稍后再试', 'Busy. Try again later'],
  answeredInTill: [
    '本商家在收银系统中接单、发货，这里可查看订单、核销自提',
    'This seller accepts and ships in its till. Here are its orders, and pick-ups are handed over',
  ],
  UNAVAILABLE: ['系统繁忙，请稍后再试', 'Busy. Try again later'],
  REFUND_ASKED: ['买家已申请退款，未发货', 'The buyer asked for a refund: not shipped'],
  SHIPPING_UNDER_WAY: [
    '正在向天猫发货，货已离店请拒绝退款',
    'A shipment is under way. Deny the refund if the goods have left',
  ],
  PENDING: ['正在天猫发货', 'Shipping at Tmall'],
  AT_TMALL: ['天猫已发货，正在登记', 'Shipped at Tmall, being recorded'],
  GIVEN_UP: ['发货未完成，请重试', 'Not shipped through. Try again'],
  okPending: ['已提交，正在天猫发货', 'Taken. Being shipped at Tmall'],
  TRADE_NOT_SHIPPED: ['请先在天猫标记发货', 'Not marked as shipped at Tmall yet'],
  WRONG_CODE: ['取货码不正确', 'No such pick-up code'],
  CODE_USED: ['该取货码已核销，商品已交给买家', 'Used already: the buyer has the goods'],
  CODE_LOCKED: ['错误次数过多，请 15 分钟后再试', 'Too many wrong codes. Try again in 15 minutes'],
  OTHER_STORE: ['商品在另一家门店', 'The goods wait at another store'],
  GOODS_CHANGED: [
    '订单有变化，请重新查询后再交付',
    'The order has changed. Look the code up again',
  ],
  NOT_READY: [
    '当前不能取货：订单未备好，或买家已申请退款',
    'Not to be handed over: not ready, or a refund was asked for',
  ],
  MISSING_FIELD: ['请填写完整', 'Something is missing'],
  NETWORK: [
    '网络异常，请重试；重复提交不会重复执行',
    'No answer. Try again; nothing happens twice',
  ],
  UNKNOWN: ['操作失败', 'It did not work'],
  X_ALLOCATION_NOTIFIED: ['待接单', 'Waiting'],
  X_SHOP_ALLOCATION: ['已接单', 'Accepted'],
  X_COMMODITY_CONFIRM: ['待自提', 'Ready for pick-up'],
  X_SHOP_CANCEL: ['申请退款', 'Refund asked for'],
  X_SHOP_CANCEL_DENIED: ['已拒绝退款', 'Refund denied'],
  X_SHOP_CANCEL_CONFIRM: ['已同意退款', 'Refund agreed'],
  X_HANDLED_CANCEL: ['发货后退款', 'Refund after shipment'],
  X_MATCHED: ['退款已知晓', 'Refund noted'],
  X_SHOP_HANDLED: ['已发货', 'Shipped'],
  X_SHOP_DENY: ['已拒单', 'Refused'],
} as const satisfies Record<string, readonly [string, string]>;

export type TextKey = keyof typeof TEXTS;

export const isTextKey = (key: string): key is TextKey => Object.hasOwn(TEXTS, key);

export const LanguageContext = createContext<Language>('zh');

export type Translate = (key: TextKey) => string;

/** Returns the translator of the chosen language. */
export function useText(): Translate {
  const language = useContext(LanguageContext);
  return (key) => TEXTS[key][language === 'zh' ? 0 : 1];
}

const STORAGE_KEY = 'astrolabe.language';

export const savedLanguage = (): Language =>
  localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh';

export const saveLanguage = (language: Language): void =>
  localStorage.setItem(STORAGE_KEY, language);
