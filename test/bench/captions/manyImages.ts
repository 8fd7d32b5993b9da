import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

/** Writes so many different images, charts in four formats, every hundredth broken. @returns their paths. */
export async function manyImages(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let i = 0; i < count; i++) {
    const hue = (i * 37) % 360;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480"><rect width="640" height="480" fill="white"/>${Array.from(
      { length: 3 + (i % 5) },
      (_, k) =>
        `<rect x="${60 + k * 70}" y="${400 - ((i * (k + 3)) % 300)}" width="50" height="${((i * (k + 3)) % 300) + 10}" fill="hsl(${hue},60%,50%)"/>`,
    ).join('')}</svg>`;
    const kind = ['svg', 'png', 'jpeg', 'webp'][i % 4];
    const file = path.join(folder, `${i}.${kind}`);
    if (i % 100 === 50) writeFileSync(file, 'broken');
    else if (kind === 'svg') writeFileSync(file, svg);
    else {
      writeFileSync(
        file,
        await sharp(Buffer.from(svg))
          .toFormat(kind as 'png' | 'jpeg' | 'webp')
          .toBuffer(),
      );
    }
    files.push(file);
  }
  return files;
}
