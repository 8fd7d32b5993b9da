const typesByIds = new WeakMap<readonly number[], readonly number[]>();

/** Says which text of a pair each token of a run belongs to (`token_type_ids`), wherever the model is run on these tokens again. */
export function withTypes(ids: readonly number[], types: readonly number[] | undefined): readonly number[] {
  if (types) typesByIds.set(ids, types);
  return ids;
}

/** The types of a run's tokens; undefined of a text alone, whose tokens are all of type 0. */
export function typesOf(ids: readonly number[]): readonly number[] | undefined {
  return typesByIds.get(ids);
}
