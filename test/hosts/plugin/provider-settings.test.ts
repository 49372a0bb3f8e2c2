import { expect, test } from "vitest";
import { SETTINGS } from "../../../provider/config";
import { providerInputsSchema } from "../../../provider/hosts/plugin/provider-inputs";
import { settingProblems, settingTexts } from "../../../provider/hosts/plugin/provider-settings";

test("a provider of the program takes every setting that a stack's configuration has", () => {
  const keys = Object.values(SETTINGS).flatMap((setting) => ("key" in setting ? [setting.key] : []));
  expect(Object.keys(providerInputsSchema.shape).sort()).toEqual(
    keys.map((key) => key.replace("notion:", "")).sort(),
  );
});

test("settings of a provider are taken as texts, as the stack's configuration has them", () => {
  expect(settingTexts({ adopt: false, noticeDays: 3, version: "1", __internal: {}, baseUrl: null })).toEqual({
    adopt: "false",
    noticeDays: "3",
  });
  expect(
    settingProblems({ adopt: "false", requestsPerSecond: "2.5", noticeDays: 3, maxRemovals: "25%" }),
  ).toEqual([]);
});

test.each([
  [{ adopt: "perhaps" }, "adopt must be true or false"],
  [{ scimTokenEnv: "not a name" }, "scimTokenEnv must be the name of an environment variable"],
  [{ maxRemovals: "many" }, "maxRemovals must be a whole number from 0 or a share"],
  [{ tokenOwner: "olivia" }, "tokenOwner must be the e-mail of the token's owner, or unknown"],
  [{ requestsPerSecond: "fast" }, "requestsPerSecond must be a number above 0, at most 1000"],
  [{ noticeDays: "-1" }, "noticeDays must be a whole number of days from 0 to 3660"],
  [{ scimTokn: "x" }, 'unknown setting "scimTokn"; allowed are scimToken'],
  [{ scimToken: "secret-token-x", scimTokenEnv: "TOKEN" }, "give either scimToken or scimTokenEnv"],
])("%j is refused, and no value of a property is printed by it", (inputs, words) => {
  const problems = settingProblems(inputs);
  expect(problems).toEqual([{ property: "", reason: expect.stringContaining(words) }]);
  expect(JSON.stringify(problems)).not.toContain("secret-token-x");
});
