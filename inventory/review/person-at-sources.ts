import { foldEmail } from "../../provider/model/email";
import type { User } from "../../provider/model/record";
import { type Source, type SourceRecord, STATUSES } from "../sources/source";

/** One source, and who is on it by each address. */
export interface SourceIndex {
  source: Source;
  /** An address of a first name or an alias is not somebody else's: e-mails come first, then logins, then the others. */
  byAddress: ReadonlyMap<string, readonly SourceRecord[]>;
}

/** Somebody at the sources. */
export interface AtSources {
  found: { source: Source; record: SourceRecord }[];
  /** Every address that is theirs, their e-mail left out. */
  otherAddresses: string[];
}

export function indexOf(source: Source): SourceIndex {
  const byAddress = new Map<string, SourceRecord[]>();
  for (const addressesOf of [
    (record: SourceRecord) => [record.email],
    (record: SourceRecord) => [record.login],
    (record: SourceRecord) => record.otherEmails,
  ]) {
    const met = new Map<string, SourceRecord[]>();
    for (const record of source.records) {
      for (const address of addressesOf(record)) {
        if (address === null || byAddress.has(address)) continue;
        const records = met.get(address);
        if (records === undefined) met.set(address, [record]);
        else records.push(record);
      }
    }
    for (const [address, records] of met) byAddress.set(address, records);
  }
  return { source, byAddress };
}

/**
 * Pure: where somebody is at each source, and the addresses that are theirs. Those with which they are known at one
 * source (e-mail and login) find them at the others; an alias alone does not, as it may be one that people share.
 */
export function atSources(
  userName: string,
  own: readonly string[],
  indices: readonly SourceIndex[],
): AtSources {
  const known = new Set([userName, ...own]);
  const found = new Map<Source, readonly SourceRecord[]>();
  for (const _ of indices) {
    for (const { source, byAddress } of indices) {
      if (found.has(source)) continue;
      const records = [...known].map((address) => byAddress.get(address)).find((each) => each !== undefined);
      if (records === undefined) continue;
      found.set(source, records);
      for (const { email, login } of records) {
        for (const address of [email, login]) if (address !== null) known.add(address);
      }
    }
  }
  const aliases = [...found.values()].flat().flatMap(({ otherEmails }) => otherEmails);
  const otherAddresses = [...new Set([...known, ...aliases])].filter((address) => address !== userName);
  return {
    found: [...found].flatMap(([source, records]) => {
      // A person who came back is twice in a list of HR: the most active line counts.
      const [record] = records.toSorted((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
      return record === undefined ? [] : [{ source, record }];
    }),
    otherAddresses: otherAddresses.sort(),
  };
}

/** The addresses that Notion itself lists of somebody. */
export function addressesInNotion({ emails }: User): string[] {
  return (emails ?? []).flatMap(({ value }) =>
    value === null || value === undefined ? [] : [foldEmail(value)],
  );
}
