import { listIn, patternIn, recordIn, textIn, type UntypedRecord } from './untyped';
import {
  lowerCase,
  mapCharacters,
  prepend,
  replaceMatches,
  setApart,
  strip,
  unicodeForm,
  type TextChange,
} from './textChange';

const chinese = /[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff]/;
const control = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]$/u;

/**
 * The steps of a tokenizer.json's `normalizer`, done as transformers.js does them (its shortcuts included: the charsmap
 * of SentencePiece is NFKC with a few exceptions), since it is its tokens that must be found in the result.
 * A step it does not know is left out; the tokens are then looked for all the same.
 */
export function tokenizerNormalizer(normalizer: unknown): TextChange[] {
  const step = recordIn(normalizer);
  switch (step.type) {
    case 'Sequence':
      return listIn(step.normalizers).flatMap(tokenizerNormalizer);
    case 'BertNormalizer':
      return bert(step);
    case 'Precompiled':
      return precompiled();
    case 'Replace': {
      const pattern = patternIn(step.pattern);
      return pattern ? [replaceMatches(pattern, textIn(step.content))] : [];
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return [unicodeForm(step.type)];
    case 'Strip':
      return [strip(step.strip_left === true, step.strip_right === true)];
    case 'StripAccents':
      return [replaceMatches(/\p{M}/gu, '')];
    case 'Lowercase':
      return [lowerCase];
    case 'Prepend':
      return [prepend(textIn(step.prepend))];
    default:
      return [];
  }
}

function bert(step: UntypedRecord): TextChange[] {
  const steps: TextChange[] = [];
  if (step.clean_text === true) steps.push(mapCharacters(cleaned));
  if (step.handle_chinese_chars === true) steps.push(setApart(chinese));
  if (step.lowercase === true) steps.push(lowerCase);
  if (step.strip_accents === true || (step.lowercase === true && step.strip_accents !== false)) {
    steps.push(unicodeForm('NFD'), replaceMatches(/\p{Mn}/gu, ''));
  }
  return steps;
}

function cleaned(character: string): string {
  if (/^\s$/.test(character)) return ' ';
  return character === '\u{fffd}' || control.test(character) ? '' : character;
}

function precompiled(): TextChange[] {
  return [
    replaceMatches(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, ''),
    replaceMatches(/[\t\n\f\r\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2581\u3000\ufeff\ufffd]/g, ' '),
    aligned => unicodeForm('NFKC')(replaceMatches(/\uff5e/g, '\u{f0000}')(aligned)),
    replaceMatches(/\u{f0000}/gu, '\uff5e'),
  ];
}
