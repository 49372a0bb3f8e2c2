import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLI_VERSION } from "../../tools/engine/pins.mts";
import type { Layout, Way, WayContext } from "../../tools/engine/way.mts";

/** Programs that only know their version: the subject here is how they are found and installed. */
export function writeFakeCli(folder: string, version = CLI_VERSION, languageHost = true): void {
  mkdirSync(folder, { recursive: true });
  writeProgram(join(folder, "pulumi"), `echo v${version}`);
  if (languageHost) writeProgram(join(folder, "pulumi-language-nodejs"), "exit 0");
}

export function writeProgram(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

export interface FakeWay extends Way {
  /** How often it was asked to install. */
  installs: number;
}

/** A way that installs the fake CLI. */
export function fakeWay(
  install: (context: WayContext) => Promise<void> | void = ({ folder }) => writeFakeCli(join(folder, "bin")),
): FakeWay {
  return {
    name: "go",
    title: "a fake way",
    installs: 0,
    async install(context): Promise<Layout> {
      this.installs += 1;
      await install(context);
      return { programPath: ["bin"], policyPath: ["bin"] };
    },
  };
}

export function brokenWay(name: Way["name"], title: string, reason: string): Way {
  return { name, title, install: () => Promise.reject(new Error(reason)) };
}
