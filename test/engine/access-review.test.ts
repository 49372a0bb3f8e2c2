import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { openBrowser } from "../inventory/review/browser.mts";
import { startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, run, succeed } from "./project";

const PROGRAM = join(repositoryRoot, "dist/bin/notion-inventory.js");
const FOLDER = "reviews/2026-Q4";
const DIGEST = /\b[0-9a-f]{64}\b/g;

test("an access review goes round: opened, decided in a browser, closed, previewed in words, done by up, and proven", async () => {
  const simulator = await startSimulator({ seed: { members: 12, groups: 3 } });
  const project = await makeProject("access-review", { simulator });
  onTestFinished(async () => {
    project.dispose();
    await simulator.close();
  });
  const inventory = (...args: string[]): Promise<Outcome> =>
    run(process.execPath, [PROGRAM, "review", ...args], { cwd: project.folder, env: project.env });
  const read = (file: string) => readFileSync(join(project.folder, file));
  const email = (number: string) => `member.${number}@example.com`;

  const rows = simulator.workspace.members.map(
    ({ userName }, index) => `${userName},${index < 2 ? "owner" : "member"}\n`,
  );
  project.write("members.csv", `userName,role\n${rows.join("")}`);
  project.write("okta-2026-11-20.csv", `login,email,status\n${email("004")},${email("004")},DEPROVISIONED\n`);
  project.declare(
    'const { NotionWorkspace, readRoster } = require("pulumi-notion"); new NotionWorkspace("acme", { people: readRoster(require("node:path").join(__dirname, "members.csv")) });',
  );
  await succeed(project.up());

  // Somebody makes an owner of them by hand: the roster and the state do not know.
  simulator.workspace.edit(email("005"), { role: "owner" });
  const opened = await succeed(
    inventory(
      "open",
      "--output",
      FOLDER,
      "--stack",
      "dev",
      "--roster",
      "members.csv",
      "--with",
      "okta-2026-11-20.csv",
    ),
  );
  expect(opened.stderr).toContain("left the company: 1");
  const manifest = JSON.parse(read(`${FOLDER}/manifest.json`).toString());
  expect(manifest).toMatchObject({ counts: { people: 12 }, stack: "dev" });

  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(pathToFileURL(join(project.folder, FOLDER, "review.html")).href);
  await page.getByLabel("You decide as").fill("auditor@example.org");
  await page.getByLabel("You decide as").press("Enter");
  const decide = async (number: string, key: string, role: string, reason: string) => {
    await page
      .getByRole("row")
      .filter({ hasText: email(number) })
      .focus();
    await page.keyboard.press(key);
    if (role !== "") await page.getByLabel("To the role").selectOption(role);
    await page.getByLabel("Reason").fill(reason);
    await page.keyboard.press("Enter");
  };
  await decide("003", "l", "restricted_member", "reads only");
  await decide("004", "r", "", "left in October");
  await decide("005", "l", "member", "no owner of ours");
  await page.getByRole("button", { name: "Decide about the 12 people shown…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Decide about 7 people" }).click();
  // Who can change others' access is decided one by one.
  for (const number of ["001", "002"]) {
    await page
      .getByRole("row")
      .filter({ hasText: email(number) })
      .focus();
    await page.keyboard.press("k");
  }
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export decisions" }).click(),
  ]);
  await download.saveAs(join(project.folder, FOLDER, download.suggestedFilename()));

  const closed = await succeed(inventory("close", FOLDER, "--write"));
  expect(closed.stderr).toContain("12 decisions, 3 of them other than keep.");
  expect(closed.stderr).toContain(
    `Drifted: ${email("005")}: Notion gave them owner, the roster gives member. Only \`pulumi up --refresh\` sees that.`,
  );
  expect(read("members.csv").toString()).toBe(
    `userName,role\n${rows
      .filter((row) => !row.startsWith(email("004")))
      .join("")
      .replace(`${email("003")},member`, `${email("003")},restricted_member`)}`,
  );
  expect((await inventory("verify", FOLDER)).exitCode).toBe(2);

  const preview = await succeed(project.preview());
  expect(preview.everything).toContain(`~ ${email("003")}: member → restricted_member`);
  expect(preview.everything).toContain(`- ${email("004")} leaves (was member)`);
  await succeed(project.up());
  const still = await inventory("verify", FOLDER);
  expect(still.stdout.split("\n").filter((line) => line.startsWith("STILL"))).toEqual([
    expect.stringContaining(`${email("005")}: in the workspace as owner`),
  ]);
  await succeed(project.up("--refresh"));

  const verified = await succeed(inventory("verify", FOLDER));
  expect(verified.stdout).toMatch(
    new RegExp(`^gone         ${email("003")}: in the workspace as restricted_member `, "m"),
  );
  expect(verified.stdout).toMatch(
    new RegExp(`^gone         ${email("004")}: not in the workspace \\(404\\) `, "m"),
  );
  expect(simulator.workspace.member(email("004"))).toBeUndefined();

  // Every digest that is written down anywhere is that of a file that is there, but for the roster before its edit.
  const evidence = read(`${FOLDER}/evidence.md`).toString();
  expect(evidence).toContain("Every revoked access that is due was found to be gone.");
  const before = createHash("sha256")
    .update(`userName,role\n${rows.join("")}`)
    .digest("hex");
  const files = [
    ...readdirSync(join(project.folder, FOLDER)).map((file) => `${FOLDER}/${file}`),
    "okta-2026-11-20.csv",
  ];
  const digests = new Set([
    before,
    ...files.map((file) => createHash("sha256").update(read(file)).digest("hex")),
  ]);
  for (const file of files.filter((each) => /(json|md|csv)$/.test(each))) {
    for (const [written] of read(file).toString().matchAll(DIGEST)) {
      expect(digests.has(written), `${file} names ${written}`).toBe(true);
    }
  }
  const evident = new Set([...evidence.matchAll(DIGEST)].map(([written]) => written));
  expect(evident.size).toBe(9);
}, 180_000);
