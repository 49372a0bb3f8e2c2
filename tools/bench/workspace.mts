import { setTimeout as sleep } from "node:timers/promises";
import { Control } from "../../test/simulator/control.mts";
import { runMain } from "../../test/simulator/run-main.mts";

/** A simulated workspace in a process of its own, so that it takes nothing from what is measured but CPU time. */
export interface SimulatedWorkspace {
  control: Control;
  /** What a program needs to reach it. */
  env: { NOTION_SCIM_BASE_URL: string; NOTION_SCIM_TOKEN: string };
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts one without people. */
export async function startWorkspace(): Promise<SimulatedWorkspace> {
  const { child, output, exit } = runMain("--port", "0", "--seed", "empty");
  // Whoever ends the bench ends it too.
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  const close = async () => {
    process.off("exit", end);
    end();
    await exit;
  };
  const ends = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const baseUrl = /NOTION_SCIM_BASE_URL=(\S+)/.exec(output.text)?.[1];
    const token = /NOTION_SCIM_TOKEN=(\S+)/.exec(output.text)?.[1];
    if (baseUrl !== undefined && token !== undefined) {
      const env = { NOTION_SCIM_BASE_URL: baseUrl, NOTION_SCIM_TOKEN: token };
      return { control: new Control(baseUrl), env, close };
    }
    if (child.exitCode !== null || Date.now() > ends) {
      await close();
      throw new Error(`The simulator did not start: ${output.text}`);
    }
    await sleep(20);
  }
}
