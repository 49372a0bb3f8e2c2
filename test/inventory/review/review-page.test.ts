import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import { parse } from "csv-parse/sync";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { judge, parseDecisions } from "../../../inventory/review/decisions";
import type { Person } from "../../../inventory/review/person";
import { reviewPage } from "../../../inventory/review/review-page";
import { openBrowser } from "./browser.mts";
import { manyPeople, person } from "./people";

const DIGEST = "5".repeat(64);
// The browser's clock is the machine's.
const OPENED = "2024-01-01T12:00:00.000Z";
const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-review-page-"));
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  page: Page;
  /** What the page asked for, itself left out. */
  requests: string[];
  /** What went wrong in it. */
  errors: string[];
}

let pages = 0;

/** The page as somebody opens it who was sent the file. */
async function openPage(
  people: Person[],
  options: { review?: string; changedSince?: string; width?: number; dark?: boolean } = {},
): Promise<Opened> {
  const { review = DIGEST, changedSince = null, width = 1440, dark = false } = options;
  pages += 1;
  const file = join(folder, `review-${pages}.html`);
  writeFileSync(
    file,
    reviewPage({
      name: "2026-Q4",
      workspace: "https://notion.example/scim/v2",
      openedAt: OPENED,
      review,
      changedSince,
      people,
    }),
  );
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const requests: string[] = [];
  const errors: string[] = [];
  const address = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url() !== address) requests.push(request.url());
  });
  page.on("pageerror", (error) => void errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(address);
  return { page, requests, errors };
}

async function decideAs(page: Page, email: string): Promise<void> {
  await page.getByLabel("You decide as").fill(email);
  await page.getByLabel("You decide as").press("Enter");
}

const rowOf = (page: Page, handle: string) =>
  page.getByRole("row").filter({ hasText: `${handle}@example.com` });
const emailsShown = (page: Page) => page.locator("tbody .email").allTextContents();

/** Downloads what was decided, and reads it as an auditor's tool does. */
async function exported(page: Page): Promise<{ name: string; text: string; rows: Record<string, string>[] }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export decisions" }).click(),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  return { name: download.suggestedFilename(), text, rows: parse(text, { bom: true, columns: true }) };
}

const REVIEWER = "rita@example.com";

/** What of the table, the charts and the bar is wider than the room that it has. */
const cut = (page: Page) =>
  page.evaluate<
    string[]
  >(`[...document.querySelectorAll("tr[data-index] *, .chart *, #bar > *, thead th, #outstanding dd")]
    .filter((each) => each.checkVisibility() && each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.className + ": " + each.textContent)`);

/** Gives a file that was exported back to the page. */
async function load(page: Page, content: string | Buffer): Promise<void> {
  const file = { name: "decisions.csv", mimeType: "text/csv", buffer: Buffer.from(content) };
  await page.locator("#load-files").setInputFiles(file);
}

describe("finding people", () => {
  const people = [
    person("ada", { name: "Zoë Ångström", role: "owner", groups: ["Everyone", "Design"] }),
    person("bob", { groups: ["Everyone"], marks: ["left the company"], department: "Sales" }),
    person("cleo", { userName: "cleo@partner.example", marks: ["undeclared"] }),
  ];

  test("search finds names without their accents, groups and departments; all words must be there", async () => {
    const { page } = await openPage(people);
    for (const [text, found] of [
      ["angstrom zoe", ["ada@example.com"]],
      ["design", ["ada@example.com"]],
      ["SALES", ["bob@example.com"]],
      ["example", ["ada@example.com", "bob@example.com", "cleo@partner.example"]],
      ["ada sales", []],
    ] as const) {
      await page.getByLabel("Search").fill(text);
      expect(await emailsShown(page), text).toEqual(found);
    }
    expect(await page.getByText("Nobody is as you filtered.").isVisible()).toBe(true);
  });

  test("filters by role, group, domain and mark go together, and one button shows everybody again", async () => {
    const { page } = await openPage(people);
    await page.getByLabel("Group", { exact: true }).selectOption("Everyone");
    expect(await emailsShown(page)).toEqual(["ada@example.com", "bob@example.com"]);
    await page.getByLabel("Role", { exact: true }).selectOption("owner");
    expect(await emailsShown(page)).toEqual(["ada@example.com"]);
    await page.getByRole("button", { name: "Show everybody" }).click();
    await page.getByLabel("Domain").selectOption("partner.example");
    expect(await emailsShown(page)).toEqual(["cleo@partner.example"]);
    await page.getByRole("button", { name: "Show everybody" }).click();
    await page.getByRole("button", { name: "left the company 1" }).click();
    await page.getByRole("button", { name: "undeclared 1" }).click();
    expect(await emailsShown(page)).toEqual(["bob@example.com", "cleo@partner.example"]);
    expect(await page.getByText("2 of 3 people").isVisible()).toBe(true);
  });
});

describe("deciding", () => {
  const people = [
    person("ada", { role: "owner" }),
    person("bob"),
    person("cleo", { role: "restricted_member" }),
    person("dora", { marks: ["left the company"] }),
    person("rita", { role: "owner" }),
  ];

  test("all four decisions by keyboard alone", async () => {
    const { page, errors } = await openPage(people);
    const { keyboard } = page;
    await keyboard.press("Tab");
    await keyboard.type(REVIEWER);
    await keyboard.press("Enter");
    for (let tabs = 0; tabs < 40 && !(await page.locator("tr:focus").isVisible()); tabs += 1) {
      await keyboard.press("Tab");
    }
    expect(await page.locator("tr:focus .email").textContent()).toBe("ada@example.com");
    await keyboard.press("l");
    await keyboard.type("membership admin");
    await keyboard.press("Tab");
    await keyboard.type("no owner any more");
    await keyboard.press("Enter");
    expect(await page.locator("tr:focus .email").textContent()).toBe("bob@example.com");
    await keyboard.press("e");
    await page.getByLabel("Last day").fill("2099-12-31");
    await keyboard.press("Enter");
    expect(await page.getByRole("alert").filter({ hasText: "a reason is required" }).isVisible()).toBe(true);
    await keyboard.type("contract ends");
    await keyboard.press("Enter");
    await keyboard.press("k");
    expect(await page.locator("tr:focus .email").textContent()).toBe("dora@example.com");
    await keyboard.press("r");
    await keyboard.type("left in October");
    await keyboard.press("Enter");
    const { rows } = await exported(page);
    expect(
      rows.map((row) => [row.person, row.decision, row["to role"], row.until, row.reason, row.reviewer]),
    ).toEqual([
      ["ada@example.com", "lower", "membership_admin", "", "no owner any more", REVIEWER],
      ["bob@example.com", "end", "", "2099-12-31", "contract ends", REVIEWER],
      ["cleo@example.com", "keep", "", "", "", REVIEWER],
      ["dora@example.com", "remove", "", "", "left in October", REVIEWER],
    ]);
    expect(errors).toEqual([]);
  });

  test("out of groups by keyboard and in bulk: who is not in them is left out, and the file names them", async () => {
    const { page, errors } = await openPage([
      person("ada", { groups: ["Design, Brand & Web", "Engineering"] }),
      person("bob", { groups: ["Engineering"] }),
      person("cleo"),
    ]);
    await decideAs(page, REVIEWER);
    const dialog = page.getByRole("dialog");
    await rowOf(page, "ada").focus();
    await page.keyboard.press("g");
    await page.keyboard.press("Enter");
    expect(await dialog.getByText("Not yet: choose the groups.").isVisible()).toBe(true);
    await page.keyboard.press("Space");
    await dialog.getByLabel("Reason").fill("moved on");
    await page.keyboard.press("Enter");
    expect(await rowOf(page, "ada").getByText("Out of Design, Brand & Web").isVisible()).toBe(true);

    await page.getByRole("button", { name: "Decide about the 3 people shown…" }).click();
    await dialog.getByLabel("Take out of groups").check();
    await dialog.getByLabel("Engineering").check();
    await dialog.getByLabel("Reason").fill("disbanded");
    expect(await dialog.getByText("Left out: 1: they are not in the group Engineering.").isVisible()).toBe(
      true,
    );
    await dialog.getByRole("button", { name: "Decide about 1 person" }).click();
    // Of a single group there is nothing to choose; of none the choice is none.
    await rowOf(page, "bob").click();
    expect(await dialog.getByLabel("Engineering").isChecked()).toBe(true);
    await page.keyboard.press("Escape");
    await rowOf(page, "cleo").focus();
    await page.keyboard.press("Enter");
    expect(await dialog.getByLabel("Take out of groups").isDisabled()).toBe(true);
    await page.keyboard.press("Escape");

    const { rows, text } = await exported(page);
    expect(rows.map((row) => [row.person, row.decision, row["out of groups"], row.reason])).toEqual([
      ["ada@example.com", "groups", "Design, Brand & Web", "moved on"],
      ["bob@example.com", "groups", "Engineering", "disbanded"],
    ]);
    await page.getByRole("button", { name: "Undo" }).click();
    await load(page, text);
    expect(await page.getByText("2 of 3 decided").isVisible()).toBe(true);
    expect(errors).toEqual([]);
  });

  test("nobody reviews themself, nor those whom somebody else reviews, and both are said", async () => {
    const { page } = await openPage([person("rita"), person("sam", { reviewer: "lead@example.com" })]);
    await decideAs(page, "Rita@Example.com");
    expect(await rowOf(page, "rita").getByRole("button", { name: "Keep" }).count()).toBe(0);
    await rowOf(page, "rita").focus();
    await page.keyboard.press("k");
    expect(
      await page.getByText("Not decided about rita@example.com: nobody reviews themself.").isVisible(),
    ).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.getByRole("dialog").getByText("Not yet: nobody reviews themself.").isVisible()).toBe(
      true,
    );
    expect(await page.getByRole("button", { name: "Decide", exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await rowOf(page, "sam").focus();
    await page.keyboard.press("k");
    expect(await page.getByText("lead@example.com reviews them.").isVisible()).toBe(true);
    expect(await page.getByText("0 of 2 decided").isVisible()).toBe(true);
  });

  test("nothing is decided before it is said who decides", async () => {
    const { page } = await openPage(people);
    await rowOf(page, "bob").focus();
    await page.keyboard.press("k");
    expect(
      await page.getByText("Not decided about bob@example.com: say first who decides.").isVisible(),
    ).toBe(true);
    expect(await page.getByLabel("You decide as").and(page.locator(":focus")).count()).toBe(1);
  });

  test("keeping who left the company wants a reason", async () => {
    const { page } = await openPage(people);
    await decideAs(page, REVIEWER);
    await rowOf(page, "dora").getByRole("button", { name: "Keep" }).click();
    expect(await page.getByRole("dialog").isVisible()).toBe(true);
    await page.getByLabel("Reason").fill("a shared account now");
    await page.keyboard.press("Enter");
    expect(await rowOf(page, "dora").getByText("a shared account now").isVisible()).toBe(true);
  });

  test("in bulk for those who are shown, without those who cannot be decided about, and it is taken back by one button", async () => {
    const { page } = await openPage(people);
    await decideAs(page, REVIEWER);
    await rowOf(page, "bob").getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: "Decide about the 5 people shown…" }).click();
    const dialog = page.getByRole("dialog");
    expect(
      await dialog
        .getByText(
          "Left out: 1: owners and membership admins are decided one by one; 1: a reason is required; 1: nobody reviews themself.",
        )
        .isVisible(),
    ).toBe(true);
    await dialog.getByRole("button", { name: "Decide about 1 person" }).click();
    expect(await page.getByText("2 of 5 decided").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await page.getByText("1 of 5 decided").isVisible()).toBe(true);
  });

  test("what was decided is there after a reload, for this population alone", async () => {
    const { page } = await openPage(people);
    await decideAs(page, REVIEWER);
    await rowOf(page, "bob").getByRole("button", { name: "Keep" }).click();
    await page.reload();
    expect(await page.getByText("1 of 5 decided").isVisible()).toBe(true);
    expect(await page.getByLabel("You decide as").inputValue()).toBe(REVIEWER);
    const kept = await page.evaluate<string[]>("Object.keys(localStorage)");
    expect(kept).toEqual([`notion-inventory review ${DIGEST}`]);
  });

  test("Caps Lock does not take the keys away", async () => {
    const { page } = await openPage(people);
    await decideAs(page, REVIEWER);
    await rowOf(page, "bob").focus();
    await page.keyboard.press("K");
    expect(await page.getByText("1 of 5 decided").isVisible()).toBe(true);
    await rowOf(page, "bob").focus();
    await page.keyboard.press("U");
    expect(await page.getByText("0 of 5 decided").isVisible()).toBe(true);
  });

  test("who decides is asked where one looks until it is said, and shown there from then on", async () => {
    const { page } = await openPage(people);
    expect(await page.getByText("Nothing can be decided before you say who you are.").isVisible()).toBe(true);
    await page.mouse.wheel(0, 2_000);
    await page.getByRole("button", { name: "Say who decides" }).click();
    expect(await page.getByLabel("You decide as").and(page.locator(":focus")).count()).toBe(1);
    await page.getByLabel("You decide as").fill("rita@localhost");
    await page.keyboard.press("Enter");
    expect(await page.getByText("Write an e-mail address, such as ada@example.com.").isVisible()).toBe(true);
    await decideAs(page, REVIEWER);
    expect(await page.getByRole("button", { name: `You decide as ${REVIEWER}` }).isVisible()).toBe(true);
    expect(await page.getByText("Nothing can be decided before").isVisible()).toBe(false);
  });

  test("nobody reviews themself under a plus-address or another address of theirs", async () => {
    const { page } = await openPage([person("rita", { otherAddresses: ["r.ita@corp.example"] })]);
    for (const reviewer of ["rita+audit@example.com", "R.Ita@corp.example"]) {
      await decideAs(page, reviewer);
      await rowOf(page, "rita").focus();
      await page.keyboard.press("k");
      expect(
        await page.getByText("Not decided about rita@example.com: nobody reviews themself.").isVisible(),
      ).toBe(true);
    }
  });

  test("what the review would refuse is no decision: an end that is over, a clock that is wrong", async () => {
    const { page } = await openPage(people);
    await decideAs(page, REVIEWER);
    await page.clock.setFixedTime("2023-06-01T00:00:00Z");
    await rowOf(page, "bob").focus();
    await page.keyboard.press("k");
    expect(await page.getByText(/before the review was opened/).isVisible()).toBe(true);
    await page.clock.setFixedTime("2024-06-01T00:00:00Z");
    await rowOf(page, "bob").focus();
    await page.keyboard.press("e");
    await page.getByLabel("Last day").fill("2024-06-02");
    await page.getByLabel("Reason").fill("contract");
    await page.keyboard.press("Enter");
    await rowOf(page, "cleo").focus();
    await page.keyboard.press("k");
    await page.clock.setFixedTime("2024-06-03T00:00:00Z");
    const { rows } = await exported(page);
    expect(rows.map((row) => row.person)).toEqual(["cleo@example.com"]);
    expect(
      await page
        .getByText(/Not in it, and open again: bob@example.com: "until" 2024-06-02 is over/)
        .isVisible(),
    ).toBe(true);
    expect(await page.getByText("1 of 5 decided").isVisible()).toBe(true);
  });

  test("two members with one e-mail are decided each by themselves", async () => {
    const twins = ["one", "two"].map((id) => person("twin", { id, name: `Twin ${id}` }));
    const { page } = await openPage(twins);
    await decideAs(page, REVIEWER);
    await rowOf(page, "twin").filter({ hasText: "Twin two" }).focus();
    await page.keyboard.press("k");
    expect(await page.getByText("1 of 2 decided").isVisible()).toBe(true);
    expect((await exported(page)).rows.map((row) => row.id)).toEqual(["two"]);
  });

  test("exported decisions are loaded back, by another browser too; those of another review are not", async () => {
    const first = await openPage(people);
    await decideAs(first.page, REVIEWER);
    await rowOf(first.page, "dora").focus();
    await first.page.keyboard.press("r");
    await first.page.getByLabel("Reason").fill('left, "for good"');
    await first.page.keyboard.press("Enter");
    await rowOf(first.page, "bob").focus();
    await first.page.keyboard.press("k");
    const { text, rows } = await exported(first.page);

    const { page, errors } = await openPage(people);
    await load(page, text);
    await page.getByText("decisions.csv: 2 decisions loaded").waitFor();
    expect(await page.getByText("2 of 5 decided").isVisible()).toBe(true);
    await decideAs(page, "sam@example.com");
    expect((await exported(page)).rows).toEqual(rows);
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await page.getByText("0 of 5 decided").isVisible()).toBe(true);

    await load(page, text.replaceAll(DIGEST, "4".repeat(64)));
    await page.getByText("decisions.csv is of another review (line 2).").waitFor();
    await load(page, text.replaceAll("keep", "lower"));
    await page.getByText(/: 1 decision loaded.* Left out: bob@example.com: lower wants a reason/).waitFor();
    await load(page, Buffer.from(text.replace("for good", "Zoë"), "latin1"));
    await page.getByText(/decisions\.csv cannot be read as CSV in UTF-8/).waitFor();
    expect(errors).toEqual([]);
  });

  test("who has still to decide about whom is listed", async () => {
    const { page } = await openPage([
      person("ada", { reviewer: "lead@example.com" }),
      person("bob", { reviewer: "lead@example.com" }),
      person("cleo", { reviewer: REVIEWER }),
    ]);
    await page.getByText("Outstanding: 3 people, 2 reviewers").click();
    expect(await page.getByRole("term").getByText("lead@example.com (2)").isVisible()).toBe(true);
    expect(await page.getByText("ada@example.com, bob@example.com").isVisible()).toBe(true);
    await decideAs(page, REVIEWER);
    await rowOf(page, "cleo").focus();
    await page.keyboard.press("k");
    expect(await page.getByText("Outstanding: 2 people, 1 reviewer").isVisible()).toBe(true);
  });

  test("what changed since the last review is a column", async () => {
    const { page } = await openPage(
      [person("ada", { changed: "was member", role: "owner" }), person("bob", { changed: "new" })],
      {
        changedSince: "2026-Q3",
      },
    );
    expect(await page.getByRole("columnheader", { name: "Changed since 2026-Q3" }).isVisible()).toBe(true);
    expect(await rowOf(page, "ada").getByText("was member").isVisible()).toBe(true);
    expect(await rowOf(page, "bob").getByText("new").isVisible()).toBe(true);
  });

  test("the export is what review close reads, and what was decided", async () => {
    const untidy = [
      person("plus", { userName: "+plus@example.com", id: "=1+1", role: "owner" }),
      person("bob", { userName: 'bob."b"@example.com' }),
    ];
    const { page } = await openPage(untidy);
    await decideAs(page, REVIEWER);
    for (const reason of ['=HYPERLINK("http://evil.example","x"), "quoted"', "-1"]) {
      await page.locator("tbody tr.open").first().focus();
      await page.keyboard.press("r");
      await page.getByLabel("Reason").fill(reason);
      await page.keyboard.press("Enter");
    }
    const { name, text, rows } = await exported(page);
    expect(name).toBe("decisions-rita@example.com.csv");
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    const { decisions, problems } = judge(
      { people: untidy, review: DIGEST, openedAt: OPENED, now: Date.now() },
      [parseDecisions(name, text)],
    );
    expect(problems).toEqual([]);
    expect(decisions.map(({ person, kind, reason }) => [person.userName, kind, reason])).toEqual([
      ["+plus@example.com", "remove", '=HYPERLINK("http://evil.example","x"), "quoted"'],
      ['bob."b"@example.com', "remove", "-1"],
    ]);
  });
});

describe("two thousand people", () => {
  const people = manyPeople(2_000);
  const nodes = (page: Page) => page.evaluate<number>("document.querySelectorAll('*').length");

  test("take no more of the browser than what the window shows, wherever one is", async () => {
    const { page, errors } = await openPage(people);
    expect(await nodes(page)).toBeLessThan(1_000);
    await page.locator("tbody tr[data-index]").first().focus();
    await page.keyboard.press("End");
    expect(await page.locator("tr:focus .email").textContent()).toBe("person.1999@example.com");
    expect(await page.locator("tr:focus").isVisible()).toBe(true);
    expect(await nodes(page)).toBeLessThan(1_000);
    await page.keyboard.press("PageUp");
    await page.keyboard.press("ArrowUp");
    expect(await page.locator("tr:focus").isVisible()).toBe(true);
    await page.mouse.wheel(0, -40_000);
    await page.locator("tr[data-index='1999']").waitFor({ state: "detached" });
    expect(await nodes(page)).toBeLessThan(1_000);
    expect(errors).toEqual([]);
  });

  test("are decided about in one step, which redraws the window alone", async () => {
    const { page } = await openPage(people);
    await decideAs(page, "olivia.owner@example.com");
    expect(await page.getByText("1,000 of 2,000 people").isVisible()).toBe(true);
    await page.evaluate(`
      window.made = 0;
      new MutationObserver((records) => {
        for (const { addedNodes } of records) window.made += addedNodes.length;
      }).observe(document.body, { childList: true, subtree: true });
    `);
    await page.getByRole("button", { name: "Decide about the 1,000 people shown…" }).click();
    await page.getByLabel("Reason").fill("reviewed with the leads");
    await page.getByRole("dialog").getByRole("button", { name: "Decide about 997 people" }).click();
    expect(await page.getByText("997 of 2,000 decided").isVisible()).toBe(true);
    expect(await page.evaluate<number>("window.made")).toBeLessThan(300);
    expect((await exported(page)).rows).toHaveLength(997);
  });

  test("are all on paper, with all columns, on paper of any width", async () => {
    const { page } = await openPage(manyPeople(300), { changedSince: "2026-Q3", width: 700 });
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("tbody tr[data-index]").count()).toBe(300);
    expect(await page.locator("thead th:visible").count()).toBe(8);
    expect(await page.locator("tbody tr[data-index='299'] > *:visible").count()).toBe(8);
    expect(await cut(page)).toEqual([]);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator("tbody tr[data-index]").count()).toBeLessThan(60);
  });
});

describe("safety", () => {
  const HTML = "<img src=x onerror=\"document.title='owned'\">";

  test("a name that is HTML is text, and so is everything else that came from outside", async () => {
    const evil = `</script><script>document.title='owned'</script>${HTML}`;
    const { page, errors } = await openPage([
      person("evil", {
        name: evil,
        role: HTML,
        groups: [HTML, evil],
        declared: HTML,
        ends: HTML,
        reason: HTML,
        department: HTML,
        atSources: [HTML],
        sinceKnownBy: HTML,
        marks: ["undeclared"],
        reviewer: null,
      }),
    ]);
    expect(await page.locator("tbody .name").textContent()).toBe(evil);
    await page.locator("tbody tr[data-index]").click();
    expect(await page.getByRole("dialog").locator("h2").textContent()).toBe(evil);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Access review 2026-Q4");
    expect(errors).toEqual([]);
  });

  test("no request leaves the page, not even one that a script in it tries to send", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { page, requests } = await openPage(manyPeople(50));
    await decideAs(page, "olivia.owner@example.com");
    await page.locator("tbody tr[data-index]").first().focus();
    await page.keyboard.press("k");
    await exported(page);
    expect(requests.filter((url) => !url.startsWith("blob:"))).toEqual([]);
    const tried = await page.evaluate<string[]>(`(async () => {
      const to = ${JSON.stringify(address)};
      const blocked = [];
      document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
      await fetch(to).catch(() => undefined);
      document.body.append(Object.assign(new Image(), { src: to }));
      document.body.append(Object.assign(document.createElement("iframe"), { src: to }));
      document.body.append(
        Object.assign(document.createElement("script"), { textContent: "document.title = 'owned'" }),
      );
      navigator.sendBeacon(to, "x");
      // The browser tells of each in its own time.
      for (let times = 0; times < 100 && new Set(blocked).size < 4; times += 1)
        await new Promise((later) => setTimeout(later, 100));
      return blocked;
    })()`);
    expect(new Set(tried)).toEqual(new Set(["connect-src", "img-src", "frame-src", "script-src-elem"]));
    expect(await page.title()).toBe("Access review 2026-Q4");
    expect(asked).toBe(0);
  });
});

describe("reading", () => {
  const long = (index: number) =>
    person(`bartholomew.featherstonehaugh-cholmondeley.${index}`, {
      name: "Bartholomew Featherstonehaugh-Cholmondeley the Younger",
      role: index === 0 ? "membership_admin" : "restricted_member",
      groups: ["Engineering Productivity and Developer Experience", "Everyone", "Design Systems", "Sales"],
      marks: ["undeclared", "in no list", "left the company", "role drifted"],
      ends: "role ends at the end of 2026-12-01 UTC, then restricted_member",
      changed: "was membership_admin",
      since: "2026-05-03",
      reviewer: "a.reviewer.with.a.long.address@subsidiary.corporation.example.com",
    });

  test("nothing is cut in a window of 1280 pixels, decided or not, and the keys find every row all the same", async () => {
    const people = Array.from({ length: 60 }, (_, index) => long(index));
    const { page } = await openPage(people, { width: 1280, changedSince: "2026-Q3" });
    await decideAs(page, "a.reviewer.with.a.long.address@subsidiary.corporation.example.com");
    await page.locator("tbody tr[data-index]").first().focus();
    await page.keyboard.press("e");
    await page.getByLabel("Last day").fill("2099-12-31");
    await page.getByLabel("Then").selectOption("restricted_member");
    await page
      .getByLabel("Reason")
      .fill("the contract that was extended in spring ends with the year, as agreed with the lead");
    await page.keyboard.press("Enter");
    expect(await page.getByText("1 of 60 decided").isVisible()).toBe(true);
    expect(await cut(page)).toEqual([]);
    await page.locator("tr:focus").waitFor();
    for (let index = 2; index < 30; index += 1) {
      await page.keyboard.press("j");
      expect(await page.locator("tr:focus").getAttribute("data-index")).toBe(String(index));
    }
    const inside = () =>
      page.evaluate<boolean>(
        "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.querySelector('tr:focus').getBoundingClientRect())",
      );
    expect(await inside()).toBe(true);
    await page.keyboard.press("End");
    expect(await page.locator("tr:focus").getAttribute("data-index")).toBe("59");
    expect(await inside()).toBe(true);
    await page.keyboard.press("Home");
    expect(await page.locator("tr:focus").getAttribute("data-index")).toBe("0");
    expect(await inside()).toBe(true);
    expect(await cut(page)).toEqual([]);
  });

  test("marks that would turn the text around them are shown", async () => {
    const { page } = await openPage([person("evil", { name: "evil\u202Etxt.exe", groups: ["a\u2066b"] })]);
    expect(await page.locator("tbody .name").textContent()).toBe("evil\\u202etxt.exe");
    expect(await page.locator("tbody .groups").textContent()).toBe("a\\u2066b");
    await page.locator("tbody tr[data-index]").click();
    expect(await page.getByRole("dialog").locator("h2").textContent()).toBe("evil\\u202etxt.exe");
  });
});

describe("for everybody", () => {
  for (const [name, options] of [
    ["wide", {}],
    ["narrow", { width: 400 }],
    ["dark", { dark: true }],
  ] as const) {
    test(`labels, contrast and roles are as axe wants them: ${name}; a screenshot is written to look at`, async () => {
      const { page } = await openPage(manyPeople(200), options);
      await decideAs(page, "olivia.owner@example.com");
      await page.locator("tbody tr[data-index]").first().focus();
      await page.keyboard.press("k");
      const violations = async () => {
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResults>("axe.run()");
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      };
      expect(await violations()).toEqual([]);
      const shots = join(tmpdir(), "pulumi-notion-screenshots");
      await page.screenshot({ path: join(shots, `review-${name}.png`) });
      await page.keyboard.press("r");
      expect(await violations()).toEqual([]);
      await page.screenshot({ path: join(shots, `review-${name}-form.png`) });
    });
  }
});
