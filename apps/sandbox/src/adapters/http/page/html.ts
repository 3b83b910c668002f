/** HTML that was made here; texts from elsewhere are escaped on their way into it. */
export type Html = { readonly html: string };

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);

type Part = Html | string | number | readonly Html[];

function printed(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map(({ html }) => html).join('');
}

/** A template whose values are escaped, unless they are HTML already. */
export const html = (parts: TemplateStringsArray, ...values: readonly Part[]): Html => ({
  html: parts.reduce((all, part, index) => all + printed(values[index - 1] ?? '') + part),
});

export const NOTHING: Html = { html: '' };
