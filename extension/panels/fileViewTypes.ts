/** The types of the panels that show a file, by which VS Code brings them back after a reload (package.json names them too). */
export const fileViewTypes = {
  askImage: 'headlight.askImage',
  captions: 'headlight.captions',
  image: 'headlight.image',
  speech: 'headlight.speech',
} as const;
/** The type of the panel that compares mechanisms. */
export const mechanismsViewType = 'headlight.mechanisms';

export type FileViewType = (typeof fileViewTypes)[keyof typeof fileViewTypes];
