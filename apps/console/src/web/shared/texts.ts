import { textsOf } from './language.ts';
import type { Texts } from './language.ts';

/** The texts that clerks and operators both see. */
export const SHARED_TEXTS = {
  brand: ['星盘', 'Astrolabe'],
  login: ['登录', 'Sign in'],
  account: ['账号', 'Account'],
  password: ['密码', 'Password'],
  logout: ['退出', 'Sign out'],
  toStore: ['门店', 'Store'],
  toOperator: ['运营', 'Operations'],
  failed: ['读取失败', 'Could not read'],
  retry: ['重试', 'Try again'],
  none: ['暂无', 'None yet'],
  cancel: ['取消', 'Cancel'],
  WRONG: ['账号或密码不正确', 'Wrong account or password'],
  TOO_MANY_TRIES: ['尝试次数过多，请五分钟后再试', 'Too many tries. Wait five minutes'],
  BUSY: ['系统繁忙，请稍后再试', 'Busy. Try again in a moment'],
  LEFT: ['系统繁忙，请稍后再试', 'Busy. Try again in a moment'],
  FORBIDDEN: ['当前账号没有权限', 'This account may not see it'],
  NETWORK: [
    '网络异常，请重试；重复提交不会重复执行',
    'No answer. Try again; nothing happens twice',
  ],
  UNKNOWN: ['操作失败', 'It did not work'],
} as const satisfies Texts;

export const { isTextKey, useText } = textsOf(SHARED_TEXTS);
