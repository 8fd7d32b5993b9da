/** The name of a file without its folder and its ending: "images/icon.png" is "icon". */
export function fileStem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}
