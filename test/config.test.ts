import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigurationError, readRunSettings, readSettings } from "../provider/config";

const TOKEN = "secret-token-123";

function settings(
  config: Record<string, string> = {},
  env: Record<string, string> = { NOTION_SCIM_TOKEN: TOKEN },
) {
  return readSettings({ env, config: (key) => config[key] });
}

describe("the token", () => {
  test("comes from the environment before the stack's configuration, so that a rotated one is seen", () => {
    expect(settings({ "notion:scimToken": "the-old-token" }).token.reveal()).toBe(TOKEN);
    expect(settings({ "notion:scimToken": "the-only-token" }, {}).token.reveal()).toBe("the-only-token");
  });

  test("that is missing says which command sets it", () => {
    expect(() => settings({}, {})).toThrow("pulumi config set --secret notion:scimToken");
    expect(() => settings({ "notion:scimToken": "" }, { NOTION_SCIM_TOKEN: " " })).toThrow(
      ConfigurationError,
    );
  });

  test("with a space inside is refused without being shown", () => {
    const refused = () => settings({}, { NOTION_SCIM_TOKEN: "two words-of-secret" });
    expect(refused).toThrow("copy it again");
    expect(refused).not.toThrow("words-of-secret");
  });

  test("that is too short to be hidden is refused, saying so, but for a server on this machine", () => {
    const refused = () => settings({}, { NOTION_SCIM_TOKEN: "example" });
    expect(refused).toThrow(
      /^The SCIM token is too short to be hidden in errors and logs.* 12 characters\. Copy/,
    );
    expect(refused).not.toThrow("example");
    const local = { NOTION_SCIM_TOKEN: "example", NOTION_SCIM_BASE_URL: "http://127.0.0.1:1/scim/v2" };
    const { token } = settings({}, local);
    expect(token.reveal()).toBe("example");
    expect(token.scrub("Could not read ada@example.com.")).toBe("Could not read ada@example.com.");
  });

  test("prints as [redacted] however it is printed", () => {
    const { token } = settings();
    for (const printed of [`${token}`, JSON.stringify({ token }), inspect({ token }), String(token)]) {
      expect(printed).not.toContain(TOKEN);
      expect(printed).toContain("[redacted]");
    }
    expect(token.scrub(`Bearer ${TOKEN} was refused`)).toBe("Bearer [redacted] was refused");
  });
});

describe("the address", () => {
  test("is Notion's own where nothing is set", () => {
    expect(settings().baseUrl.href).toBe("https://api.notion.com/scim/v2");
  });

  test("comes from the environment before the stack's configuration", () => {
    const env = { NOTION_SCIM_TOKEN: TOKEN, NOTION_SCIM_BASE_URL: "http://127.0.0.1:1/scim/v2" };
    expect(settings({ "notion:baseUrl": "https://example.com/" }, env).baseUrl.port).toBe("1");
  });

  test.each([
    "http://127.0.0.1:8743/scim/v2",
    "http://localhost/scim/v2",
    "http://[::1]:80/scim/v2",
    "https://example.com",
  ])("%s is accepted", (url) => {
    expect(settings({ "notion:baseUrl": url }).baseUrl.href).toContain("//");
  });

  test.each([
    ["http://example.com/scim/v2", "must begin with https://"],
    ["http://127.0.0.1.example.com/", "must begin with https://"],
    ["ftp://example.com/", "must begin with https://"],
    ["https://user:pass@example.com/", "user name or password"],
    ["https://example.com/?a=1", "query or fragment"],
    ["api.notion.com", "is not a URL"],
  ])("%s is refused: the token would go where it must not", (url, why) => {
    expect(() => settings({ "notion:baseUrl": url })).toThrow(why);
  });
});

describe("the token's owner", () => {
  test.each<[string, Record<string, string>, object]>([
    ["not said", {}, { tokenOwner: undefined, tokenOwnerSaid: false }],
    [
      "an e-mail",
      { "notion:tokenOwner": "ada@example.com" },
      { tokenOwner: "ada@example.com", tokenOwnerSaid: true },
    ],
    [
      "unknown on purpose",
      { "notion:tokenOwner": "unknown" },
      { tokenOwner: undefined, tokenOwnerSaid: true },
    ],
  ])("is %s", (_, config, expected) => {
    expect(settings(config)).toMatchObject(expected);
    const source = { env: {}, config: (key: string) => config[key] };
    expect(readRunSettings(source, 0)).toMatchObject(expected);
  });

  test("that is no e-mail protects nobody, so it is refused", () => {
    expect(() => settings({ "notion:tokenOwner": "Ada" })).toThrow(
      'notion:tokenOwner is "Ada"; allowed is the e-mail of the token\'s owner, or unknown',
    );
  });
});

describe("the other settings", () => {
  test("adopt is true unless it is set to false", () => {
    expect(settings().adopt).toBe(true);
    expect(settings({ "notion:adopt": "false" }).adopt).toBe(false);
  });

  test.each([
    ["notion:adopt", "yes", "allowed is true or false"],
    ["notion:requestsPerSecond", "0", "a number above 0"],
    ["notion:groupRemoval", "both", "one of filter, value"],
    ["notion:requestsPerSecond", "fast", "a number above 0"],
  ])("%s = %s is refused with what is allowed and the command that mends it", (key, value, allowed) => {
    expect(() => settings({ [key]: value })).toThrow(allowed);
    expect(() => settings({ [key]: value })).toThrow(`pulumi config set ${key}`);
  });
});
