/** Makes the events of a component, by name: `Events` has what each carries. */
export type EventMaker<Events> = <Name extends keyof Events & string>(
  name: Name,
  detail: Events[Name],
) => CustomEvent<Events[Name]>;

/**
 * An event of a component, for its parent: it does not leave the parent's shadow tree. Its detail stays undefined where it
 * is; the platform alone makes null of it.
 */
export function componentEvent<Detail>(name: string, detail: Detail): CustomEvent<Detail> {
  const event = new CustomEvent<Detail>(name, { detail });
  if (detail === undefined) Object.defineProperty(event, 'detail', { value: undefined });
  return event;
}
