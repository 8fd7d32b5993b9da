/** Keys that a field takes are none of the panel's; those that are commands of the editor (F1, with Ctrl) go on to it. */
export function keepKeys(event: KeyboardEvent): void {
  const { target } = event;
  const isField =
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
  const isCommand = event.ctrlKey || event.metaKey || event.altKey || /^F\d+$/.test(event.key);
  if (isField && !isCommand) event.stopPropagation();
}
