import type { ImageRegion } from '../../core/images/image';
import type { WordWish } from '../../core/vision/imageAnswer';
import { tokenRegion } from '../../core/vision/picturePart';
import { onPicture, partsShown, placedTokens, tokenName, type ShownParts } from '../../core/vision/pictureTokens';
import type { RegionHeat } from '../../core/vision/regionHeat';
import type { AnswerStudy } from './answerStudy';

/** What the picture shows: where the word looked, which regions it needs, or what the vision encoder looks at. */
export type StageMode = 'attention' | 'matters' | 'encoder';

/** Something that can be pointed at. */
export interface StageTarget {
  readonly region: ImageRegion;
  readonly name: string;
  /** Of one of the picture's tokens. */
  readonly token?: number;
}

/** What is painted on the picture, what can be pointed at, and where the picture was split. */
export interface StageHeat {
  readonly regions: readonly RegionHeat[];
  readonly targets: readonly StageTarget[];
  readonly borders: readonly ImageRegion[];
}

/** @param from the target whose patches look, in the vision encoder. */
export function stageHeat(
  study: AnswerStudy,
  wish: WordWish,
  shown: ShownParts,
  mode: StageMode,
  from: { readonly cell?: number; readonly layer: number; readonly head: number | 'all' },
): StageHeat {
  const { parts, words } = study.answer;
  const tokensOf = (of: ShownParts): (StageTarget & { token: number })[] =>
    placedTokens(partsShown(parts, of)).map(({ token, region }) => ({ token, region, name: tokenName(parts, token) }));
  const tiles = partsShown(parts, 'tiles').filter(({ kind }) => kind === 'tile');
  const borders = tiles.length > 1 ? tiles.map(({ region }) => onPicture(region)) : [];
  if (mode === 'matters') {
    const { things = [], done = 0, data } = study.falls ?? {};
    const columns = things.filter(({ top }) => top === 0).length;
    const targets = things.map((region, i) => ({
      region,
      name: `row ${Math.floor(i / columns)}, column ${i % columns}`,
    }));
    return {
      targets,
      borders: things,
      // A fall is above zero where the word needs the region.
      regions: targets
        .slice(0, done)
        .map((target, i) => ({ ...target, value: -data![i * words.length + wish.word] || 0 })),
    };
  }
  const targets = tokensOf(shown === 'thumbnail' ? 'thumbnail' : 'tiles');
  if (mode === 'encoder') {
    const token = from.cell === undefined ? undefined : targets[from.cell]?.token;
    const part = parts.find(
      each => token !== undefined && token >= each.from && token < each.from + each.rows * each.columns,
    );
    const row = token === undefined ? undefined : study.encoderRow({ token, layer: from.layer, head: from.head });
    if (!part || !row) return { regions: [], targets, borders };
    const { rows, columns, weights } = row;
    return {
      targets,
      borders,
      regions: Array.from(weights, (value, i) => ({
        region: onPicture(tokenRegion({ ...part, rows, columns }, i)),
        value,
        name: `patch row ${Math.floor(i / columns)}, column ${i % columns}`,
      })).filter(({ region: { width, height } }) => width > 1e-6 && height > 1e-6),
    };
  }
  const attention = study.attentionOf(wish);
  return {
    targets,
    borders: shown === 'thumbnail' ? [] : borders,
    regions: attention
      ? tokensOf(shown).map(({ token, region, name }) => ({ region, name, value: attention.picture[token] }))
      : [],
  };
}
