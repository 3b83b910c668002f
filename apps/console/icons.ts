import { readFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import type { Plugin } from 'vite';

/** Draws the icons of the clerks' application, as their manifest names them, from one drawing. */
export const icons = (drawing: string): Plugin => ({
  name: 'icons',
  apply: 'build',
  generateBundle() {
    const svg = readFileSync(drawing, 'utf8');
    const draw = (fileName: string, width: number) => {
      const picture = new Resvg(svg, { fitTo: { mode: 'width', value: width } }).render();
      this.emitFile({ type: 'asset', fileName, source: picture.asPng() });
    };
    draw('icons/192.png', 192);
    draw('icons/512.png', 512);
    // Its middle four fifths hold all that matters: a mask may cut the rest.
    draw('icons/512-maskable.png', 512);
  },
});
