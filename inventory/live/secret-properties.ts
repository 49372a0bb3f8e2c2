// Pulumi's mark of a secret value, sdk/go/common/resource/properties.go.
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Properties with their secrets opened, as far as an export with `--show-secrets` lets them. */
export interface OpenedProperties {
  values: Record<string, unknown>;
  /** Those that were secret, or held something secret. */
  secrets: Set<string>;
  /** Those that could not be opened; they are not among the values. */
  encrypted: string[];
}

/** Pure: properties of a state with their secrets opened, and which of them were secret or could not be opened. */
export function openSecrets(properties: Record<string, unknown>): OpenedProperties {
  const secrets = new Set<string>();
  const encrypted: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(properties)) {
    const found = { secret: false, encrypted: false };
    const opened = open(value, found);
    if (found.secret) secrets.add(key);
    if (found.encrypted) encrypted.push(key);
    else values[key] = opened;
  }
  return { values, secrets, encrypted };
}

/** Whether a value of a state is a secret as a whole. */
export function isSecretValue(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && Reflect.get(value, SIGNATURE_KEY) === SECRET_SIGNATURE
  );
}

function open(value: unknown, found: { secret: boolean; encrypted: boolean }): unknown {
  if (Array.isArray(value)) return value.map((each) => open(each, found));
  if (value === null || typeof value !== "object") return value;
  if (isSecretValue(value)) {
    found.secret = true;
    const plaintext: unknown = Reflect.get(value, "plaintext");
    if (typeof plaintext === "string") {
      try {
        return JSON.parse(plaintext);
      } catch {
        // Not what `--show-secrets` writes: as good as encrypted.
      }
    }
    found.encrypted = true;
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, open(each, found)]));
}
