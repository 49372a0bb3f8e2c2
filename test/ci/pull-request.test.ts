import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeScene, type Scene } from "./program";

const SHA = "a".repeat(40);
const MERGE = "c".repeat(40);
const ROSTER = "userName,role\nzoe@example.com,member\n";

/** Pull request 1 of the scene is a branch of the repository; this one is what GitHub knows of it. */
async function scene(change: Partial<Scene["repository"]["pulls"][number]> = {}): Promise<Scene> {
  const made = await makeScene("GitHub");
  made.env = { GITHUB_REF: "refs/heads/main" };
  Object.assign(made.repository.pulls[0] ?? {}, { merge: MERGE, files: ["members.csv"], ...change });
  made.repository.parents.set(MERGE, ["b".repeat(40), SHA]);
  made.repository.textAt = (sha, path) => (sha === MERGE && path === "members.csv" ? ROSTER : undefined);
  made.repository.runs.set(77, {
    attempt: 1,
    actor: "ada",
    starter: "ada",
    artifacts: ["notion-preview"],
    reviews: [],
  });
  made.write("members.csv", "of main\n");
  return made;
}

const ask = (made: Scene, head: { repository?: string; branch?: string; sha?: string } = {}) =>
  made.run(
    "pull-request",
    ...["--head-repository", head.repository ?? "acme/notion", "--head-branch", head.branch ?? "zoe"],
    ...["--head-sha", head.sha ?? SHA, "--run", "77", "--roster", "members.csv", "--note", "note.md"],
  );
const read = (made: Scene, file: string) => readFileSync(join(made.folder, file), "utf8");

test("a branch that changes the roster alone is planned by this program, with its roster as GitHub would merge it", async () => {
  const made = await scene();
  expect(await ask(made)).toMatchObject({ code: 0, stdout: "number=1\nprogram=main\n" });
  expect(read(made, "members.csv")).toBe(ROSTER);
  expect(read(made, "note.md")).toBe("");
});

test("a large roster is taken byte for byte, and one beyond all measure is not", async () => {
  const made = await scene();
  const large = `${ROSTER}${"# Zoë\n".repeat(1_000)}`;
  made.repository.textAt = () => large;
  await ask(made);
  expect(read(made, "members.csv")).toBe(large);
  made.repository.textAt = () => "#".repeat(20_000_001);
  expect((await ask(made)).said).toContain("larger than 20 MB");
});

test("a fork is planned by this program, whatever its run left behind, and what else it changes is named as not run", async () => {
  const made = await scene({
    owner: "eve",
    files: ["members.csv", "index.js", ".github/workflows/notion-preview.yml"],
  });
  const { stdout } = await ask(made, { repository: "eve/notion" });
  expect(stdout).toBe("number=1\nprogram=main\n");
  expect(
    made.forge.requests.filter((line) => line.includes("artifacts")),
    "nobody even looks",
  ).toEqual([]);
  expect(read(made, "note.md")).toContain("also changes index.js, .github/workflows/notion-preview.yml");
});

test("a branch here that changes the program is planned by its own preview, and the comment says whose word that is", async () => {
  const made = await scene({ files: ["members.csv", "index.js"] });
  expect((await ask(made)).stdout).toBe("number=1\nprogram=own\n");
  expect(read(made, "note.md")).toContain(
    "The pull request's own code makes this plan, and it changes index.js",
  );
});

test("a run that left no preview, as one of Dependabot without secrets, is planned by this program and says so", async () => {
  const made = await scene({ files: ["package-lock.json"] });
  made.repository.runs.set(77, {
    attempt: 1,
    actor: "dependabot[bot]",
    starter: "dependabot[bot]",
    artifacts: [],
    reviews: [],
  });
  expect((await ask(made)).stdout).toBe("number=1\nprogram=main\n");
  expect(read(made, "note.md")).toMatch(
    /also changes package-lock\.json\. The plan does not show these changes.*Dependabot/,
  );
});

test("names of files are text in the note", async () => {
  const made = await scene({
    owner: "eve",
    files: ["<!-- x", "@octocat #1", ...Array.from({ length: 9 }, (_, i) => `f${i}`)],
  });
  await ask(made, { repository: "eve/notion" });
  expect(read(made, "note.md")).toContain("and 6 other files");
  expect(read(made, "note.md")).not.toMatch(/<!--|@octocat|#1/);
});

test.each([
  ["of a fork under the same branch name", { repository: "eve/notion" }],
  ["of an earlier push", { sha: "b".repeat(40) }],
  ["of another branch", { branch: "zoe2" }],
])("a run %s is for no pull request: nothing is written", async (_what, head) => {
  const made = await scene();
  expect(await ask(made, head)).toMatchObject({ code: 0, stdout: "number=\nprogram=none\n" });
  expect(read(made, "members.csv")).toBe("of main\n");
});

test("of two pull requests of one branch the one into this branch is meant", async () => {
  const made = await scene({ base: "release" });
  const second = {
    title: "The same",
    owner: "acme",
    branch: "zoe",
    sha: SHA,
    merge: MERGE,
    files: ["members.csv"],
  };
  made.repository.addPull(second);
  expect((await ask(made)).stdout).toBe("number=2\nprogram=main\n");
});

test("GitHub is asked again until it knows the merge of this very commit", async () => {
  const made = await scene({ merge: "unknown" });
  const [pull] = made.repository.pulls;
  let looks = 0;
  made.forge.before = (line) => {
    if (!line.endsWith("/pulls/1") || pull === undefined) return;
    looks += 1;
    // At first nothing, then the merge of the push before.
    pull.merge = looks === 1 ? "unknown" : looks === 2 ? "d".repeat(40) : MERGE;
  };
  made.repository.parents.set("d".repeat(40), ["b".repeat(40), "e".repeat(40)]);
  expect((await ask(made)).stdout).toBe("number=1\nprogram=main\n");
  expect(made.pauses).toEqual([1_000, 2_000]);
});

test("a conflict, and a pull request that takes the roster away, have no plan, and the note says so", async () => {
  const made = await scene({ merge: undefined });
  expect((await ask(made)).stdout).toBe("number=1\nprogram=none\n");
  expect(read(made, "note.md")).toContain("conflicts");
  const without = await scene();
  without.repository.textAt = () => undefined;
  expect((await ask(without)).stdout).toBe("number=1\nprogram=none\n");
  expect(read(without, "note.md")).toContain("removes members.csv");
  expect(read(without, "members.csv")).toBe("of main\n");
});

test("on GitLab it is not needed, and says so", async () => {
  const made = await makeScene("GitLab");
  made.env = { GITHUB_REF: "refs/heads/main" };
  const { code, said } = await ask(made);
  expect({ code, said }).toEqual({
    code: 64,
    said: expect.stringContaining("This command is only for GitHub"),
  });
});

test.each(["./members.csv", "people/../members.csv", "people/Gäste & Co #1 %41.csv", "./people/a?b.csv"])(
  "a roster may stand where it likes and be called as it likes: %s",
  async (roster) => {
    const path = roster.replace(/^\.\/|^people\/\.\.\//, "");
    const made = await scene({ files: [path] });
    made.repository.textAt = (sha, file) => (sha === MERGE && file === path ? ROSTER : undefined);
    mkdirSync(join(made.folder, "people"), { recursive: true });
    const { code, stdout, said } = await made.run(
      ...["pull-request", "--head-repository", "acme/notion", "--head-branch", "zoe", "--head-sha", SHA],
      ...["--run", "77", "--roster", roster, "--note", "note.md"],
    );
    expect({ code, stdout, said: code === 0 ? "" : said }).toEqual({
      code: 0,
      stdout: "number=1\nprogram=main\n",
      said: "",
    });
    expect(read(made, roster)).toBe(ROSTER);
    expect(read(made, "note.md")).toBe("");
  },
);
