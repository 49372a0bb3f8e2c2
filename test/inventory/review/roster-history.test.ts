import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { gitVersions, historyOf } from "../../../inventory/review/roster-history";

/** A repository whose commits are a month apart. */
function makeRepository() {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-roster-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let month = 0;
  const git = (...args: string[]) => {
    const date = `2026-0${month}-01T10:00:00Z`;
    const names = ["AUTHOR", "COMMITTER"].map((who) => [
      [`GIT_${who}_NAME`, "a"],
      [`GIT_${who}_EMAIL`, "a@example.com"],
      [`GIT_${who}_DATE`, date],
    ]);
    execFileSync("git", args, {
      cwd: folder,
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", ...Object.fromEntries(names.flat()) },
    });
  };
  git("init", "-q");
  return {
    folder,
    git,
    commit: () => {
      month += 1;
      git("add", "--all");
      git("commit", "-q", "-m", "A change");
    },
  };
}

const TEXT = Array.from({ length: 9 }, (_, index) => `person.${index}@example.com,member\n`).join("");

test("since when is known behind a renaming and a moving of the roster, and until where", async () => {
  const { folder, git, commit } = makeRepository();
  mkdirSync(join(folder, "lists"));
  writeFileSync(join(folder, "lists", "people ä.csv"), `userName,role\n${TEXT}`);
  commit();
  const text = `userName,role\n${TEXT}zoe@example.com,member\n`;
  git("mv", "lists/people ä.csv", "members.csv");
  writeFileSync(join(folder, "members.csv"), text);
  commit();
  writeFileSync(
    join(folder, "members.csv"),
    text.replace("person.8@example.com,member", "person.8@example.com,owner"),
  );
  commit();

  const versions = await gitVersions(join(folder, "members.csv"));
  expect(versions?.map(({ file, date }) => [file, date.slice(0, 7)])).toEqual([
    ["members.csv", "2026-03"],
    ["members.csv", "2026-02"],
    ["lists/people ä.csv", "2026-01"],
  ]);
  const { since } = historyOf("members.csv", text, versions ?? []);
  const known = (email: string) => [since.get(email)?.date?.slice(0, 7), since.get(email)?.orLonger];
  expect(known("person.0@example.com")).toEqual(["2026-01", true]);
  expect(known("zoe@example.com")).toEqual(["2026-02", false]);
});

test("a roster in no repository has no history", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-roster-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "members.csv"), TEXT);
  expect(await gitVersions(join(folder, "members.csv"))).toBeUndefined();
});
