/** The type of the captions panel's webview, by which VS Code brings it back after a reload. */
export const captionViewType = 'headlight.captions';
