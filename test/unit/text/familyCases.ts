const none = {
  byteLevel: false,
  space: '',
  continuing: '',
  wordEnd: '',
  covers: undefined,
  dropsSpaces: false,
  before: [],
  after: [],
};
const bert = { ...none, continuing: '##', covers: 'word', dropsSpaces: true, before: ['[CLS]'], after: ['[SEP]'] };

/** What is to be read from the tokenizer.json of each recorded family. */
export const families: Record<string, object> = {
  'bert-uncased': bert,
  'bert-cased': bert,
  'xlm-roberta': { ...none, space: '▁', covers: 'run', after: ['</s>'] },
  t5: { ...none, space: '▁', covers: 'run', dropsSpaces: true, after: ['</s>'] },
  llama: { ...none, space: '▁', covers: 'run', before: ['<s>'] },
  gemma: { ...none, space: '▁', covers: 'run', before: ['<s>'] },
  qwen: { ...none, byteLevel: true },
  roberta: { ...none, byteLevel: true, before: ['<s>'], after: ['</s>'] },
  clip: {
    ...none,
    byteLevel: true,
    wordEnd: '</w>',
    covers: 'character',
    before: ['<|startoftext|>'],
    after: ['<|endoftext|>'],
  },
  xlm: { ...none, wordEnd: '</w>', covers: 'character', dropsSpaces: true, before: ['<s>'], after: ['</s>'] },
  'word-level': { ...none, covers: 'word', dropsSpaces: true },
};

/** Pieces as each family's vocabulary writes them, and what they read as. */
export const decodedPieces: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  qwen: { Ġitems: ' items', Ċ: '\n', ÃŁ: 'ß', ðŁ: '\ufffd', '<|endoftext|>': '<|endoftext|>' },
  'bert-cased': { '##ing': 'ing', '##': '##', '[UNK]': '[UNK]' },
  llama: { '▁the': ' the', '<0x0A>': '\n', '<0xF0>': '\ufffd' },
  clip: { 'the</w>': 'the' },
  xlm: { 'the</w>': 'the' },
};
