/** What a built-in model is for. */
export interface BuiltInWords {
  /** In a few words. */
  readonly purpose: string;
  /** In two or three words, for a line of the sidebar. */
  readonly brief: string;
}

/** The built-in models; the order is that of the tree. */
export const builtInModels: Readonly<Record<string, BuiltInWords>> = {
  'tiny-code-gpt': { purpose: 'writes code and English', brief: 'code and English' },
  'tiny-code-classifier': { purpose: 'tells the language of a snippet', brief: 'language of code' },
  'tiny-dates': { purpose: 'turns written dates into ISO dates', brief: 'dates to ISO dates' },
  'tiny-captioner': {
    purpose: 'captions charts, diagrams and shapes; a demonstration, often not sure, not for photos',
    brief: 'captions, a demonstration',
  },
};
