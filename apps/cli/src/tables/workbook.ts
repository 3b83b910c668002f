import { unzipSync } from 'fflate';
import { createShownNumbers, formatsOf, isFrom1904 } from './formats.ts';
import type { ShownNumber } from './formats.ts';
import { attribute, readXml } from './xml.ts';
import type { Element } from './xml.ts';

/** Parts of a workbook are XML, and shrink to a tenth or less; what grows beyond this is no table of goods. */
const PART_BYTES_MAX = 512 * 1_024 * 1_024;
const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;

type Parts = Readonly<Record<string, Uint8Array>>;
type Relation = { readonly id: string; readonly type: string; readonly target: string };

/**
 * The first sheet that is shown, with each cell as it is shown where that matters for a table: leading zeros, percent and
 * dates (`2026-11-29 10:00:00`) of a number's format. A number of more digits than a spreadsheet keeps is printed with
 * its exponent, so that nobody takes what is left of it for a code.
 *
 * @throws Error for a file that is no workbook (ISO/IEC 29500)
 */
export function readWorkbook(bytes: Uint8Array): string[][] {
  const parts = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(?:xml|rels)$/.test(name)) return false;
      if (originalSize > PART_BYTES_MAX) throw new Error(`${name} of the workbook is too large`);
      return true;
    },
  });
  const book = relationsOf(parts, '').find(({ type }) => type === 'officeDocument')?.target ?? '';
  const relations = relationsOf(parts, book);
  const named = (type: string): string =>
    relations.find((relation) => relation.type === type)?.target ?? '';
  const sheets = elementsOf(parts, book, 'sheet');
  const shown = sheets.find((sheet) => (attribute(sheet, 'state') || 'visible') === 'visible');
  const id = shown && attribute(shown, 'id');
  const sheet = relations.find((relation) => relation.id === id)?.target ?? '';
  if (!parts[sheet]) throw new Error('the file is no workbook, or no sheet of it is shown');
  const texts = sharedTexts(parts[named('sharedStrings')]);
  const shows = createShownNumbers({
    formats: formatsOf(parts[named('styles')]),
    isFrom1904: isFrom1904(elementsOf(parts, book, 'workbookPr')),
  });
  return rowsOf(parts[sheet], texts, shows);
}

/** What a part refers to, by the last word of the kind; targets are names of parts. */
function relationsOf(parts: Parts, part: string): Relation[] {
  const at = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, at);
  return elementsOf(parts, `${folder}_rels/${part.slice(at)}.rels`, 'Relationship').map((one) => {
    const target = new URL(attribute(one, 'Target'), `part:///${folder}`);
    return {
      id: attribute(one, 'Id'),
      type: attribute(one, 'Type').split('/').at(-1) ?? '',
      target: decodeURIComponent(target.pathname.slice(1)),
    };
  });
}

function elementsOf(parts: Parts, part: string, name: string): Element[] {
  const found: Element[] = [];
  readXml(parts[part], { open: (element) => void (element.name === name && found.push(element)) });
  return found;
}

/** Characters that XML cannot hold are written with their number. */
const unescaped = (text: string): string =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

/** Texts that cells refer to by number, without how they are pronounced (`rPh`). */
function sharedTexts(part: Uint8Array | undefined): string[] {
  const texts: string[] = [];
  let text = '';
  readXml(part, {
    open: ({ name }) => {
      if (name === 'si') text = '';
    },
    text: (piece, path) => {
      if (path.at(-1) === 't' && !path.includes('rPh')) text += piece;
    },
    close: (name) => {
      if (name === 'si') texts.push(unescaped(text));
    },
  });
  return texts;
}

type Cell = { readonly type: string; readonly style: number; readonly column: number };

/** The rows at their own numbers; absent ones are empty. */
function rowsOf(
  part: Uint8Array | undefined,
  texts: readonly string[],
  shownNumber: ShownNumber,
): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell: Cell = { type: 'n', style: 0, column: -1 };
  let value = '';
  readXml(part, {
    open: (element) => {
      if (element.name === 'row') {
        const at = Math.min(Number(attribute(element, 'r')) || rows.length + 1, ROWS_MAX);
        while (rows.length < at - 1) rows.push([]);
        cells = [];
        cell = { type: 'n', style: 0, column: -1 };
        rows.push(cells);
      }
      if (element.name === 'c') {
        const column = columnOf(attribute(element, 'r')) ?? cell.column + 1;
        const style = Number(attribute(element, 's') || 0);
        cell = { type: attribute(element, 't') || 'n', style, column };
        value = '';
      }
    },
    text: (piece, path) => {
      const name = path.at(-1);
      const isValue = name === 'v' || (name === 't' && path.includes('is'));
      if (isValue && !path.includes('rPh')) value += piece;
    },
    close: (name) => {
      if (name !== 'c' || value === '' || cell.column >= COLUMNS_MAX) return;
      while (cells.length < cell.column) cells.push('');
      cells[cell.column] = shownValue(cell, value, texts, shownNumber);
    },
  });
  return rows;
}

/** The column of a cell's name, `A1`: 0. */
function columnOf(name: string): number | null {
  const letters = /^[A-Z]{1,3}/.exec(name)?.[0];
  if (letters === undefined) return null;
  // A letter is a digit from 1 to 26: base 36 reads A as 10.
  return (
    letters.split('').reduce((sum, letter) => sum * 26 + Number.parseInt(letter, 36) - 9, 0) - 1
  );
}

function shownValue(
  { type, style }: Cell,
  value: string,
  texts: readonly string[],
  shownNumber: ShownNumber,
): string {
  switch (type) {
    case 's':
      return texts[Number(value)] ?? '';
    case 'b':
      return value === '1' ? 'true' : 'false';
    case 'n':
      return shownNumber(value, style);
    default:
      return unescaped(value);
  }
}
