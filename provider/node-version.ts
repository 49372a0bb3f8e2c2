/** As `engines` in package.json says, and undici asks for. */
const MINIMUM_NODE = [22, 19] as const;

/**
 * Why this package does not work on a version of Node.js; undefined if it does.
 * It is asked before anything is loaded that an old Node.js cannot load, so it stands alone.
 */
export function nodeObjection(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [minimumMajor, minimumMinor] = MINIMUM_NODE;
  if (major > minimumMajor || (major === minimumMajor && minor >= minimumMinor)) return undefined;
  return `pulumi-notion needs Node.js ${MINIMUM_NODE.join(".")} or newer and was started by ${version}. Put a newer one first on PATH, where Pulumi looks for it.`;
}
