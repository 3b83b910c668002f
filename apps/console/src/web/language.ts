import { createContext, useContext } from 'react';

export type Language = 'zh' | 'en';

/** Every text of the pages, Chinese and English side by side. */
const TEXTS = {
  orders: ['订单', 'Orders'],
  stock: ['库存', 'Stock'],
  receivables: ['结算', 'Settlement'],
  deadLetters: ['死信', 'Dead letters'],
  group: ['消费组', 'Group'],
  topic: ['主题', 'Topic'],
  number: ['数量', 'Number'],
  subject: ['对象', 'About'],
  type: ['类型', 'Type'],
  attempts: ['尝试次数', 'Tries'],
  replayBy: ['用命令行重放：', 'Replay with the command line:'],
  seller: ['卖家', 'Seller'],
  trade: ['订单号', 'Order'],
  state: ['状态', 'State'],
  paidAt: ['付款时间', 'Paid at'],
  payment: ['金额（元）', 'Amount (yuan)'],
  allocation: ['派单次数', 'Allocations'],
  place: ['发货地', 'Place'],
  all: ['全部', 'All'],
  flag: ['待处理', 'To look at'],
  allFlags: ['不限', 'Any'],
  STOCK_REFUSED: ['库存未扣减', 'Stock refused'],
  timeline: ['时间线', 'Timeline'],
  tasks: ['门店任务', 'Store tasks'],
  subOrder: ['子订单', 'Sub-order'],
  quantity: ['数量', 'Quantity'],
  held: ['占用', 'Held'],
  available: ['可用', 'Available'],
  kind: ['库存类型', 'Kind'],
  certain: ['确定性', 'Certain'],
  shared: ['非确定性', 'Shared'],
  sellable: ['线上可售', 'Sellable online'],
  item: ['商品 ID', 'Item ID'],
  sku: ['SKU ID', 'SKU ID'],
  query: ['查询', 'Show'],
  history: ['变动记录', 'History'],
  verb: ['动作', 'What'],
  change: ['变动', 'Change'],
  cause: ['原因', 'Cause'],
  actor: ['操作者', 'By'],
  at: ['时间', 'At'],
  trace: ['追踪号', 'Trace'],
  logistics: ['物流', 'Logistics'],
  credited: ['退货冲减', 'Credited for returns'],
  OPEN: ['未结', 'Open'],
  CLOSED: ['已结清', 'Settled'],
  recordedAt: ['入账时间', 'Recorded at'],
  next: ['下一页', 'Next page'],
  first: ['第一页', 'First page'],
  unknown: ['未知', 'Unknown'],
  failed: ['读取失败', 'Could not read'],
  retry: ['重试', 'Try again'],
  away: ['服务暂时不可用，请稍后重试', 'The service is away. Try again later'],
  old: ['以下不是最新数据，读取于', 'Not up to date. Read at'],
  UNKNOWN_TRADE: ['没有此订单', 'No such order'],
  UNKNOWN_GOODS: ['没有此商品', 'No such goods'],
  SKU_REQUIRED: ['该商品有多个 SKU，请填写 SKU ID', 'The item has SKUs: say which one'],
  UNKNOWN_SELLER: ['没有此卖家', 'No such seller'],
  BAD_REQUEST: ['请求有误', 'The request is not right'],
  chooseSeller: ['请输入卖家 ID', 'Enter a seller ID'],
  order: ['订单信息', 'Order'],
  allocationNumber: ['派单', 'Allocation'],
  none: ['暂无', 'None yet'],
  store: ['门店', 'Store'],
  warehouse: ['电商仓', 'Warehouse'],
  short: ['超占', 'Short'],
  onTime: ['按时', 'On time'],
  late: ['超时', 'Late'],
  withdrawn: ['买家已撤销', 'Withdrawn'],
  figures: ['指标', 'Figures'],
  today: ['今天', 'Today'],
  lastWeek: ['近 7 天', 'Last 7 days'],
  lastMonth: ['近 31 天', 'Last 31 days'],
  byStore: ['按门店', 'By store'],
  allocationTime: ['分单时间', 'Time to allocate'],
  acceptTime: ['接单时间', 'Time to accept'],
  shipTime: ['发货时间', 'Time to ship'],
  deliveryTime: ['送货时间', 'Time to deliver'],
  mean: ['平均', 'Mean'],
  longest: ['最大', 'Longest'],
  orderAcceptRate: ['订单接单率', 'Order accept rate'],
  storeDispatchRate: ['门店派单率', 'Store dispatch rate'],
  storeAcceptRate: ['门店接单率', 'Store accept rate'],
  lateReports: ['超时回传', 'Late reports'],
  tagline: ['全渠道订单与库存', 'Omni-channel orders and stock'],
} as const satisfies Record<string, readonly [string, string]>;

export type TextKey = keyof typeof TEXTS;

export const LanguageContext = createContext<Language>('zh');

export const isTextKey = (key: string): key is TextKey => Object.hasOwn(TEXTS, key);

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
