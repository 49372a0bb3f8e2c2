import type { Properties } from "./value";

/**
 * Tokens of Notion and of common services. The holder of a token may do what its maker may. The list follows the vendors'
 * documentation: a prefix, and the text after it.
 */
const TOKENS: readonly RegExp[] = [
  /\b(?:ntn|secret|pat|pul|npm|hf|glsa|dop_v1|doo_v1|shpat|shpss|lin_api|figd|rk_live|sk_live|sk_test|pk_live|ATATT3x|dapi|dckr_pat|sntrys|xkeysib|atlasv1|vercel|sbp|nfp|pscale_tkn)[_-]?[A-Za-z0-9]{20,}/,
  /\b(?:gh[oprsu]|github_pat|gl(?:pat|dt|rt|cbt|ptt|ft|soat)|sk|xox[a-z]|xapp|xwfp|pypi)[_-][\w-]{20,}/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/,
  /\bBearer\s+[\w.~+/-]{16,}/i,
  /\bBasic\s+[A-Za-z0-9+/]{16,}={0,2}/,
  /\bSSWS\s+[\w-]{20,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[\w-]{35}/,
  /\bya29\.[\w-]{20,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\bhv[sbr]\.[\w-]{20,}/,
  /\b(?:SK|AC)[0-9a-f]{32}\b/,
  /\b\d{8,10}:AA[\w-]{33}\b/,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/,
  // A password in an address.
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/@:]+:[^\s/@]{6,}@/i,
];
const RANDOM_LENGTH = 40;
const HEX_LENGTH = 32;

/** A property that holds a token, and whether its form leaves no doubt. */
export interface Suspect {
  path: string;
  certain: boolean;
}

export function tokensIn(props: Properties): Suspect[] {
  const suspects: Suspect[] = [];
  look(props, "", suspects);
  return suspects;
}

function look(value: unknown, path: string, suspects: Suspect[]): void {
  if (typeof value === "string") {
    // A token is longer, and most properties of a person are shorter.
    if (value.length < 16) return;
    if (TOKENS.some((token) => token.test(value))) suspects.push({ path, certain: true });
    else if (path !== "userId" && isSuspicious(value)) suspects.push({ path, certain: false });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value))
    look(inner, path === "" ? key : `${path}.${key}`, suspects);
}

/** A link may hold long words: a path, an id. */
const LINK = /\b(?:[a-z][a-z0-9+.-]*:\/\/|(?:[a-z0-9-]+\.)+[a-z]{2,}\/)\S+/gi;

function isSuspicious(text: string): boolean {
  if (text.length < HEX_LENGTH) return false;
  return text
    .replace(LINK, " ")
    .split(/[^\w+/=-]/)
    .some((word) => isRandom(word) || isHex(word));
}

/** A long word of mixed capitals, small letters and digits: no title or cost center looks like that. */
function isRandom(word: string): boolean {
  if (word.length < RANDOM_LENGTH || ![/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(word))) return false;
  // Words joined by hyphens are short.
  return word.split(/[-_/+=]/).some((part) => part.length >= 16 && /\d/.test(part));
}

/** A key in hexadecimal; an id has hyphens. */
function isHex(word: string): boolean {
  return (
    word.length >= HEX_LENGTH &&
    /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(word) &&
    /\d/.test(word) &&
    /[a-f]/i.test(word)
  );
}
