import { createRequire } from "node:module";
import Ajv from "ajv-draft-04";

/** A SARIF log, as far as tests look at it. */
export interface SarifResult {
  ruleId: string;
  level: string;
  message: { text: string };
  partialFingerprints?: Record<string, string>;
  locations?: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
}

const schema = createRequire(__filename)(
  "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
) as object;
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

/** The results of a log that fits the schema of SARIF 2.1.0. */
export function resultsIn(text: string): SarifResult[] {
  const log = JSON.parse(text) as { runs: { results: SarifResult[] }[] };
  if (!validate(log)) throw new Error(`This is no SARIF 2.1.0: ${JSON.stringify(validate.errors)}`);
  return log.runs.flatMap(({ results }) => results);
}

/** Rule, file and line of each. */
export const placesOf = (results: SarifResult[]) =>
  results.map(({ ruleId, locations: [at] = [] }) => [
    ruleId,
    at?.physicalLocation.artifactLocation.uri,
    at?.physicalLocation.region.startLine,
  ]);
