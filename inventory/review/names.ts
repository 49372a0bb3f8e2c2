/** Somebody as sentences and tables name them. */
interface Named {
  id: string;
  userName: string;
}

/** Pure: names people by their e-mail, and by their id as well where two of them have the same. */
export function nameIn(people: readonly Named[]): (person: Named) => string {
  const counts = new Map<string, number>();
  for (const { userName } of people) counts.set(userName, (counts.get(userName) ?? 0) + 1);
  return ({ id, userName }) => ((counts.get(userName) ?? 0) > 1 ? `${userName} (id ${id})` : userName);
}
