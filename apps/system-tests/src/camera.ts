import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

const WIDTH = 640;
const HEIGHT = 480;
const WHITE = 235;
const BLACK = 16;
const GREY = 128;

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm');

export type SeenCode = { text: string; format: 'Code128' | 'QRCode' | 'EAN13' };

/**
 * Writes what a camera films, a printed code, into `file` (YUV4MPEG2): Chromium plays it in the place of a
 * camera. The arguments make it do so, and answer no question about it.
 */
export async function filmCode(file: string, { text, format }: SeenCode): Promise<string[]> {
  await prepareZXingModule({
    overrides: { wasmBinary: readFileSync(wasm).buffer },
    fireImmediately: true,
  });
  const { symbol } = await writeBarcode(text, { format });
  const scale = Math.floor(Math.min((WIDTH * 0.8) / symbol.width, (HEIGHT * 0.8) / symbol.height));
  // Bars are one row that a printer draws high.
  const high = symbol.height < symbol.width / 3 ? Math.ceil(HEIGHT / 3 / scale) : symbol.height;
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  const left = Math.floor((WIDTH - symbol.width * scale) / 2);
  const top = Math.floor((HEIGHT - high * scale) / 2);
  for (let y = 0; y < high * scale; y += 1) {
    const row = Math.min(symbol.height - 1, Math.floor(y / scale));
    for (let x = 0; x < symbol.width * scale; x += 1) {
      const isDark = symbol.data[row * symbol.width + Math.floor(x / scale)] === 0;
      if (isDark) luma[(top + y) * WIDTH + left + x] = BLACK;
    }
  }
  const chroma = Buffer.alloc((WIDTH / 2) * (HEIGHT / 2) * 2, GREY);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, frame, frame]));
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
}
