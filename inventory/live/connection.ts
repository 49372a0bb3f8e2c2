import { readSettings, type Settings } from "../../provider/config";
import { createReader, type ScimReader } from "../../provider/scim/client";
import { type Io, note } from "../cli/io";
import { readStackConfig, type StackReference } from "./stack";

/** How the wire behaves; given by tests, else the client's defaults. */
export type Wire = Pick<Partial<Parameters<typeof createReader>[0]>, "retry" | "timeouts">;

/**
 * The settings: from the environment first, then from the stack's configuration where a stack is named.
 * Never from the command line, which other users of the machine can see.
 */
export async function settingsOf(io: Io, stack: StackReference | undefined): Promise<Settings> {
  const config = stack === undefined ? undefined : await readStackConfig(stack, io.env);
  return settingsIn(io, (key) => config?.get(key));
}

/** The settings; from here on nothing that is said holds the token. */
export function settingsIn(io: Io, config: (key: string) => string | undefined): Settings {
  const settings = readSettings({ env: io.env, config });
  io.secrets?.push(settings.token);
  return settings;
}

/** Runs `work` with a reader, which lets nothing but GET out of this process, and lets go of it. */
export async function withReader<T>(
  io: Io,
  settings: Settings,
  wire: Wire,
  work: (reader: ScimReader) => Promise<T>,
): Promise<T> {
  const reader = createReader({ ...settings, ...wire, log: (line) => note(io, line) });
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}
