import { textsOf } from '../../../shared/language.ts';
import type { Texts } from '../../../shared/language.ts';

const TEXTS = {
  receiver: ['收货人', 'Receiver'],
  name: ['姓名', 'Name'],
  mobile: ['电话', 'Phone'],
  address: ['地址', 'Address'],
  masked: ['已脱敏', 'Masked'],
  inFull: ['完整信息，已记入操作日志', 'In full; written down in the audit log'],
  reveal: ['查看完整信息', 'Reveal'],
  hide: ['隐藏', 'Hide'],
  revealAsked: ['为什么要查看完整收货人？', 'Why do you need the receiver in full?'],
  revealNote: [
    '原因、账号和时间会先记入操作日志，然后显示。',
    'The reason, your account and the time are written into the audit log first.',
  ],
  reason: ['原因', 'Reason'],
  reasonMissing: ['请填写原因（至少 4 个字）', 'Give a reason of at least 4 characters'],
  confirm: ['查看', 'Reveal'],
  cancel: ['取消', 'Cancel'],
  none: ['该订单没有保留收货人', 'No receiver is kept of this order'],
  failed: ['读取失败', 'Could not read'],
  FORBIDDEN: ['当前账号没有权限', 'This account may not see it'],
  REASON_MISSING: ['请填写原因（至少 4 个字）', 'Give a reason of at least 4 characters'],
  NO_RECEIVER: ['该订单没有保留收货人', 'No receiver is kept of this order'],
} as const satisfies Texts;

export const { isTextKey, useText } = textsOf(TEXTS);
