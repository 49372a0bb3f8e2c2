import { describe, expect, test } from "vitest";
import { FORGES, makeScene } from "./program";

const PLAN = "## Plan\n\n1 joins.\n\n| who | what |\n| --- | --- |\n| zoe@example.com | joins as member |\n";

describe.each(FORGES)("a comment on %s", (name) => {
  test("is written once, edited when the plan changes, and left alone when it does not", async () => {
    const scene = await makeScene(name);
    expect(await scene.comment(PLAN)).toMatchObject({ code: 0 });
    expect(scene.comments).toEqual([expect.stringContaining("zoe@example.com")]);
    expect(scene.comments[0]).toMatch(/^<!-- notion-ci comment name=prod -->\n## Plan/);

    scene.forge.requests.length = 0;
    expect((await scene.comment(PLAN)).said).toContain("is unchanged");
    expect(scene.forge.requests.filter((line) => !line.startsWith("GET "))).toEqual([]);

    expect((await scene.comment(PLAN.replace("member", "owner"))).said).toContain("is edited");
    expect(scene.comments).toHaveLength(1);
    expect(scene.comments[0]).toContain("joins as owner");
  });

  test("is one for each stack", async () => {
    const scene = await makeScene(name);
    await scene.comment(PLAN);
    await scene.comment(PLAN, "--name", "staging");
    await scene.comment(PLAN.replace("joins", "leaves"));
    expect(scene.comments).toHaveLength(2);
  });

  test("is found among more than a hundred others, and nobody else's is taken for it", async () => {
    const scene = await makeScene(name);
    const stranger = scene.account(scene.repository.addAccount("eve", "User", ["read"]));
    const marker = "<!-- notion-ci comment name=prod -->";
    scene.repository.addComment(stranger, "pull", 1, `${marker}\nmine`);
    for (let count = 0; count < 130; count += 1)
      scene.repository.addComment(stranger, "pull", 1, `remark ${count}`);
    await scene.comment(PLAN);
    for (let count = 0; count < 130; count += 1)
      scene.repository.addComment(stranger, "pull", 1, `answer ${count}`);
    expect((await scene.comment(`${PLAN}\nMore.`)).said).toContain("is edited");
    expect(scene.comments.filter((body) => body.startsWith(marker))).toEqual([
      `${marker}\nmine`,
      expect.stringContaining("More."),
    ]);
  });

  test("stays one when two runs write it at the same time", async () => {
    const scene = await makeScene(name);
    const me = scene.account();
    // Another run writes between this one's look and its own comment.
    scene.forge.before = (line) => {
      if (!line.startsWith("POST ")) return;
      scene.forge.before = undefined;
      scene.repository.addComment(me, "pull", 1, "<!-- notion-ci comment name=prod -->\nof the other run");
    };
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.comments).toEqual([expect.stringContaining("zoe@example.com")]);
  });

  test("is not written twice when the answer to the first was lost", async () => {
    const scene = await makeScene(name);
    scene.forge.faults.push({ request: "POST ", status: 502, done: true });
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.comments).toHaveLength(1);
    scene.repository.comments = [];
    scene.forge.faults.push({ request: "POST ", status: 502 });
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.comments).toHaveLength(1);
  });

  test("waits as long as a rate limit says, and gives up where that is too long", async () => {
    const scene = await makeScene(name);
    scene.forge.faults.push({ request: "POST ", status: 429, headers: { "retry-after": "7" } });
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.pauses).toEqual([7000]);
    expect(scene.comments).toHaveLength(1);

    scene.forge.faults.push({ request: "GET ", status: 429, headers: { "retry-after": "3600" } });
    const refused = await scene.comment(PLAN);
    expect(refused.code).toBe(1);
    expect(refused.said).toContain("asks to wait for 3600 more seconds");
    expect(scene.pauses).toEqual([7000]);
  });

  test("waits until the time that a rate limit names, by the forge's own clock", async () => {
    const scene = await makeScene(name);
    const headers = { date: "Sat, 01 Jan 2000 00:00:00 GMT", "retry-after": "Sat, 01 Jan 2000 00:00:07 GMT" };
    scene.forge.faults.push({ request: "POST ", status: 429, headers });
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.pauses).toEqual([7000]);
  });

  test("a plan that is too long is cut, with every heading and count in it, and says where the rest is", async () => {
    const scene = await makeScene(name);
    const row = (index: number) => `| person.${index}@example.com | joins as member, ${"x".repeat(60)} |`;
    const rows = Array.from({ length: 12_000 }, (_, index) => row(index)).join("\n");
    const long = `## Plan\n\n12000 join, 3 leave.\n\n### Join (12000)\n\n| who | what |\n| --- | --- |\n${rows}\n\n### Leave (3)\n\n| who |\n| --- |\n| a |\n| b |\n| c |\n`;
    expect(await scene.comment(long)).toMatchObject({ code: 0 });
    const [body = ""] = scene.comments;
    expect(body.length).toBeLessThanOrEqual(name === "GitHub" ? 65_536 : 1_000_000);
    expect(body.length).toBeGreaterThan(name === "GitHub" ? 64_000 : 990_000);
    for (const text of ["12000 join, 3 leave.", "### Join (12000)", "### Leave (3)"])
      expect(body).toContain(text);
    const shown = body.match(/^\| person/gm)?.length ?? 0;
    expect(body).toContain(`${12_000 - shown} more lines are left out here`);
    expect(body).toMatch(/\(https:\/\/git(hub|lab)\.example\/.*77\) has all of it/);
  });

  test("a token that may not comment is told which permission it lacks, and is in no line", async () => {
    const scene = await makeScene(name, ["read"]);
    const { code, said } = await scene.comment(PLAN);
    expect(code).toBe(1);
    expect(said).toMatch(/answered 403 .* lacks a permission\. It needs /);
    expect(said).toContain(name === "GitHub" ? "`pull-requests: write`" : "scope `api`");
    expect(said).not.toContain(scene.token);
  });

  test("no secret of the pipeline is printed or published, whoever repeats it", async () => {
    const scene = await makeScene(name);
    scene.env = { NOTION_SCIM_TOKEN: "ntn_0123456789abcdef", PULUMI_ACCESS_TOKEN: "pul-0123456789abcdef" };
    await scene.comment(`${PLAN}\nntn_0123456789abcdef pul-0123456789abcdef ${scene.token}`);
    expect(scene.comments[0]).toContain("[redacted] [redacted] [redacted]");
    scene.forge.faults.push({
      request: "GET ",
      status: 400,
      body: { message: `what is ${scene.token}?`, error: scene.token },
    });
    const { code, said } = await scene.comment(PLAN);
    expect(code).toBe(1);
    expect(said).toContain("[redacted]");
    expect(said).not.toContain(scene.token);
  });

  test("the token follows no redirect to another address", async () => {
    const scene = await makeScene(name);
    const other = await makeScene(name);
    for (const request of ["GET ", "POST "])
      scene.forge.faults.push({ request, status: 307, headers: { location: `${other.forge.url}/user` } });
    const { code, said } = await scene.comment(PLAN);
    expect(code).toBe(1);
    expect(said).toContain("a redirect to 127.0.0.1");
    expect(other.forge.requests).toEqual([]);
  });

  test("of a plan that stops takes the place of the harmless one of the push before, also where there is no plan at all", async () => {
    const scene = await makeScene(name);
    await scene.comment(PLAN);
    expect((await scene.comment("## Plan\n\nSTOPPED.", "--exit-code", "1")).code).toBe(0);
    expect(scene.comments).toEqual([expect.stringContaining("STOPPED.")]);
    const missing = await scene.run(
      "comment",
      "--name",
      "prod",
      "--body",
      "not-there.md",
      "--exit-code",
      "1",
    );
    expect(missing.code).toBe(0);
    expect(scene.comments).toEqual([
      expect.stringMatching(/\*\*No plan:\*\* the plan stops.*See \[the run\].*77\)\./),
    ]);
    expect(
      (await scene.run("comment", "--name", "prod", "--body", "not-there.md", "--exit-code", "0")).code,
    ).toBe(64);
  });

  test("that somebody deletes meanwhile is written anew", async () => {
    const scene = await makeScene(name);
    await scene.comment(PLAN);
    scene.forge.before = (line) => {
      if (!/^(PATCH|PUT) /.test(line)) return;
      scene.forge.before = undefined;
      scene.repository.comments = [];
    };
    expect((await scene.comment(PLAN.replace("member", "owner"))).code).toBe(0);
    expect(scene.comments).toEqual([expect.stringContaining("joins as owner")]);
    const marker = "<!-- notion-ci comment name=prod -->";
    scene.repository.addComment(scene.account(), "pull", 1, `${marker}\na second one`);
    scene.forge.before = (line) => {
      if (line.startsWith("DELETE ")) scene.repository.comments = scene.repository.comments.slice(0, 1);
    };
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.comments).toHaveLength(1);
  });

  test.each([
    ["locked", "Unable to create comment because issue is locked.", "The conversation is locked. Unlock it"],
    [
      "archived",
      "Repository was archived so is read-only.",
      "The repository is archived and takes no changes. Unarchive it",
    ],
  ])("where the place is %s says so, and blames no permission", async (_what, message, words) => {
    const scene = await makeScene(name);
    scene.forge.faults.push({ request: "POST ", status: 403, body: { message } });
    const { code, said } = await scene.comment(PLAN);
    expect(code).toBe(1);
    expect(said).toContain(words);
    expect(said).not.toContain("permission");
  });

  test("waits for a limit that only its words tell from a missing permission", async () => {
    const scene = await makeScene(name);
    const message =
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    scene.forge.faults.push({
      request: "POST ",
      status: 403,
      headers: { "x-ratelimit-remaining": "4999" },
      body: { message },
    });
    expect((await scene.comment(PLAN)).code).toBe(0);
    expect(scene.pauses).toEqual([60_000]);
    expect(scene.comments).toHaveLength(1);
  });
});

test("on GitHub the commit gets a status: red where the plan stops, green once it does not", async () => {
  const scene = await makeScene("GitHub");
  const sha = "a".repeat(40);
  for (const code of ["1", "3", "0"]) await scene.comment(PLAN, "--exit-code", code, "--commit", sha);
  expect(scene.repository.statuses).toEqual(
    ["failure", "failure", "success"].map((state) => ({ sha, context: "Notion plan: prod", state })),
  );
  const poor = await makeScene("GitHub", ["read", "comment"]);
  expect((await poor.comment(PLAN, "--commit", sha)).said).toContain("`statuses: write`");
});

test("without a pull request it says which option names one", async () => {
  const scene = await makeScene("GitHub");
  scene.env = { GITHUB_REF: "refs/heads/main" };
  expect((await scene.comment(PLAN)).said).toContain("This run is for no pull or merge request");
});

test.each([
  ["an empty plan", "", ["--pull-request", "1"], "is empty"],
  ["a number that is none", "x", ["--pull-request", "1; rm"], "Use the number of a pull or merge request"],
  ["an exit code that is none", "x", ["--exit-code", "x"], "Use the exit code of notion-inventory plan"],
  [
    "an address without TLS",
    "x",
    ["--api-url", "http://github.example"],
    "an address that begins with https://",
  ],
])("%s is wrong usage", async (_what, text, args, words) => {
  const scene = await makeScene("GitHub");
  const { code, said } = await scene.comment(text, ...args);
  expect(code).toBe(64);
  expect(said).toContain(words);
});

test("a name that would end the marker is refused", async () => {
  const scene = await makeScene("GitHub");
  for (const name of ["a --> b", "a--b", "", "x y"])
    expect((await scene.comment("x", "--name", name)).code, name).toBe(64);
});

test("without a token it says which variable holds it", async () => {
  const scene = await makeScene("GitLab");
  scene.env = { GITLAB_TOKEN: "" };
  expect(await scene.comment("x")).toMatchObject({ code: 64, said: expect.stringContaining("GITLAB_TOKEN") });
});

test("on GitLab a comment names what the merge request changes besides the roster, the file's name before a rename too", async () => {
  const scene = await makeScene("GitLab");
  const [pull] = scene.repository.pulls;
  if (pull === undefined) throw new Error("no merge request");
  pull.files = ["members.csv"];
  await scene.comment(PLAN, "--roster", "./members.csv");
  expect(scene.comments[0]).not.toContain("**Note:**");
  pull.files = ["members.csv", ...Array.from({ length: 120 }, (_, index) => `src/@all-${index}.ts`)];
  pull.renamed = { "src/@all-0.ts": "index.ts" };
  await scene.comment(PLAN, "--roster", "members.csv");
  expect(scene.comments[0]).toContain(
    "The merge request's own code makes this plan, and it changes index.ts, src/",
  );
  expect(scene.comments[0]).toContain("and 116 other files. Read these files first.");
  expect(scene.comments[0]).not.toContain("@all");
  expect(scene.comments[0]).toContain("zoe@example.com");
});

test("on GitHub a comment takes --note and no --roster, and says what writes the note", async () => {
  const scene = await makeScene("GitHub");
  const { code, said } = await scene.comment(PLAN, "--roster", "members.csv");
  expect([code, said]).toEqual([
    64,
    expect.stringContaining("the file that `notion-ci pull-request` writes"),
  ]);
});
