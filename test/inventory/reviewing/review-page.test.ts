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
import { judge, parseDecisions } from "../../../provider/inventory/reviewing/decisions";
import type { Person } from "../../../provider/inventory/reviewing/person";
import { reviewPage } from "../../../provider/inventory/reviewing/review-page";
import { openBrowser } from "./browser.mts";
import { manyPeople, person } from "./people";

const DIGEST = "5".repeat(64);
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
  options: { population?: string; width?: number; dark?: boolean } = {},
): Promise<Opened> {
  const { population = DIGEST, width = 1440, dark = false } = options;
  pages += 1;
  const file = join(folder, `review-${pages}.html`);
  writeFileSync(
    file,
    reviewPage({
      name: "2026-Q4",
      workspace: "https://notion.example/scim/v2",
      openedAt: "2026-11-20T12:00:00.000Z",
      population,
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
    await page.getByLabel("Group").selectOption("Everyone");
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
    expect(await page.getByRole("alert").filter({ hasText: "a reason is wanted" }).isVisible()).toBe(true);
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
      await dialog.getByText("Left out: 1: a reason is wanted; 1: nobody reviews themself.").isVisible(),
    ).toBe(true);
    await dialog.getByRole("button", { name: "Decide about 2 people" }).click();
    expect(await page.getByText("3 of 5 decided").isVisible()).toBe(true);
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
    const { decisions, problems } = judge(untidy, DIGEST, [parseDecisions(name, text)], Date.now());
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
    await page.getByRole("dialog").getByRole("button", { name: "Decide about 1,000 people" }).click();
    expect(await page.getByText("1,000 of 2,000 decided").isVisible()).toBe(true);
    expect(await page.evaluate<number>("window.made")).toBeLessThan(300);
    expect((await exported(page)).rows).toHaveLength(1_000);
  });

  test("are all on paper", async () => {
    const { page } = await openPage(manyPeople(300));
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("tbody tr[data-index]").count()).toBe(300);
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
      await new Promise((later) => setTimeout(later, 100));
      return blocked;
    })()`);
    expect(new Set(tried)).toEqual(new Set(["connect-src", "img-src", "frame-src", "script-src-elem"]));
    expect(await page.title()).toBe("Access review 2026-Q4");
    expect(asked).toBe(0);
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
