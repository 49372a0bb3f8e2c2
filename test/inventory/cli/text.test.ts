import { describe, expect, test } from "vitest";
import { escapeMarkdown, escapeMarkdownParagraph } from "../../../inventory/cli/markdown";
import { maskEmails, sanitize } from "../../../inventory/cli/text";

describe("somebody else's words in Markdown", () => {
  test.each([
    "@ada",
    "née @ada",
    "é@ada",
    "ß@acme/security",
    "\u212a@ada",
    "#12",
    "GH-5",
    "gl-5",
    "!12",
    "$12",
    "&12",
    "%3",
    '%"next"',
    "~bug",
    "acme/notion#12",
    "[issue:3]",
  ])("%s stays text: it links to nothing and notifies nobody", (reference) => {
    // What a forge looks through is the text that Markdown makes: without backslashes and with its entities resolved.
    const read = escapeMarkdown(reference).replace(/\\(.)/g, "$1").replaceAll("&amp;", "&");
    expect(read).not.toContain(reference);
    expect(read.replaceAll("\u2060", "")).toBe(reference);
  });

  test("an address of a page is no link, and an e-mail can still be copied", () => {
    expect(escapeMarkdown("see https://evil.example/x or www.evil.example")).not.toMatch(/:\/\/|www\./);
    expect(escapeMarkdown("ada@example.com 100% A&B #x")).toBe("ada@example.com 100% A&amp;B \\#x");
  });

  test("no markup, no HTML, no image and no comment that would end a hidden marker", () => {
    expect(escapeMarkdown("![x](y) <!-- --> <img src=x> **b** `c` ~~d~~ $e$")).not.toMatch(
      /(?<!\\)[![\]`*~$]x?\[|<|>|(?<!\\)[`*~$]/,
    );
  });

  test.each(["# a", "- a", "+ a", "= a", "=====", "1. a", "12) a", "    code", "> a", "```", "/close"])(
    "a paragraph that begins with %j is a paragraph",
    (text) => {
      expect(escapeMarkdownParagraph(text)).not.toMatch(/^(#|[-+=>/]|\d+[.)]|\s|```)/);
    },
  );
});

describe("somebody else's words in a log", () => {
  test.each([
    ["##[error]x", "#\\u0023[error]x"],
    ["a ##[add-mask]b", "a #\\u0023[add-mask]b"],
    ["##vso[task.complete]", "#\\u0023vso[task.complete]"],
    ["::error::x", "\\u003a:error::x"],
    ["wrapped ::set-output::x", "wrapped \\u003a:set-output::x"],
    ["a\n::error::x", "a\\n\\u003a:error::x"],
  ])("%j is no command", (text, shown) => {
    expect(sanitize(text)).toBe(shown);
    expect(sanitize(sanitize(text))).toBe(shown);
  });

  test("names of resources stay as they are", () => {
    const urn = "urn:pulumi:dev::p::pulumi-nodejs:dynamic/notion:NotionUser::ada";
    expect(sanitize(urn)).toBe(urn);
  });
});

describe("a masked address", () => {
  test.each([
    ["sean.o'brien@example.com", "s***@example.com"],
    ["'sean.o'brien@example.com'", "'s***@example.com'"],
    ["users/ada@example.com", "u***@example.com"],
    ["a/b@example.com/c@example.org", "a***@e***@example.org"],
    ["`ada`@example.com", "`a***@example.com"],
    [
      'urn:x::NotionUser::ada@example.com, "bo@example.com"',
      'urn:x::NotionUser::a***@example.com, "b***@example.com"',
    ],
    ["+plus@example.com", "+p***@example.com"],
    ["_@example.com", "_***@example.com"],
    ["zoë.ö@example.com (éa@example.com)", "z***@example.com (é***@example.com)"],
    ["a@localhost is none", "a@localhost is none"],
  ])("%s is %s", (text, masked) => {
    expect(maskEmails(text)).toBe(masked);
  });

  test("is found in a text of any length", () => {
    for (const text of ["a".repeat(300_000), "@".repeat(300_000), `${"a.".repeat(150_000)}@b`])
      expect(maskEmails(text) === text).toBe(true);
    expect(maskEmails(`${"a.".repeat(150_000)}@example.com`)).toBe("a***@example.com");
  });
});

test("two addresses that look alike do not where they are printed: what has no width is shown as its escape", () => {
  expect(sanitize("ada\u200b@example.com")).toBe("ada\\u200b@example.com");
  expect(sanitize("a\u2060d\u00ada")).toBe("a\\u2060d\\u00ada");
});

test("what joins the letters of a word or the parts of an emoji stays", () => {
  for (const text of ["می\u200cخواهم", "👩\u200d💻", "Zoë 大阪\u3000太郎"]) expect(sanitize(text)).toBe(text);
});
