/** Copies and saves figures. */
import { figureSvg } from './figure-svg.ts';
import type { Figure, Frame } from './figure.ts';

const WIDTH = 720;
const HEIGHT = 400;
const PNG_SCALE = 3;

/** Figures leave the app in light colours, whichever theme the screen has. */
export function toSvg(figure: Figure, frame: Frame): string {
  return figureSvg(figure, frame, { width: WIDTH, height: HEIGHT });
}

/** The SVG at three times its size, for slides. */
export async function toPng(svg: string, size = { width: WIDTH, height: HEIGHT }): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [size.width * PNG_SCALE, size.height * PNG_SCALE];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no PNG.'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `Validation AUC` becomes `validation-auc.svg`. */
export function fileName(title: string, ending: string): string {
  return `${title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}.${ending}`;
}
