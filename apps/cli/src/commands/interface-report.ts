/** One interface as the kit tried it. */
export type InterfaceCheck = {
  readonly number: string;
  readonly name: string;
  readonly title: string;
  readonly isOptional: boolean;
  readonly request: string;
  readonly status: number;
  readonly answer: string;
  readonly verdict: string;
  readonly says: string;
  readonly tookMs: number;
};

const VERDICTS: Readonly<Record<string, string>> = { passed: '通过', failed: '未通过' };
const word = (verdict: string): string => `${VERDICTS[verdict] ?? ''} ${verdict}`;
const indented = (text: string): string => text.replaceAll('\n', '\n    ');

/** The interface test report as text: an entry for each interface, then the verdict. */
export function reportText(
  sellerId: string,
  verdict: string,
  interfaces: readonly InterfaceCheck[],
): readonly string[] {
  const passed = interfaces.filter((one) => one.verdict === 'passed').length;
  return [
    `网上商城接口测试报告 Interface test report (seller ${sellerId})`,
    ...interfaces.flatMap((one) => [
      '',
      `${one.number} ${one.title} (${one.name}), ${one.isOptional ? '非必需 optional' : '必需 required'}: ${word(one.verdict)}`,
      `  ${one.says} (${one.tookMs} ms)`,
      `  请求 request\n    ${indented(one.request)}`,
      `  应答 answer, HTTP ${one.status}\n    ${indented(one.answer)}`,
    ]),
    '',
    `${passed} / ${interfaces.length} 通过; 结论 verdict: ${word(verdict)}`,
  ];
}
