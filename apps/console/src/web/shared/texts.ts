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
  byProvider: ['单点登录', 'Single sign-on'],
  orPassword: ['或使用账号密码', 'or with a password'],
  PROVIDER_AWAY: [
    '身份提供方没有响应，请稍后再试，或使用账号密码',
    'The identity provider does not answer. Try again later, or use a password',
  ],
  PROVIDER_DENIED: ['身份提供方拒绝了登录', 'The identity provider refused the sign-in'],
  PROVIDER_INVALID: [
    '身份提供方的答复无效，请重新登录',
    'The answer of the identity provider does not hold. Sign in again',
  ],
  NO_ATTEMPT: [
    '登录已超时或在别处开始，请重新登录',
    'The sign-in took too long or was begun elsewhere. Sign in again',
  ],
  NO_LOGIN_CLAIM: [
    '身份提供方没有给出账号名，请联系管理员',
    'The identity provider named no account. Ask your administrator',
  ],
  EMAIL_NOT_VERIFIED: [
    '身份提供方尚未验证您的邮箱',
    'The identity provider has not verified your e-mail address',
  ],
  UNKNOWN_ACCOUNT: [
    '控制台没有这个账号，请联系管理员开通',
    'There is no such account here. Ask your administrator for one',
  ],
  NO_GRANT: [
    '您所在的组没有任何权限，请联系管理员',
    'Your groups open nothing here. Ask your administrator',
  ],
  ENDED: ['该账号已停用', 'The account was ended'],
  OTHER_IDENTITY: [
    '该账号已绑定到身份提供方的另一个人，请联系管理员',
    'The account belongs to somebody else at the identity provider. Ask your administrator',
  ],
  FORBIDDEN: ['当前账号没有权限', 'This account may not see it'],
  NETWORK: [
    '网络异常，请重试；重复提交不会重复执行',
    'No answer. Try again; nothing happens twice',
  ],
  UNKNOWN: ['操作失败', 'It did not work'],
} as const satisfies Texts;

export const { isTextKey, useText } = textsOf(SHARED_TEXTS);
