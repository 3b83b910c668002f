import { isUtf8 } from 'node:buffer';

/** Text of UTF-8 bytes without their byte order mark; null when they are not UTF-8. */
export function decodeUtf8(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return null;
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
