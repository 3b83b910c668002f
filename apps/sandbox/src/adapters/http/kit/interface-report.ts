import { GOV_CATALOGUE, GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import type { InterfaceCheck } from '../../../domain/kit.ts';
import type { MallAnswer } from '../mall.ts';

/** Longest part of a text that a report shows. */
const SHOWN_MAX = 4_000;

type Interface = Pick<InterfaceCheck, 'name' | 'number'>;

/** What onboarding asks for: of each interface what was asked, what was answered, and whether that is right. */
export class InterfaceReport {
  readonly #checks = new Map<string, InterfaceCheck>();

  /** Records a call; a later one of the same interface takes its place. */
  add(
    { number, name }: Interface,
    { request, status, shown, tookMs }: Pick<MallAnswer, 'request' | 'shown' | 'status' | 'tookMs'>,
    { isRight, says }: { readonly isRight: boolean; readonly says: string },
  ): void {
    this.#checks.set(name, {
      number,
      name,
      ...entryOf(number),
      request: cut(request),
      status,
      answer: cut(shown),
      verdict: isRight ? 'passed' : 'failed',
      says,
      tookMs,
    });
  }

  /** One for each path, in the document's order; what was never asked has failed. None when nothing was. */
  checks(): readonly InterfaceCheck[] {
    if (this.#checks.size === 0) return [];
    return GOV_INTERFACES.map(
      ({ number, name, path }) =>
        this.#checks.get(name) ?? {
          number,
          name,
          ...entryOf(number),
          request: `POST ${path}`,
          status: 0,
          answer: '',
          verdict: 'failed',
          says: '前面的接口未通过，未测试',
          tookMs: 0,
        },
    );
  }
}

const entryOf = (number: string): Pick<InterfaceCheck, 'isOptional' | 'title'> =>
  GOV_CATALOGUE.get(number) ?? { title: number, isOptional: false };

const cut = (text: string): string =>
  text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}… (${text.length})`;
