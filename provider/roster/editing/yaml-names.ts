import { isScalar, isSeq, type Scalar } from "yaml";

/** A name in a list, and where it stands. */
export interface YamlName {
  scalar: Scalar;
  /** Of its dash in a block, else of itself. */
  start: number;
  end: number;
}

/** A list of names, in brackets or with a dash for each. */
export interface YamlNames {
  flow: boolean;
  start: number;
  end: number;
  names: YamlName[];
}

/** The names of a list; undefined where it is none. */
export function namesOf(node: unknown): YamlNames | undefined {
  if (!isSeq(node) || !node.range || !node.srcToken) return undefined;
  const { srcToken: token } = node;
  const dashes =
    token.type === "block-seq"
      ? token.items.flatMap(({ start }) => start.filter(({ type }) => type === "seq-item-ind"))
      : undefined;
  const names = node.items.flatMap((item, index): YamlName[] => {
    if (!isScalar(item) || !item.range) return [];
    const [start, end] = item.range;
    return [{ scalar: item, start: dashes?.[index]?.offset ?? start, end }];
  });
  const flow = dashes === undefined;
  const [start, end] = node.range;
  return { flow, start, end: flow ? end : (names.at(-1)?.end ?? end), names };
}
