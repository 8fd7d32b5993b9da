import { plainLine } from './plainLine';

/** What VS Code draws as an icon in the status bar and in a quick pick's label, description and detail. */
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g;

/** A text from outside where VS Code draws icons by their names, as {@link plainLine} has it: “$(trash)” is read as it stands. */
export function plainLabel(text: string): string {
  return plainLine(text).replace(icon, '\\$&');
}
