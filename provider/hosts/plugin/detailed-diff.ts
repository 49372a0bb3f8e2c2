import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { DiffResult } from "../../lifecycle/resource-lifecycle";
import type { PropertyChange } from "../../plan/property-changes";

const { Kind } = PropertyDiff;

const KINDS = {
  add: { inPlace: Kind.ADD, replacing: Kind.ADD_REPLACE },
  delete: { inPlace: Kind.DELETE, replacing: Kind.DELETE_REPLACE },
  update: { inPlace: Kind.UPDATE, replacing: Kind.UPDATE_REPLACE },
} as const;

/** Pure: a difference as the engine takes it: person by person, so that it shows nobody else. */
export function diffResponse({ changes, replaces, details = [] }: DiffResult): DiffResponse {
  const response = new DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  response.setChanges(changes ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(replaces);
  if (!changes) return response;
  const keys = new Set([...replaces, ...details.flatMap(({ path: [key] }) => key ?? [])]);
  response.setDiffsList([...keys]);
  response.setHasdetaileddiff(details.length > 0);
  for (const change of details)
    response.getDetaileddiffMap().set(pathText(change), propertyDiff(change, replaces));
  return response;
}

function propertyDiff({ path: [key = ""], kind }: PropertyChange, replaces: readonly string[]): PropertyDiff {
  const difference = new PropertyDiff();
  difference.setKind(replaces.includes(key) ? KINDS[kind].replacing : KINDS[kind].inPlace);
  return difference;
}

/** Pure: a path as Pulumi writes it, such as `people["ada@example.com"].role`. */
export function pathText({ path }: Pick<PropertyChange, "path">): string {
  return path
    .map((key, index) => {
      if (/^[A-Za-z_]\w*$/.test(key)) return index === 0 ? key : `.${key}`;
      return `["${key.replace(/["\\]/g, "\\$&")}"]`;
    })
    .join("");
}
