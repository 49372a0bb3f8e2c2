import type { Properties } from "../../state/properties";
import { providerInputsSchema } from "./provider-inputs";

/** What Pulumi hands over beside the settings. */
const NOT_SETTINGS = ["version", "pluginDownloadURL"];

/** Pure: the settings of a provider, as texts: some languages, and the stack's configuration, hand every value over as one. */
export function settingTexts(inputs: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([key, value]) =>
      isSetting(key) && value !== null && value !== undefined ? [[key, String(value)]] : [],
    ),
  );
}

const isSetting = (key: string) => !key.startsWith("__") && !NOT_SETTINGS.includes(key);

/** Pure: what is wrong with the settings of a provider, by setting. */
export function settingProblems(inputs: Properties): { property: string; reason: string }[] {
  const texts = settingTexts(inputs);
  const typed = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, typedAs(key, text)]));
  const issues = providerInputsSchema.safeParse(typed).error?.issues ?? [];
  const both = texts.scimToken !== undefined && texts.scimTokenEnv !== undefined;
  return [
    ...issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({
            property: "",
            reason: `unknown setting "${key}"; allowed are ${Object.keys(providerInputsSchema.shape).join(", ")}`,
          }))
        : // The engine prints the value of a property that is named, and one of them is a token.
          [{ property: "", reason: `${issue.path.join(".")} ${reasonOf(issue)}` }],
    ),
    ...(both ? [{ property: "", reason: "give either scimToken or scimTokenEnv, not both" }] : []),
  ];
}

function reasonOf(issue: { message: string; errors?: readonly (readonly { message: string }[])[] }): string {
  return issue.errors?.at(-1)?.[0]?.message ?? issue.message;
}

/** A text as what the setting is. */
function typedAs(key: string, text: string): unknown {
  if (key === "adopt") return text === "true" ? true : text === "false" ? false : text;
  if (key === "requestsPerSecond" || key === "noticeDays") return text.trim() === "" ? text : Number(text);
  return text;
}
