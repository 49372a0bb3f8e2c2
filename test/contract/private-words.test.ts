import { expect, test } from "vitest";
import type { Line } from "./finding.mts";
import { privateWords, scrubbed } from "./private-words.mts";

const line = (met: string): Line => ({
  id: "user.name",
  asked: "",
  expected: "",
  source: "Notion",
  met,
  package: met,
  verdict: "expected",
});

test("what an entry says of a person would not get into a report even if a finding held it", () => {
  const entry = {
    id: "u-17171",
    userName: "ada",
    displayName: "Countess",
    name: { familyName: "Byron" },
    title: "Lead",
  };
  const secrets = [...privateWords([entry]), "secret_token"];
  const { met, package: does } = scrubbed(line("u-17171 Countess Byron Lead secret_token 200"), secrets);
  expect(met).toBe("[left out] [left out] [left out] [left out] [left out] 200");
  expect(does).toBe(met);
});

test.each([
  "ada.byron+x@example.com",
  "0f8fad5b-d9cb-469f-a165-70867728950e",
  "0f8fad5bd9cb469fa16570867728950e",
])("%s looks like an address or an id, and is left out though nobody knows it", (text) => {
  expect(scrubbed(line(`met ${text}, 200`), []).met).toBe("met [left out], 200");
});
