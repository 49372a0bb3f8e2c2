/** The groups that a cell names, each once: names are set apart by semicolons. */
export function groupNames(cell = ""): string[] {
  return [...new Set(cell.split(";").flatMap((name) => name.trim() || []))];
}

/** Pure: a cell that names one group more, as it sets names apart. */
export function withGroup(cell: string, name: string): string {
  if (groupNames(cell).includes(name)) return cell;
  const before = cell.replace(/[;\s]+$/, "");
  if (before === "") return name;
  return `${before}${/;\S/.test(before) ? ";" : "; "}${name}`;
}

/** Pure: a cell that names one group less; `""` where it was the only one. */
export function withoutGroup(cell: string, name: string): string {
  const left = cell.split(";").filter((each) => each.trim() !== name);
  return left.join(";").trim();
}
