import { describe, expect, test } from "vitest";
import { FORGES, makeScene, type Scene } from "./program";

const DRIFT =
  "## Notion drift\n\nDrift: role 1.\n\n### Role: another than declared (1)\n\n| e-mail | declared | there |\n| --- | --- | --- |\n| kestrel@example.com | member | owner |\n";
const ENDING = "## Access that ends\n\n1 ends within 14 days.\n";
const EDIT =
  "--- a/members.csv\n+++ b/members.csv\n@@ -1 +1 @@\n-kestrel@example.com,member\n+kestrel@example.com,owner\n";

const issues = (scene: Scene) => scene.repository.issues;
const writes = (scene: Scene) => scene.forge.requests.filter((line) => !line.startsWith("GET "));

describe.each(FORGES)("an issue on %s", (name) => {
  test("is opened by drift, left alone while it stays, changed as it changes, and closed with a comment at its end", async () => {
    const scene = await makeScene(name);
    scene.write("ending.md", ENDING);
    scene.write("accept.diff", EDIT);
    const opened = await scene.issue(2, DRIFT, "--ending", "ending.md", "--edit", "accept.diff");
    expect(opened).toMatchObject({ code: 0, said: `${name}: #2 is opened.\n` });
    const [issue] = issues(scene);
    expect(issue).toMatchObject({ title: "Notion drift: prod", open: true, labels: ["notion-drift"] });
    for (const part of [DRIFT, ENDING]) expect(issue?.body).toContain(part.trim());
    expect(issue?.body).toContain(`\`\`\`diff\n${EDIT.trimEnd()}\n\`\`\``);

    scene.forge.requests.length = 0;
    await scene.issue(2, DRIFT, "--ending", "ending.md", "--edit", "accept.diff");
    expect(writes(scene)).toEqual([]);

    scene.write("ending.md", ENDING.replace("1 ends", "2 end"));
    await scene.issue(2, DRIFT, "--ending", "ending.md", "--edit", "accept.diff");
    expect(issue?.body).toContain("2 end within");
    expect(scene.repository.commentsOn("issue", 2), "other ends beside the same drift are no news").toEqual(
      [],
    );

    await scene.issue(2, DRIFT.replace("owner", "membership_admin"));
    expect(issues(scene)).toHaveLength(1);
    expect(issue?.body).toContain("membership_admin");
    expect(scene.repository.commentsOn("issue", 2).map(({ body }) => body)).toEqual([
      expect.stringContaining("has changed"),
    ]);

    expect((await scene.issue(0)).said).toBe(`${name}: #2 is closed.\n`);
    expect(issue).toMatchObject({ open: false, body: expect.stringContaining("**Ended:**") });
    expect(issue?.body, "how it was stays").toContain("membership_admin");
    expect(scene.repository.commentsOn("issue", 2).at(-1)?.body).toContain("found no drift");

    scene.forge.requests.length = 0;
    expect((await scene.issue(0)).said).toContain("none is needed");
    expect(writes(scene)).toEqual([]);
  });

  test("an incomplete list and an error open nothing, close nothing, and are said in the one that is open", async () => {
    const scene = await makeScene(name);
    for (const code of [1, 3, 127]) await scene.issue(code);
    expect(issues(scene)).toEqual([]);
    await scene.issue(2, DRIFT);
    const [issue] = issues(scene);
    await scene.issue(3, "anything");
    expect(issue).toMatchObject({
      open: true,
      body: expect.stringContaining("could not be proven complete"),
    });
    expect(issue?.body).toContain("kestrel@example.com");
    expect(issue?.body).not.toContain("anything");
    await scene.issue(1);
    expect(issue?.body).toContain("ended with exit code 1");
    expect(issue?.body).not.toContain("proven complete");
    await scene.issue(2, DRIFT);
    expect(issue?.body).not.toContain("No answer");
    expect(scene.repository.commentsOn("issue", 2), "the same as before is no news").toEqual([]);
    expect(issue?.open).toBe(true);
  });

  test("closed by hand it is open again after the next night; ended it stays closed, and the next drift is another", async () => {
    const scene = await makeScene(name);
    await scene.issue(2, DRIFT);
    const [first] = issues(scene);
    if (first === undefined) throw new Error("no issue");
    scene.repository.changeIssue(first, { open: false });
    expect((await scene.issue(2, DRIFT)).said).toContain("#2 is open again");
    expect(first.open).toBe(true);
    expect(scene.repository.commentsOn("issue", 2)[0]?.body).toContain("Somebody closed this issue");

    await scene.issue(0);
    expect((await scene.issue(2, DRIFT)).said).toContain("#3 is opened");
    expect(issues(scene).map(({ open }) => open)).toEqual([false, true]);
  });

  test("stays one when two runs open it at the same time, and when the answer to the first was lost", async () => {
    const scene = await makeScene(name);
    const me = scene.account();
    scene.forge.before = (line) => {
      if (!line.startsWith("POST ")) return;
      scene.forge.before = undefined;
      scene.repository.openIssue(me, "Notion drift: prod", "<!-- notion-ci issue name=prod -->", [
        "notion-drift",
      ]);
    };
    expect((await scene.issue(2, DRIFT)).said).toContain("#2 is opened");
    expect(issues(scene).map(({ open }) => open)).toEqual([true, false]);

    const other = await makeScene(name);
    other.forge.faults.push({ request: "POST ", status: 503, done: true });
    await other.issue(2, DRIFT);
    expect(issues(other)).toHaveLength(1);
  });

  test("of several that are open for a stack all are closed: as ended, or for the oldest", async () => {
    const scene = await makeScene(name);
    const more = (text: string) =>
      scene.repository.openIssue(
        scene.account(),
        "Notion drift: prod",
        `<!-- notion-ci issue name=prod -->\n${text}`,
        ["notion-drift"],
      );
    await scene.issue(2, DRIFT);
    more("a second");
    expect((await scene.issue(2, DRIFT)).said).toContain("#2 is unchanged, #3 is closed");
    expect(issues(scene).map(({ open }) => open)).toEqual([true, false]);
    expect(issues(scene)[1]?.body).toContain("see #2, which reports the same");
    more("a third");
    more("a fourth");
    await scene.issue(0);
    expect(issues(scene).map(({ open }) => open)).toEqual([false, false, false, false]);
    expect((await scene.issue(0)).said).toContain("none is needed");
    expect((await scene.issue(2, DRIFT)).said, "none of them counts as closed by hand").toContain(
      "#6 is opened",
    );
  });

  test("is left as it is by a run that was cancelled", async () => {
    const scene = await makeScene(name);
    await scene.issue(2, DRIFT);
    const before = issues(scene)[0]?.body;
    scene.forge.requests.length = 0;
    for (const code of [130, 143]) expect((await scene.issue(code)).said).toContain("was cancelled");
    expect(issues(scene)[0]?.body).toBe(before);
    expect(scene.forge.requests).toEqual([]);
  });

  test("is one for each stack, and nobody else's issue is taken for it", async () => {
    const scene = await makeScene(name);
    const stranger = scene.account(scene.repository.addAccount("eve", "User", ["read"]));
    const marker = "<!-- notion-ci issue name=prod -->";
    scene.repository.openIssue(stranger, "mine", marker, ["notion-drift"]);
    await scene.issue(2, DRIFT);
    await scene.issue(0, undefined, "--name", "staging");
    expect(issues(scene).map(({ open }) => open)).toEqual([true, true]);
    await scene.issue(0);
    expect(issues(scene).map(({ open }) => open)).toEqual([true, false]);
  });

  test("a token that may open none is told which permission it lacks", async () => {
    const scene = await makeScene(name, ["read", "comment"]);
    const { code, said } = await scene.issue(2, DRIFT);
    expect(code).toBe(1);
    expect(said).toContain(name === "GitHub" ? "`issues: write`" : "the role Reporter");
  });

  test("a drift of thousands is cut with its counts whole", async () => {
    const scene = await makeScene(name);
    const rows = Array.from(
      { length: 20_000 },
      (_, index) => `| person.${index}@example.com | ${"x".repeat(50)} |`,
    );
    const text = `## Notion drift\n\nDrift: role 20000.\n\n### Role (20000)\n\n| e-mail | there |\n| --- | --- |\n${rows.join("\n")}\n`;
    expect(await scene.issue(2, text)).toMatchObject({ code: 0 });
    expect(issues(scene)[0]?.body).toContain("Drift: role 20000.");
    expect(issues(scene)[0]?.body).toContain("### Role (20000)");
  });
});

test("GitHub leaving the label out without a word is an error: the issue would not be found again", async () => {
  const scene = await makeScene("GitHub", ["read", "comment", "issue"]);
  const { code, said } = await scene.issue(2, DRIFT);
  expect(code).toBe(1);
  expect(said).toContain("without the label notion-drift");
});

test("drift without its words, and an exit code that is none, are wrong usage", async () => {
  const scene = await makeScene("GitHub");
  expect((await scene.issue(2)).code).toBe(64);
  expect((await scene.issue(2, " \n")).code).toBe(64);
  expect((await scene.run("issue", "--name", "prod", "--exit-code", "")).code).toBe(64);
  expect(scene.repository.issues).toEqual([]);
});
