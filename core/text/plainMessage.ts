import { plainLine } from './plainLine';

/**
 * A message with texts from outside in it, where VS Code makes links of `[words](address)`, those that run commands too:
 * notifications, progress, prompts. A space between keeps the words and the address apart; line breaks are spaces, as there.
 */
export function plainMessage(text: string): string {
  return plainLine(text.replace(/\s*[\r\n]+\s*/g, ' ')).replaceAll('](', '] (');
}
