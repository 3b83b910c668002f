import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { WireNode } from '../wire/tree.ts';
import { decodeUtf8 } from '../wire/utf8.ts';
import { scanDocument } from './document.ts';
import type { XmlRefusal } from './refusal.ts';
import { XmlStop, refuseXml } from './refusal.ts';

/** Largest document that is looked at. */
export const XML_MAX_BYTES = 256 * 1024;
/** References to characters and to the five predefined entities. */
const MAX_REFERENCES = 10_000;
/** Characters that XML 1.0 has not; UTF-8 that was decoded holds no lone surrogate. */
// oxlint-disable-next-line no-control-regex -- these are the characters to refuse
const FORBIDDEN = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/**
 * Reads an XML document of elements and text. Refuses what the channels never send and attackers
 * do: document types, entity declarations, processing instructions, attributes, text between
 * elements, other encodings than UTF-8, and anything beyond the limits of size, depth and count.
 * Namespace declarations and the attributes of XML Schema instances are read, for .NET writes them:
 * an element that is `nil` is absent. The declaration's claim is checked, not believed.
 */
export function parseXml(bytes: Buffer): Result<WireNode, XmlRefusal> {
  if (bytes.length > XML_MAX_BYTES) return refuseXml('XML_TOO_LARGE', 'document is too large');
  const text = decodeUtf8(bytes);
  if (text === null || text.includes('\0')) {
    return refuseXml('XML_NOT_UTF8', 'document is not UTF-8');
  }
  // Before the scanner sees it, so that no rule about entities needs to be trusted.
  if (text.includes('<!') && /<!(?:DOCTYPE|ENTITY)/i.test(text)) {
    return refuseXml('XML_DOCTYPE', 'document types and entities are not accepted');
  }
  if (text.includes('&') && text.split('&', MAX_REFERENCES + 2).length > MAX_REFERENCES + 1) {
    return refuseXml('XML_TOO_MANY_ELEMENTS', 'too many references');
  }
  if (FORBIDDEN.test(text)) return refuseXml('XML_MALFORMED', 'disallowed character');
  try {
    // XML reads every kind of line end as LF.
    return ok(scanDocument(text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text));
  } catch (error) {
    if (error instanceof XmlStop) return err(error.refusal);
    throw error;
  }
}
