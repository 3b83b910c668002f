import type { Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';

/** Why a document is not read; the codes are stable. */
export type XmlRefusal = {
  readonly code:
    | 'XML_TOO_LARGE'
    | 'XML_NOT_UTF8'
    | 'XML_DOCTYPE'
    | 'XML_TOO_DEEP'
    | 'XML_TOO_MANY_ELEMENTS'
    | 'XML_MALFORMED';
  readonly message: string;
};

type XmlRefusalCode = XmlRefusal['code'];

const MESSAGE_CHARS_MAX = 200;

/** Ends the scanner at the first refusal; `parseXml` turns it into a result. */
export class XmlStop extends Error {
  override readonly name = 'XmlStop';
  readonly refusal: XmlRefusal;

  constructor(code: XmlRefusalCode, message: string) {
    super(message);
    this.refusal = { code, message: message.slice(0, MESSAGE_CHARS_MAX) };
  }
}

export const refuseXml = (code: XmlRefusalCode, message: string): Result<never, XmlRefusal> =>
  err({ code, message });

/** Refuses the document. */
export function stop(code: XmlRefusalCode, message: string): never {
  throw new XmlStop(code, message);
}
