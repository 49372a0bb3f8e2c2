import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import GithubSlugger from "github-slugger";
import { marked, type Token, type Tokens } from "marked";
import { describe, expect, test } from "vitest";
import { DRIFT_KINDS } from "../inventory/drift/finding";
import { SETTINGS } from "../provider/config";
import { PROFILE_ATTRIBUTES } from "../provider/model/attributes";
import { LIMIT_NAMES } from "../provider/state/limits";
import { repositoryRoot } from "../tools/repository.mts";

const pages = globSync(["*.md", "{docs,policies,ci,examples}/**/*.md"], { cwd: repositoryRoot }).sort();
const textOf = (page: string) => readFileSync(join(repositoryRoot, page), "utf8");
const topics = pages.filter((page) => page.startsWith("docs/"));

function tokensOf(page: string): Token[] {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(textOf(page)), (token) => void tokens.push(token));
  return tokens;
}

function headingsOf(page: string): string[] {
  const slugger = new GithubSlugger();
  const headings = tokensOf(page).filter((token): token is Tokens.Heading => token.type === "heading");
  return headings.map(({ text }) => slugger.slug(text.replaceAll("`", "")));
}

/** Links to pages and files of this repository, from its root: `docs/limits.md#guests`. */
function linksOf(page: string): string[] {
  return tokensOf(page)
    .filter((token): token is Tokens.Link => token.type === "link")
    .map(({ href }) => href)
    .filter((href) => !/^[a-z]+:/.test(href))
    .map((href) => (href.startsWith("#") ? `${page}${href}` : join(dirname(page), href)));
}

describe.each(pages)("%s", (page) => {
  test("every link leads to a file that is there, and to a heading of it", () => {
    const dead = linksOf(page).filter((link) => {
      const [file = "", heading] = link.split("#");
      if (file.startsWith("..") || !existsSync(join(repositoryRoot, file))) return true;
      return heading !== undefined && !headingsOf(file).includes(heading);
    });
    expect(dead).toEqual([]);
  });
});

test("README is short: what it is, how to start, and where to read on", () => {
  expect(textOf("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(200);
});

test("README leads to every page", () => {
  const linked = linksOf("README.md").map((link) => link.split("#")[0]);
  expect(topics.filter((page) => !linked.includes(page))).toEqual([]);
});

test.each(topics)("%s says first whom it is for", (page) => {
  const [, first] = tokensOf(page).filter(({ type }) => type === "heading" || type === "paragraph");
  expect(first?.type === "paragraph" && first.raw).toMatch(/^For /);
});

test("every file that CONTRIBUTING names is there, and has the name that stands before it", () => {
  const text = textOf("CONTRIBUTING.md");
  const files = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|mts|mjs|md|json|jsonl))`/g)].map(
    ([, file = ""]) => file,
  );
  const inside = [...text.matchAll(/`(\w+)` (?:in |\()`([\w/.-]+\.ts)`/g)];
  const missing = files.filter((file) => !existsSync(join(repositoryRoot, file)));
  const lacking = inside.filter(
    ([, name = "", file = ""]) => !missing.includes(file) && !textOf(file).includes(name),
  );
  expect([missing, lacking.map(([found]) => found)]).toEqual([[], []]);
  expect(inside.length).toBeGreaterThan(10);
});

const settings = Object.values(SETTINGS).flatMap((setting) => [
  ...("key" in setting ? [setting.key] : []),
  ...("env" in setting ? [setting.env] : []),
]);
const commands = [...textOf("inventory/run.ts").matchAll(/^ {2}"?([\w-]+)"?: async \(\)/gm)].map(
  ([, name = ""]) => name,
);

test.each([
  ["attribute", "docs/people-one-by-one.md", PROFILE_ATTRIBUTES],
  ["attribute", "docs/workspace.md", PROFILE_ATTRIBUTES.filter((name) => name !== "phoneNumbers")],
  ["limit", "docs/guard-rails.md", LIMIT_NAMES],
  ["setting", "docs/configuration.md", settings],
  ["kind of drift", "docs/inventory.md", DRIFT_KINDS],
  ["command", "docs/inventory.md", commands],
])("every %s is described in %s", (_, page, names) => {
  const text = textOf(page);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  expect(names.length).toBeGreaterThan(4);
});

test("every test that the threat model names is there, with the quoted words", () => {
  const cited = /`([\w/-]+\.test\.ts|[\w-]+\/[\w/-]+\.(?:ts|csv))`((?:(?:,| and) "[^"]+")*)/g;
  const missing = [...textOf("docs/threat-model.md").replace(/\s+/g, " ").matchAll(cited)].flatMap(
    ([, file = "", quoted = ""]) => {
      const path = join("test", file);
      if (!existsSync(join(repositoryRoot, path))) return [path];
      const parts = [...quoted.matchAll(/"([^"]+)"/g)].flatMap(([, words = ""]) => words.split(" … "));
      const text = textOf(path);
      return parts.filter((part) => !text.includes(part)).map((part) => `${path}: ${part}`);
    },
  );
  expect(missing).toEqual([]);
});
