import { describe, expect, test } from "vitest";
import { FORGES, makeScene, type Scene } from "./program";

const PEOPLE =
  "# who may approve\nolivia-at-acme  olivia@example.com\n@Otto otto@example.com # head of IT\nada ada@example.com\n";

async function approved(name: (typeof FORGES)[number], ...logins: string[]): Promise<Scene> {
  const scene = await makeScene(name);
  scene.write("approvers", PEOPLE);
  scene.repository.runs.set(77, {
    attempt: 1,
    actor: "ada",
    starter: "ada",
    artifacts: [],
    reviews: logins.map((login) => ({ environment: "notion-incident", state: "approved" as const, login })),
  });
  return scene;
}
const ask = (scene: Scene) =>
  scene.run("approver", "--environment", "notion-incident", "--approvers", "approvers");

describe.each(FORGES)("the approver of a run on %s", (name) => {
  test("is whom the forge names, by their e-mail", async () => {
    expect(await ask(await approved(name, "OLIVIA-at-acme"))).toMatchObject({
      code: 0,
      stdout: "email=olivia@example.com\n",
    });
    expect(await ask(await approved(name, "otto"))).toMatchObject({
      code: 0,
      stdout: "email=otto@example.com\n",
    });
  });

  test("is nobody where nobody approved, or somebody refused", async () => {
    const scene = await approved(name);
    expect((await ask(scene)).said).toContain("Nobody approved this run for the environment notion-incident");
    scene.repository.runs
      .get(77)
      ?.reviews.push({ environment: "notion-incident", state: "rejected", login: "otto" });
    expect(await ask(scene)).toMatchObject({ code: 1, stdout: "" });
  });

  test("is not who asked for the run, whatever the environment's settings let them do", async () => {
    expect((await ask(await approved(name, "Ada"))).said).toContain("Another person must");
    expect((await ask(await approved(name, "ada", "otto"))).stdout).toBe("email=otto@example.com\n");
  });

  test("is refused where the file does not say whose login it is, or cannot be read as one", async () => {
    const scene = await approved(name, "mallory");
    expect((await ask(scene)).said).toContain(
      "mallory approved this run, but approvers has no line for this login",
    );
    scene.write("approvers", "otto otto@example.com\nOTTO x@example.com\nada\nbo not-an-address\n");
    const { code, said } = await ask(scene);
    expect(code).toBe(1);
    for (const words of ["line 2: OTTO has a line already", "line 3 is no login", "line 4 is no login"])
      expect(said).toContain(words);
  });

  test("needs a token that may ask", async () => {
    const scene = await approved(name, "otto");
    scene.account(scene.token);
    scene.forge.faults.push({ request: "GET ", status: 403, body: { message: "Resource not accessible" } });
    expect((await ask(scene)).code).toBe(1);
  });
});

test("on GitHub a run that was started again has no approver: a single job of it waits for nobody", async () => {
  const scene = await approved("GitHub", "otto");
  Object.assign(scene.repository.runs.get(77) ?? {}, { attempt: 2 });
  expect(await ask(scene)).toMatchObject({
    code: 1,
    stdout: "",
    said: expect.stringContaining("attempt 2 of run 77"),
  });
});

test("on GitHub an approval for another environment is none", async () => {
  const scene = await approved("GitHub", "otto");
  for (const review of scene.repository.runs.get(77)?.reviews ?? []) review.environment = "notion";
  expect((await ask(scene)).said).toContain("Nobody approved");
});

test("on GitHub who starts a run of somebody else does not approve it either", async () => {
  const scene = await approved("GitHub", "otto");
  Object.assign(scene.repository.runs.get(77) ?? {}, { starter: "otto" });
  expect((await ask(scene)).said).toContain("Another person must");
});

test("on GitLab a job that is retried is another deployment, without the approval of the first", async () => {
  const scene = await approved("GitLab", "otto");
  scene.env = { CI_JOB_ID: "78" };
  expect((await ask(scene)).said).toContain("the job is no deployment to notion-incident");
});
