import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import GithubSlugger from "github-slugger";
import { marked, type Token, type Tokens } from "marked";
import { describe, expect, test } from "vitest";
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
