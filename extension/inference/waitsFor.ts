import type { Work } from './watchdog';

/** What one waits for, in words that end with an ellipsis. @param of what a model runs on, where that is known. */
export function waitsFor({ phase, model }: Work, of?: string): string {
  switch (phase) {
    case 'opening':
      return `Opening ${model}…`;
    case 'tokenizing':
      return `Cutting the text into the tokens of ${model}…`;
    case 'template':
      return `Putting the text into the chat template of ${model}…`;
    case 'running':
      return of ? `Running ${model} on ${of}…` : `Running ${model}…`;
    case 'answering':
      return 'Waiting for the inference process…';
  }
}
