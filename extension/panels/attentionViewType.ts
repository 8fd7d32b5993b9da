/** The type of the attention panel's webview, by which VS Code brings it back after a reload. */
export const attentionViewType = 'headlight.attention';
