import { expect, test } from "vitest";
import { judgePlace } from "../../provider/directory/place";

const user = { id: "1", userName: "ada@example.com" };
const known = (people: Record<string, "here" | "gone">) => (id: string) =>
  people[id] === undefined ? undefined : { user: people[id] === "here" ? user : undefined };

test.each([
  ["one person of the state can have left", ["1"], { 1: "gone" }, "complete", "cannot be told"],
  ["whoever of the state is found proves it", ["1", "2", "3"], { 1: "gone", 3: "here" }, undefined, "right"],
  ["two of many are looked for first", ["1", "2", "3"], {}, undefined, { look: ["1", "2"] }],
  ["also where a list lacks everybody", ["1", "2", "3"], { 1: "gone" }, "complete", { look: ["2"] }],
  ["then the list is read", ["1", "2", "3"], { 1: "gone", 2: "gone" }, undefined, "list"],
  [
    "and if it holds none of them it is another workspace",
    ["1", "2", "3"],
    { 1: "gone", 2: "gone" },
    "complete",
    "other",
  ],
  [
    "if it may lack some, further ones are looked for by themselves",
    ["1", "2", "3", "4"],
    { 1: "gone", 2: "gone" },
    "incomplete",
    { look: ["3", "4"] },
  ],
  [
    "twelve at most, however many there are",
    Array.from({ length: 40 }, (_, index) => String(index)),
    { 0: "gone", 1: "gone" },
    "incomplete",
    { look: ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"] },
  ],
  [
    "and if all of these are gone, too, it is another one",
    ["1", "2"],
    { 1: "gone", 2: "gone" },
    "incomplete",
    "other",
  ],
] as const)("%s", (_, expected, people, listed, verdict) => {
  expect(judgePlace(new Set(expected), known(people as Record<string, "here" | "gone">), listed)).toEqual(
    verdict,
  );
});
