/** Finds a code in what a camera shows now; null when there is none. */
export type Detector = (video: HTMLVideoElement) => Promise<string | null>;

/** Codes of parcels, of goods, and those that buyers show. */
const FORMATS = ['code_128', 'code_39', 'ean_13', 'ean_8', 'qr_code'] as const;

/** The browser's own detector (Shape Detection API), where it has one; the library of types has none. */
type BrowserDetector = {
  new (options: { formats: readonly string[] }): {
    detect(source: HTMLVideoElement): Promise<readonly { rawValue: string }[]>;
  };
  getSupportedFormats(): Promise<readonly string[]>;
};

async function ofBrowser(): Promise<Detector | null> {
  const { BarcodeDetector: Found } = window as { BarcodeDetector?: BrowserDetector };
  if (!Found) return null;
  const supported = await Found.getSupportedFormats();
  if (!FORMATS.every((format) => supported.includes(format))) return null;
  const detector = new Found({ formats: FORMATS });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

/** Our own, for the other browsers; loaded with the first camera that is opened. */
async function ofLibrary(): Promise<Detector> {
  const [{ prepareZXingModule, readBarcodes }, { default: wasm }] = await Promise.all([
    import('zxing-wasm/reader'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ]);
  prepareZXingModule({ overrides: { locateFile: () => wasm } });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!context || width === 0 || height === 0) return null;
    Object.assign(canvas, { width, height });
    context.drawImage(video, 0, 0);
    const found = await readBarcodes(context.getImageData(0, 0, width, height), {
      formats: ['Code128', 'Code39', 'EAN13', 'EAN8', 'QRCode'],
      maxNumberOfSymbols: 1,
    });
    return found[0]?.text ?? null;
  };
}

export const createDetector = async (): Promise<Detector> =>
  (await ofBrowser()) ?? (await ofLibrary());
