import { textsOf } from '../../shared/language.ts';
import type { Texts } from '../../shared/language.ts';

/** What every change asks and says, Chinese and English side by side. */
const TEXTS = {
  confirm: ['确定', 'OK'],
  cancel: ['取消', 'Cancel'],
  close: ['我已保存，关闭', 'I have kept it. Close'],
  what: ['项目', 'What'],
  now: ['现在', 'Now'],
  after: ['之后', 'Then'],
  shownOnce: ['仅显示这一次，请立即保存', 'Shown this once. Keep it now'],
  shownOnceWhy: [
    '关闭后无法再次查看，遗失只能重新生成。',
    'It cannot be looked at again. If it is lost, make another one.',
  ],
  done: ['已完成', 'Done'],
  failed: ['操作失败', 'It did not work'],
  away: ['服务暂时不可用，请稍后重试', 'The service is away. Try again later'],
  NETWORK: [
    '没有收到答复，可能已生效，请刷新查看',
    'No answer came. It may have been done: look again',
  ],
  FORBIDDEN: ['当前账号没有权限', 'This account may not do it'],
  BAD_REQUEST: ['请求有误', 'The request is not right'],
  required: ['必填', 'Required'],
  change: ['修改', 'Change'],
  yes: ['是', 'Yes'],
  no: ['否', 'No'],
  enabled: ['启用', 'Enabled'],
  disabled: ['停用', 'Disabled'],
  enable: ['启用', 'Enable'],
  disable: ['停用', 'Disable'],
} as const satisfies Texts;

export const { isTextKey, useText } = textsOf(TEXTS);
