import { expect, test } from "vitest";
import { judgePlace } from "../../provider/roster/place";

const user = { id: "1", userName: "ada@example.com" };
const known = (people: Record<string, "here" | "gone">) => (id: string) =>
  people[id] === undefined ? undefined : { user: people[id] === "here" ? user : undefined };

test.each([
  ["one person of the state can have left", ["1"], { 1: "gone" }, true, "cannot be told"],
  ["whoever of the state is found proves it", ["1", "2", "3"], { 1: "gone", 3: "here" }, false, "right"],
  ["two of many are looked for first", ["1", "2", "3"], {}, false, { look: ["1", "2"] }],
  ["also where a list lacks everybody", ["1", "2", "3"], { 1: "gone" }, true, { look: ["2"] }],
  ["then the list is read", ["1", "2", "3"], { 1: "gone", 2: "gone" }, false, "list"],
  [
    "and if it holds none of them it is another workspace",
    ["1", "2", "3"],
    { 1: "gone", 2: "gone" },
    true,
    "other",
  ],
] as const)("%s", (_, expected, people, listed, verdict) => {
  expect(judgePlace(new Set(expected), known(people as Record<string, "here" | "gone">), listed)).toEqual(
    verdict,
  );
});
