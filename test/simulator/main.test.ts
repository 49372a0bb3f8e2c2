import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { Control } from "./control.mts";
import { runMain as run } from "./run-main.mts";

test("started by hand it prints two lines that point a program at 120 members, and Ctrl-C stops it", async () => {
  const { child, output, exit } = run("--port", "0");
  while (!output.text.includes("Ctrl-C") && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [, baseUrl = "", token] =
    /^export NOTION_SCIM_BASE_URL=(\S+)\nexport NOTION_SCIM_TOKEN=(\S+)\n/.exec(output.text) ?? [];
  const answer = await fetch(`${baseUrl}/Users`, { headers: { authorization: `Bearer ${token}` } });
  expect(await answer.json()).toMatchObject({ totalResults: 120 });
  expect(await new Control(baseUrl).members()).toHaveLength(120);
  expect(output.text).toContain("120 members (5 owners) and 28 groups");
  child.kill("SIGINT");
  expect(await exit).toBe(0);
});

test.each([
  [["--prot", "1"], "--prot"],
  [["--port", "many"], "--port must be a whole number"],
  [["--order", "sideways"], "--order must be stable or moving"],
  [["--seed", "full"], "--seed must be workspace, empty or a number"],
  [["--requests-per-second", "0"], "--requests-per-second must be a number above 0"],
])("the wrong flag %o is an error with the usage, exit 64", async (args, message) => {
  const { output, exit } = run(...args);
  expect(await exit).toBe(64);
  expect(output.text).toContain(message);
  expect(output.text).toContain("--latency-ms N");
});

test("a port that is taken is said, with what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const { output, exit } = run("--port", String(port));
  expect(await exit).toBe(1);
  expect(output.text).toMatch(new RegExp(`Port ${port} is taken.*--port N`));
  other.close();
});
