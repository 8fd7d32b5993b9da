/**
 * Loads a script that the panel does not start with; elements that it defines come to life then.
 * @param what what the script shows, in words: "This picture".
 * @throws Error with one sentence where the script cannot be had, as after Headlight was updated or removed.
 */
export async function loadScript(what: string, load: () => Promise<unknown> | undefined): Promise<void> {
  try {
    await load();
  } catch {
    throw new Error(`${what} could not be loaded; reload the window (Developer: Reload Window) to get it back.`);
  }
}
