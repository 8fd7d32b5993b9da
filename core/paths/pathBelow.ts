/** Names that Windows keeps for devices, whatever extension follows. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;

/**
 * A path that a file from elsewhere names (a hub's list, a graph's external data, inputs), as parts below a folder. Names are
 * judged alike on every system, by what any of them would make of it: a folder may be shared, or moved.
 * @returns the parts; or why it may not be used, as the end of a sentence about it.
 */
export function pathBelow(name: string): readonly string[] | string {
  if (name === '') return 'is empty';
  if (/[\0-\x1f\x7f]/.test(name)) return 'is not a path';
  if (/^([/\\]|[a-z]:|[a-z][a-z0-9+.-]*:\/\/|~)/i.test(name)) return 'is an absolute path';
  const parts = name.split(/[/\\]/).filter(part => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return 'lies outside the folder';
  for (const part of parts) {
    if (/[. ]$/.test(part)) return 'ends in a dot or a space, which Windows leaves out';
    if (part.includes(':')) return 'names a stream of a file, as Windows has them';
    if (/[<>"|?*]/.test(part)) return 'has a character that Windows does not allow';
    if (devices.test(part)) return 'is the name of a device on Windows';
  }
  return parts;
}
