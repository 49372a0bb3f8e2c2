import type { Io, Sink } from "../../inventory/cli/io";
import { Secret } from "../../provider/secret";

/** Variables of a pipeline whose values nobody may read in a log or in a comment. */
const SECRETS = [
  "GITHUB_TOKEN",
  "GITLAB_TOKEN",
  "NOTION_SCIM_TOKEN",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
] as const;
/** Redacting a shorter value would also redact ordinary words. No token is as short. */
const SHORTEST = 12;

/** `text` without the secrets of the environment. */
export function redact(text: string, env: NodeJS.ProcessEnv): string {
  return SECRETS.map((name) => env[name]?.trim() ?? "")
    .filter((value) => value.length >= SHORTEST)
    .reduce((each, value) => new Secret(value).scrub(each), text);
}

/** The same I/O, whose output holds no secret. */
export function withRedaction(io: Io): Io {
  const clean = (sink: Sink): Sink => ({
    write: (text) => sink.write(redact(text, io.env)),
    isTTY: sink.isTTY,
    columns: sink.columns,
  });
  return { ...io, stdout: clean(io.stdout), stderr: clean(io.stderr) };
}
